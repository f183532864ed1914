#pragma once

#include "base/clock.hpp"
#include "base/input_failure.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domain/tariff/postage.hpp"
#include "ports/carrier_port.hpp"

#include <boost/asio/awaitable.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid {

// A payment that the applicant made on the payment platform.
struct OnlinePayment {
  std::string reference;  // of the platform, see online_reference()
  Time paid_at{};
};

// A line that is to be collected with a leg: as an agency stated it, or as a table priced it.
struct WantedCharge {
  WantedCharge() = default;
  WantedCharge(std::string kind_in, Money amount_in, std::string code_in = {}, std::string name_in = {})
      : kind(std::move(kind_in)), amount(amount_in), code(std::move(code_in)), name(std::move(name_in)) {}

  std::string kind;  // fee (phí), charge (lệ phí) or postage (cước)
  Money amount;
  std::string code;         // names the line within its kind; empty: the only one
  std::string name;         // as the receipt shall say it
  std::string destination;  // the account that it goes to; empty: the agency's own
  std::string version;      // "fees:NQ-09-2025", "tariff:DT-2026-1"; empty: stated by the agency
  std::string rule;         // what in that version gave it
  // Of a line that is paid already, so that nobody asks for it again at the door.
  std::optional<OnlinePayment> paid;
};

// What the tables need to know beyond the order itself to price it.
struct PriceWish {
  bool fees = true;                 // phí and lệ phí by the province's schedule
  std::string fee_case;             // the applicant's case, as the schedule names it
  std::vector<std::string> groups;  // that the applicant belongs to and has shown papers for
  std::optional<int> receipt_g;     // grams; a weight asks for postage by the post's tariff
  std::optional<int> result_g;      // with both, one price for both legs is asked for
  PostageGroup postage_group = PostageGroup::none;
};

// What an agency's system asks for, in our terms, whatever its wire format was.
struct OrderWish {
  std::string leg;             // pickup or delivery
  std::string dossier_code;    // may be empty for a pickup: the one-stop gives the code on acceptance
  std::string slip_no;         // number of the phiếu gửi hồ sơ; needed when there is no dossier code
  std::string procedure_code;  // d.dddddd
  int portal_status = 0;       // 0 when the message carries none
  int channel = 1;             // KenhThucHien: 1 direct, 2 online, 3 post
  std::string applicant_name;
  CarrierParty citizen;               // receiver of a result, sender of a dossier
  std::vector<WantedCharge> charges;  // as the agency promised them
  std::optional<PriceWish> price;     // absent: the charges are as they were stated
  std::vector<std::string> papers;    // list of papers that belong to the dossier
  std::optional<Time> finished_at;
};

// What we tell the one-stop system about a dossier. Statuses are the national portal's 1 to 10.
struct DossierStatus {
  std::string dossier_code;
  int portal_status = 9;             // 9 while it travels or came back, 10 only after proof of delivery;
                                     // 0: only the step text is told, the status stays as it is
  std::string step_text;             // Vietnamese sentence for the dossier's history
  std::optional<Time> delivered_at;  // NgayTra; present exactly when portal_status is 10
  Time occurred_at{};
  std::string message_id;  // same id on every attempt, so that the receiver can drop repeats
};

class OnestopPort {
 public:
  OnestopPort() = default;
  OnestopPort(const OnestopPort&) = delete;
  OnestopPort& operator=(const OnestopPort&) = delete;
  virtual ~OnestopPort() = default;

  // Code of the agency that this connection belongs to.
  virtual const std::string& agency() const = 0;
  // Reads a trigger in the counterpart's own wire format. Errors: all that is wrong, by JSON pointer.
  virtual Input<OrderWish> parse_trigger(std::string_view body) const = 0;
  // Where a trigger says what POST /v1/orders takes at this JSON pointer; empty when it does not say it.
  virtual std::string trigger_pointer(std::string_view order_pointer) const = 0;
  virtual boost::asio::awaitable<SendReport> write_status(const DossierStatus& status, CallTag tag) = 0;
};

}  // namespace bccid
