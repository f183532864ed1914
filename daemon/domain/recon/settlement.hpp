#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"
#include "domain/ledger/account.hpp"

#include <optional>
#include <string>
#include <vector>

namespace bccid {

// One kind of an agency's money in a period: what the post held of it before, what moved, and whose hands the
// rest is in. Two sides sign that the one equals the other.
struct SettlementLine {
  ChargeKind kind = ChargeKind::fee;
  Money opening;    // taken before the period and not on the agency's account by then
  Money collected;  // less what was taken back
  Money refunded;
  Money arrived;                                 // on the agency's account by its statements
  Money adjusted;                                // every other change: what was written off or made good
  Money with_collectors, at_offices, under_way;  // at the end

  Money closing() const { return opening + collected - refunded - arrived + adjusted; }
  Money held() const { return with_collectors + at_offices + under_way; }
};

struct SettlementRemittance {
  std::string reference;
  ChargeKind kind = ChargeKind::fee;
  Money amount;
  Time sent_at{};
  std::optional<Day> booked_on = {};  // by the agency's statement; none while it is under way
};

struct SettlementBreak {
  std::string type;  // a name of the list of breaks
  std::string dossier_code;
  Money amount;  // signed as seen from the account
  Time since{};
};

// What an agency and the post agree on at the end of a period (biên bản đối soát).
struct Settlement {
  std::string agency, agency_name, bank_account;
  Day from{}, to{};
  Time made_at{};
  std::vector<SettlementLine> lines;              // phí, lệ phí; a kind without money is left out
  std::vector<SettlementRemittance> remittances;  // sent in the period
  std::vector<SettlementBreak> breaks;            // open when it was made
};

}  // namespace bccid
