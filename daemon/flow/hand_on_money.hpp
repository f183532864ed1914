#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "store/charge_store.hpp"
#include "store/pq.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct HandInView {
  Uuid id;
  std::string collector;
  std::string office;
  Money expected;
  Money counted;
  std::size_t charges = 0;
};

// A collector hands his cash in at his office: every charge he holds becomes `handed_in`. A count that
// differs is a break on the collector, signed. Errors: not_found (collector holds nothing), invalid_field
// (negative count).
Result<HandInView> hand_in(sql::Tx& tx, const Actor& actor, std::string_view collector,
                           std::string_view office, Money counted, Time now);

struct RemittanceView {
  Uuid id;
  std::string reference;  // "BCCI82 R000123": goes into the bank transfer's text
  std::string agency;
  std::string kind;  // fee or charge: different destinations, never one transfer
  std::string bank_account;
  Money amount;
  std::size_t charges = 0;
  Time sent_at{};
};

// What goes to one account under one reference: charges of one agency and kind that are handed in and locked.
struct RemittancePlan {
  std::string reference;
  std::string bank_account;
  std::vector<Charge> charges;
};
// Stores the remittances, books them and moves their charges. The references must be new.
std::vector<RemittanceView> send_remittances(sql::Tx& tx, const Actor& actor,
                                             std::vector<RemittancePlan> plans, Time now);

// Bundles everything handed in for one agency into one remittance for each kind (phí, lệ phí). Postage is
// the post's own revenue and is not remitted. Errors: not_found (agency), conflict (the agency
// has no bank account).
Result<std::vector<RemittanceView>> remit(sql::Tx& tx, const Actor& actor, std::string_view agency,
                                          std::string_view province, Time now);

}  // namespace bccid
