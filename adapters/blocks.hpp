#pragma once

#include "ports/carrier_port.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

// What an operator writes for one counterpart. Plain values: the configuration table fills them, a
// factory of adapters/list.hpp reads them. Fields that a kind does not use are left alone by it.
namespace bccid {

// How a counterpart wants to recognise us; gateways of provinces differ.
enum class SignIn : std::uint8_t {
  basic,      // client credentials (RFC 6749 section 4.4), id and secret as Basic at the token address
  body,       // the same, id and secret as members of the form
  header,     // no token: a fixed secret in a header of each request
  key_token,  // a token for a key that was agreed on before; its shape is configuration
  login,      // a token for name, password and customer code as JSON; it goes into a header of its own
  session,    // name and password as JSON give a session, which each body repeats
};

// How a counterpart is reached, where that is not as everybody else is.
struct TransportBlock {
  std::string ca_file;                  // its own authority; empty: the system's
  std::string client_certificate_file;  // what we show it (mutual TLS); empty: nothing
  std::string client_key_file;
  std::string proxy;              // "http://host:port", asked for tunnels; empty: none
  std::string proxy_credentials;  // "user:password"; never logged
  bool legacy_tls = false;        // its TLS is of yesterday; it is verified all the same

  // True when the client that all share will do.
  bool usual() const {
    return ca_file.empty() && client_certificate_file.empty() && proxy.empty() && !legacy_tls;
  }
};

// Credentials and address of a counterpart's HTTP interface.
struct EndpointBlock {
  std::string base_url;   // "https://host[:port][/prefix]", without a trailing slash
  std::string token_url;  // whole URL; empty: base_url + "/token", of a session "/login"
  std::string client_id;
  std::string client_secret;  // never logged
  std::chrono::milliseconds timeout{30'000};
  SignIn sign_in = SignIn::basic;
  std::string secret_header = "access_token";  // the name of the header; SignIn::header and SignIn::login
  // SignIn::key_token only: the member that bears the key in the question, the one that bears the token in
  // the answer ("data.token": within an object), and the header that bears it then.
  std::string key_member = "keyToken";
  std::string token_member = "access_token";
  std::string token_header = "Authorization";
  std::string customer_code = {};  // SignIn::login only
  std::string dst_code;  // header dstcode of each request: which system behind the gateway; empty: none
  TransportBlock transport;
};

// How the integer EventTime of a tracking feed is to be read. The post has not published it.
enum class EventTimeUnit {
  automatic,      // by magnitude
  seconds,        // since 1970 UTC
  milliseconds,   // since 1970 UTC
  portal_digits,  // yyyyMMddHHmmss at Vietnamese time
};

struct CarrierBlock {
  std::string name;  // name of the block; stored on each order
  std::string kind;  // "vnpost_ngsp", "vnpost_lgsp", "vnpost_my"
  EndpointBlock endpoint;
  std::string customer_code;
  // Stands in for an end of the order whose name is empty.
  CarrierParty own_party;
  // The post's own place codes by national code. A province that is not listed is sent as its national
  // code; a commune that is not listed has the constant district.
  std::map<std::string, int> province_codes;
  std::map<std::string, int> district_codes;
  int district_code_default = 0;
  std::string code_version = "1";  // which list of schemas/codes/scan_codes.csv the feed speaks
  EventTimeUnit event_time_unit = EventTimeUnit::automatic;
  std::size_t feed_page_rows = 500;
  std::string order_path = "/apiVNPostNGSP/p1.0/order/post";
  std::string cancel_path = "/apiVNPostNGSP/p1.0/order/cancel";
  std::string feed_path = "/apiVNPostNGSP/p1.0/order/tracking";
  // vnpost_lgsp: each order takes a label's number along, out of the range that the post gave us.
  bool waybills = false;
  int flag_config = 2;  // its member FlagConfig; what the values mean has not been published
  // vnpost_lgsp: where the gateway tells the post's price; empty: it is not asked.
  std::string price_path = {};
  // vnpost_my: the contract's service and what each order says beside its ends.
  std::string service_code = {};
  std::string contract_code = {};
  int parcel_weight_g = 100;      // papers are not weighed before they travel
  std::string send_type = "1";    // 1: collected, 2: brought to an office
  bool drafts = false;            // orders wait at the post until a person publishes them there
  std::string number_type = "2";  // how getOrder is told that `code` is our number
  std::string hint_key_file =
      {};  // PEM file with the key that signs the post's messages; empty: none are taken
  // How the post's lists of forwarded money look; empty: by titles that are likely.
  std::string remittance_mapping_file = {};
};

struct OnestopBlock {
  std::string agency;  // code of the agency that this connection belongs to
  std::string kind;    // "onestop_rest"
  EndpointBlock endpoint;
  std::string reporter = "Bưu chính công ích";  // NguoiXuLy and PhongBanXuLy of our progress messages
  std::string progress_path = "/CapNhatTienDoHoSoMC";
  std::string status_path = "/CapNhatTrangThaiHoSo";
};

struct PortalBlock {
  std::string name;  // name of the block; messages are kept under it
  std::string kind;  // "dvcqg", "emc"
  EndpointBlock endpoint;
  std::string reporter = "Bưu chính công ích";   // NguoiXuLy and PhongBanXuLy; User of the measuring system
  std::string unit_code;                         // madonvi; empty: the agency's code
  bool sync_dossiers = true;                     // DongBoHoSoMC before the steps
  std::vector<std::string> stale_session_codes;  // error_code that says so, beside 401 and words
  std::string add_path = "/DongBoHoSoMC";
  std::string update_path = "/CapNhatHoSoMC";
  std::string progress_path = "/CapNhatTienDoHoSoMC";
  std::string event_path = "/event";
  int service_level = 4;                // Level of an event
  std::string recipient_data = "flag";  // IsDVCBC: "flag" or "full"
};

// What nobody could check of the citizen database's interface is here.
struct CitizenDbBlock {
  std::string name;
  std::string kind;  // "citizen_db"
  EndpointBlock endpoint;
  std::string verify_path = "/verify";
  std::string name_member = "HoTen";
  std::string id_member = "SoDinhDanh";
  std::string address_member = "DiaChi";  // empty: the address is not compared
  std::string verdict_member = "KetQua";
  std::vector<std::string> matched_values = {"1", "true", "00"};
  std::vector<std::string> not_matched_values = {"0", "false", "01"};
};

struct BankBlock {
  std::string name;
  std::string kind;  // "bank_csv"
  // Title of a column in this bank's files by our name of it: date, reference, amount, credit, debit,
  // text, payer. A name that is not listed keeps its default title.
  std::map<std::string, std::string> column_titles;
  bool totals_required = true;  // refuse a file without its last row of count and sum, or what proves as much
  std::string mapping_file;     // how this bank's tables look; empty: by the titles that banks use most
};

struct PlatformBlock {
  std::string name;
  std::string kind;  // "payment_platform"
  // Title of a field in its files by our name of it: reference, amount, account, time, status, dossier.
  std::map<std::string, std::string> column_titles;
  std::string paid_status = "00";
  std::string paid_back_status = "02";
};

struct ReceiptProviderBlock {
  std::string issuer;       // whose receipts: an agency's code, or the name of a [[carrier]] for its postage
  std::string kind;         // "ereceipt_vnpt"
  std::string service_url;  // "https://host[:port][/prefix]", without a trailing slash
  std::string account;      // who issues
  std::string account_password;  // never logged
  std::string username;          // who may call the service
  std::string password;          // never logged
  std::string pattern;           // mẫu số
  std::string serial;            // ký hiệu
  std::string charge_pattern;    // those of lệ phí; empty: the same
  std::string charge_serial;
  std::string lookup_url;  // where a payer looks his receipt up; its key goes behind
  std::string payment_method = "TM/CK";
  std::string publish_path = "/PublishService.asmx";
  std::string business_path = "/BusinessService.asmx";
  std::string portal_path = "/PortalService.asmx";
  std::chrono::milliseconds timeout{15'000};
  TransportBlock transport = {};
};

}  // namespace bccid
