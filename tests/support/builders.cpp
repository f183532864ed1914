#include "tests/support/builders.hpp"

#include "base/digest.hpp"
#include "base/time_text.hpp"
#include "domain/parcel/item_code.hpp"
#include "flow/sign_in.hpp"

namespace bccid::test {
namespace {

CarrierParty citizen() {
  CarrierParty party;
  party.name = "Nguyễn Đình Hậu";
  party.phone = "+84912345678";
  party.address = "12 Nguyễn Huệ";
  party.province_code = kProvince;
  party.commune_code = kCommune;
  return party;
}

OrderWish wish(std::string leg) {
  OrderWish made;
  made.leg = std::move(leg);
  made.procedure_code = kProcedure;
  made.applicant_name = "Nguyễn Đình Hậu";
  made.citizen = citizen();
  return made;
}

}  // namespace

void add_principal(Session& session, const std::string& id, const std::string& role,
                   const std::string& agency, const std::string& office) {
  static const std::string hash = *hash_secret(kSecret);  // slow on purpose, so made once
  const NewPrincipal principal{id, role, agency, office, id, hash};
  session.in_tx([&](sql::Tx& tx) { put_principal(tx, principal, "test").value(); });
}

void add_reference_rows(Session& session) {
  session.sql(R"(
    INSERT INTO province (code, name, full_name) VALUES ('82', 'Đồng Tháp', 'Tỉnh Đồng Tháp'),
                                                        ('01', 'Hà Nội', 'Thành phố Hà Nội');
    INSERT INTO commune (code, province_code, full_name) VALUES ('28249', '82', 'Phường Đạo Thạnh'),
                                                                ('00004', '01', 'Phường Ba Đình');
    INSERT INTO procedure (code, name) VALUES ('1.001193', 'Đăng ký khai sinh'),
                                              ('1.000894', 'Đăng ký kết hôn');)");
}

void add_agency(Session& session, const std::string& code, const std::string& bank_account) {
  session.sql("INSERT INTO agency (code, name, commune_code, bank_account) VALUES ('" + code + "', 'Agency " +
              code + "', '" + kCommune + "', '" + bank_account + "')");
}

void add_office(Session& session, const std::string& code) {
  session.sql("INSERT INTO post_office (code, name) VALUES ('" + code + "', 'Office " + code + "')");
}

void add_everybody(Session& session) {
  add_principal(session, "clerk-1", "clerk", "", kOffice);
  add_principal(session, "agency-a", "agency", kAgencyA, "");
  add_principal(session, "agency-b", "agency", kAgencyB, "");
  add_principal(session, "finance-1", "finance", "", "");
  add_principal(session, "auditor-1", "auditor", "", "");
  add_principal(session, "admin-1", "admin", "", "");
}

void add_token(Session& session, const std::string& principal, std::string_view token, Time expires_at) {
  session.sql("INSERT INTO access_token (token_hash, principal_id, expires_at) VALUES ('\\x" +
              to_hex(sha256(token)) + "', '" + principal + "', '" + to_rfc3339(expires_at) + "')");
}

OrderWish delivery_wish(const std::string& dossier_code) {
  OrderWish made = wish("delivery");
  made.dossier_code = dossier_code;
  made.portal_status = 9;
  return made;
}

OrderWish pickup_wish(const std::string& slip_no) {
  OrderWish made = wish("pickup");
  made.slip_no = slip_no;
  return made;
}

std::string dossier_code(int number, const std::string& agency) {
  return agency + "-251103-" + std::to_string(10'000 + number).substr(1);
}

std::string item_code(int serial) {
  return make_item_code("EX", std::to_string(100'000'000 + serial).substr(1), "VN").value().text;
}

Scan scan_of(const std::string& item, const std::string& code, Time occurred_at) {
  Scan scan;
  scan.key = new_uuid_v7(occurred_at);
  scan.source = "bccid";
  scan.code = code;
  scan.item = item;
  scan.occurred_at = occurred_at;
  scan.office = kOffice;
  scan.device = "device-1";
  scan.actor = "clerk-1";
  return scan;
}

}  // namespace bccid::test
