#include "flow/accept_scans.hpp"
#include "flow/attention.hpp"
#include "flow/cash_entries.hpp"
#include "flow/code_lists.hpp"
#include "flow/collect_cash.hpp"
#include "flow/parcel_news.hpp"
#include "store/break_store.hpp"
#include "store/parcel_store.hpp"

#include <algorithm>
#include <map>

namespace bccid {
namespace {

// Held events that found their parcel, with the parcel's whole history.
struct Adopted {
  const ParcelRow* parcel = nullptr;
  std::vector<HeldEvent> events;
};

std::vector<CashTaken> cash_of(const std::vector<Adopted>& adopted) {
  std::vector<CashTaken> cash;
  for (const auto& one : adopted)
    for (const auto& event : one.events)
      if (!event.fee.zero() || !event.charge.zero() || !event.postage.zero())
        cash.push_back(CashTaken{event.fold.key, one.parcel->order_id, one.parcel->agency, "",
                                 one.parcel->order_number, event.actor, event.office, event.fee, event.charge,
                                 event.postage, event.fold.occurred_at});
  return cash;
}

using History = std::map<std::int64_t, std::vector<FoldEvent>>;

History history_of(sql::Tx& tx, const std::vector<Adopted>& adopted) {
  std::vector<std::int64_t> ids;
  for (const auto& one : adopted) ids.push_back(one.parcel->id);
  return load_events(tx, ids);
}

FoldState folded(const Adopted& adopted, const std::vector<FoldEvent>& events) {
  const auto known = static_cast<std::size_t>(adopted.parcel->fold.events) + adopted.events.size();
  if (events.size() >= known) return fold(code_lists().parcel, events);
  std::vector<FoldEvent> fresh;
  for (const auto& event : adopted.events) fresh.push_back(event.fold);
  return set_aside(adopted.parcel->fold, fresh);
}

void refold_adopted(sql::Tx& tx, const std::vector<Adopted>& adopted, const History& history, Time now,
                    std::string_view request_id) {
  std::vector<ParcelUpdate> updates;
  updates.reserve(adopted.size());  // the news point into it
  std::vector<ParcelNews> news;
  for (const auto& one : adopted) {
    const HeldEvent* cause = &one.events.back();
    for (const auto& event : one.events)
      if (event.fold.retracts) cause = &event;
    ParcelUpdate update;
    update.id = one.parcel->id;
    update.fold = folded(one, history.at(one.parcel->id));
    update.step = one.parcel->step == "closed" && update.fold.step == OutcomeStep::proved
                      ? "closed"
                      : name(update.fold.step);
    update.refold = cause->row;
    update.seal_no = one.parcel->seal_no;
    const auto* clock = parcel_clock(update.fold.state);
    update.due_at = now + (clock ? clock->silent : std::chrono::hours(0));
    updates.push_back(std::move(update));
    news.push_back(ParcelNews{one.parcel,
                              &one.parcel->fold,
                              &updates.back().fold,
                              cause->fold.key,
                              name(cause->fold.event),
                              request_id,
                              {}});
  }
  update_parcels(tx, updates);
  spread_parcel_news(tx, news, now);
}

// What finance was asked when the scans were discarded: whose the cash is. Now that is known.
std::vector<BreakEnd> questions_about(const std::vector<CashTaken>& cash) {
  std::vector<BreakEnd> ends;
  for (const auto& taken : cash)
    for (const auto kind : {ChargeKind::fee, ChargeKind::charge, ChargeKind::postage})
      ends.push_back({key_of(BreakType::cash_over, cash_subject(taken.event_key, kind)),
                      "rule adopted: order " + taken.order_number + " names the label"});
  return ends;
}

// Also by retractions that the parcels had already: what they name may have been held until now.
std::vector<Uuid> retracted_of(const History& history) {
  std::vector<Uuid> keys;
  for (const auto& [parcel, events] : history)
    for (const auto& key : retracted_events(events)) keys.push_back(key);
  return keys;
}

}  // namespace

std::size_t adopt_held_scans(sql::Tx& tx, const std::vector<std::string>& refs, Time now,
                             std::string_view request_id) {
  lock_item_refs(tx, refs);
  const auto parcels = lock_parcels(tx, refs, refs);
  if (parcels.empty()) return 0;
  auto held = lock_held_events(tx, refs);
  if (held.empty()) return 0;
  std::map<std::int64_t, Adopted> by_parcel;
  std::vector<Adoption> adoptions;
  std::vector<std::string> subjects;
  for (auto& event : held) {
    const auto owner = std::find_if(parcels.begin(), parcels.end(), [&event](const ParcelRow& parcel) {
      return parcel.order_number == event.item_ref || parcel.item_code == event.item_ref;
    });
    if (owner == parcels.end()) continue;
    adoptions.push_back(Adoption{event.row, owner->id, true});
    subjects.push_back("parcel:" + event.item_ref);
    auto& adopted = by_parcel[owner->id];
    adopted.parcel = &*owner;
    adopted.events.push_back(std::move(event));
  }
  if (adoptions.empty()) return 0;
  adopt_events(tx, adoptions);
  std::vector<Adopted> list;
  for (auto& [id, adopted] : by_parcel) list.push_back(std::move(adopted));
  const auto history = history_of(tx, list);
  refold_adopted(tx, list, history, now, request_id);
  const auto cash = cash_of(list);
  if (!cash.empty()) resolve_breaks(tx, questions_about(cash), "rule:adopted", now);
  auto paid = collect_cash(tx, cash, now);
  forget_paid(paid, reverse_cash(tx, retracted_of(history), "job:adopt", now));
  close_attention(tx, "unknown_parcel", subjects, Actor{"job:adopt", "service", "", "", ""},
                  "the parcel is known now");
  issue_receipts(tx, paid, now);
  return adoptions.size();
}

void cancel_parcel(sql::Tx& tx, std::string_view number, std::string_view actor, Time now,
                   std::string_view request_id) {
  Scan scan;
  scan.key = uuid_from_name("order.cancel", number);
  scan.source = "bccid";
  scan.code = "cancelled";
  scan.item = std::string(number);
  scan.occurred_at = now;
  scan.actor = std::string(actor);
  scan.request_id = std::string(request_id);
  accept_scans(tx, std::span<const Scan>(&scan, 1), now);
}

}  // namespace bccid
