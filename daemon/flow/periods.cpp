#include "flow/periods.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "store/recon_store.hpp"
#include "store/remittance_store.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace bccid {
namespace {

std::string dong_or_nothing(const std::optional<Money>& amount) {
  return amount ? std::to_string(amount->dong()) : "unknown";
}

// What is closed must be what the bank says, to the dong.
Status check_whole(const PeriodFigures& figures, Day from, Day to) {
  if (figures.whole()) return {};
  return Failure(Errc::conflict,
                 "the statements from " + to_text(from) + " to " + to_text(to) + " do not add up: opening " +
                     dong_or_nothing(figures.opening) + ", lines of " +
                     std::to_string((figures.matched + figures.unmatched).dong()) + ", closing " +
                     dong_or_nothing(figures.closing),
                 "Import the statements that are missing; the last one has to end on the period's last day.");
}

Result<PeriodView> period_of(sql::Tx& tx, const Actor& actor, const Uuid& id) {
  auto found = read_period(tx, id, seen_agency(actor));
  if (found) return *std::move(found);
  return Failure(Errc::not_found, "there is no period " + id.to_text(), "Use an id of GET /v1/periods.");
}

Result<PeriodCase> take_step(sql::Tx& tx, const Actor& actor, const Uuid& id, const PeriodStep& step) {
  lock_reconciliation(tx);
  const auto period = period_of(tx, actor, id);
  if (!period) return period.error();
  if (step.step == "sign") {
    const auto figures = figures_of(tx, period->account, period->from, period->to);
    if (const auto whole = check_whole(figures, period->from, period->to); !whole) return whole.error();
  }
  if (step.step == "ask_to_reopen") {
    const auto next = first_open_day(tx, period->account);
    if (next && std::chrono::sys_days{*next} > std::chrono::sys_days{period->to} + std::chrono::days{1})
      return Failure(Errc::conflict, "a later period of account " + period->account + " is closed",
                     "Open the latest one first.");
  }
  insert_period_step(tx, period->number, step);
  return find_period(tx, actor, id);
}

}  // namespace

Result<PeriodCase> propose_period(sql::Tx& tx, const Actor& actor, const PeriodWish& wish, Time now) {
  lock_reconciliation(tx);
  const auto from = first_open_day(tx, wish.account);
  const auto seen = seen_agency(actor);
  if (!from || !(seen.empty() || bank_account_of(tx, seen) == wish.account))
    return Failure(Errc::not_found, "account \"" + shown(wish.account) + "\" has no statement",
                   "Use an account that a statement was imported for.", "/account");
  if (std::chrono::sys_days{wish.to} < std::chrono::sys_days{*from})
    return Failure(Errc::conflict, to_text(wish.to) + " is before the first open day, " + to_text(*from),
                   "Close what is open.", "/to");
  const auto figures = figures_of(tx, wish.account, *from, wish.to);
  if (const auto whole = check_whole(figures, *from, wish.to); !whole) return whole.error();
  const PeriodView period{0, new_uuid_v7(now), wish.account, *from, wish.to, "proposed"};
  const auto number = insert_period(tx, period);
  insert_period_step(tx, number, {"propose", actor.id, now, wish.note});
  return find_period(tx, actor, period.id);
}

Result<PeriodCase> decide_period(sql::Tx& tx, const Actor& actor, const Uuid& id, bool approve,
                                 std::string_view note, Time now) {
  return take_step(tx, actor, id, {approve ? "sign" : "reject", actor.id, now, std::string(note)});
}

Result<PeriodCase> ask_to_reopen(sql::Tx& tx, const Actor& actor, const Uuid& id, std::string_view reason,
                                 Time now) {
  return take_step(tx, actor, id, {"ask_to_reopen", actor.id, now, std::string(reason)});
}

Result<PeriodCase> decide_reopening(sql::Tx& tx, const Actor& actor, const Uuid& id, bool approve,
                                    std::string_view note, Time now) {
  return take_step(tx, actor, id, {approve ? "reopen" : "keep", actor.id, now, std::string(note)});
}

Result<PeriodCase> find_period(sql::Tx& tx, const Actor& actor, const Uuid& id) {
  auto period = period_of(tx, actor, id);
  if (!period) return period.error();
  const auto figures = figures_of(tx, period->account, period->from, period->to);
  return PeriodCase{*std::move(period), figures};
}

Result<FoundPeriods> find_periods(sql::Tx& tx, const Actor& actor, const PageOf& page) {
  const auto before = number_cursor(page, std::numeric_limits<std::int64_t>::max());
  if (!before) return before.error();
  auto found = list_periods(tx, seen_agency(actor), *before,
                            std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax));
  return FoundPeriods{std::move(found.items), found.next == 0 ? "" : std::to_string(found.next)};
}

}  // namespace bccid
