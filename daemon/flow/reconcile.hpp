#pragma once

#include "base/ids.hpp"
#include "domain/recon/break.hpp"
#include "domain/recon/matcher.hpp"
#include "flow/actor.hpp"
#include "flow/page.hpp"
#include "store/pq.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

// What differs between provinces and contracts; see the keys of [recon].
struct ReconRules {
  int window_days = 5;  // a line without a reference may be booked this long after the sending
  std::chrono::hours remit_within{24};     // TT 74/2022/TT-BTC; money that is held longer is a break
  std::vector<std::string> payers = {};    // names under which the post pays, as banks write them
  std::chrono::hours warn_before{4};       // money that will be late within this is shown
  Tolerance tolerance = {};                // a named line so near to its remittance settles it
  std::chrono::hours transfer_within{48};  // a transfer that was promised at the door may take
};

struct ReconReport {
  std::size_t matched = 0;
  std::size_t breaks_opened = 0;
};

// Matches open remittances against unused lines and opens the breaks that follow. Running it again on the
// same data changes nothing. Also run by a job, so that money not remitted in time after its collection shows
// up without any statement.
ReconReport reconcile(sql::Tx& tx, const Actor& actor, Time now, const ReconRules& rules = {});

struct BreakView {
  Uuid id;
  BreakType type = BreakType::missing;
  std::string subject;
  Money amount;  // signed: negative is missing money
  Time since{};
  std::int64_t age_hours = 0;
  std::string owner;
  std::string action;
  std::string agency;
  std::string dossier_code;
  std::string order_number, item_code;  // where it concerns one order
  std::vector<std::int64_t> receipts;   // its own, or those of its order that stand
  std::string line;                     // key of the statement line
  std::string remittance;               // reference
  std::optional<Time> resolved_at;
  std::string resolution;
};

struct BreakPage {
  std::vector<BreakView> items;  // by money at risk, then age
  std::string next;              // empty on the last page
};
struct BreakQuestion {
  bool open_only = true;
  // Empty: any.
  std::string type = {};
  std::string owner = {};
  std::string agency = {};
};
// Agency systems see their own breaks only. Errors: invalid_field (cursor).
Result<BreakPage> list_breaks(sql::Tx& tx, const Actor& actor, const BreakQuestion& question,
                              const PageOf& page, Time now);

// Nothing when there is no such break that the actor may see.
std::optional<BreakView> read_break_view(sql::Tx& tx, const Actor& actor, const Uuid& id, Time now);

}  // namespace bccid
