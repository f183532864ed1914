#pragma once

#include "flow/actor.hpp"
#include "flow/page.hpp"
#include "store/period_store.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A fee account is closed up to a day by two persons. From then on PostgreSQL refuses every line, match,
// undoing and posting on it that is dated up to that day: 409, with the period and who signed it off. A line
// that comes late is refused with its whole file: the period is opened again for it, or the bank books it
// anew. The rules leave closed lines alone, also those that nothing explains yet.

struct PeriodCase {
  PeriodView view;
  PeriodFigures figures;
};

struct PeriodWish {
  std::string account;
  Day to{};  // the last day
  std::string note;
};
// Errors: not_found (account), conflict (a proposal waits; the day is closed or no statement ends on it; the
// statements do not add up from the first open day on: by how much).
Result<PeriodCase> propose_period(sql::Tx& tx, const Actor& actor, const PeriodWish& wish, Time now);

// Signs off or rejects what another person proposed. Errors: not_found, conflict (not proposed, the same
// person, the statements do not add up any more).
Result<PeriodCase> decide_period(sql::Tx& tx, const Actor& actor, const Uuid& id, bool approve,
                                 std::string_view note, Time now);

// Asks to open a closed period again; it stays closed until another person agrees. Only the last closed one
// of its account. Errors: not_found, conflict.
Result<PeriodCase> ask_to_reopen(sql::Tx& tx, const Actor& actor, const Uuid& id, std::string_view reason,
                                 Time now);
// Errors: not_found, conflict (nobody asked, the same person).
Result<PeriodCase> decide_reopening(sql::Tx& tx, const Actor& actor, const Uuid& id, bool approve,
                                    std::string_view note, Time now);

// Agency systems see their own account's. Errors: not_found.
Result<PeriodCase> find_period(sql::Tx& tx, const Actor& actor, const Uuid& id);

struct FoundPeriods {
  std::vector<PeriodView> items;  // the newest first, without steps
  std::string next;               // empty on the last page
};
// Errors: invalid_field (cursor).
Result<FoundPeriods> find_periods(sql::Tx& tx, const Actor& actor, const PageOf& page);

}  // namespace bccid
