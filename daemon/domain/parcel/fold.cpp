#include "domain/parcel/fold.hpp"

#include <algorithm>
#include <set>
#include <tuple>
#include <vector>

namespace bccid {
namespace {

bool counts_as_proof(const FoldEvent& event) {
  const bool about_delivery =
      event.event == ParcelEvent::delivered || event.event == ParcelEvent::proof_recorded;
  return event.evidence && about_delivery;
}

OutcomeStep step_of(const FoldState& state) {
  if (state.state != ParcelState::delivered) return OutcomeStep::none;
  return state.evidence ? OutcomeStep::proved : OutcomeStep::provisional;
}

void enter(FoldState& state, ParcelState to, const FoldEvent& event) {
  state.state = to;
  state.since = event.occurred_at;
  state.since_key = event.key;
  state.reason = event.reason;
}

// A repeated report of the same final keeps the first one's time: that is when it happened.
bool is_move(const FoldState& state, ParcelState to, ParcelEvent event) {
  if (to != state.state) return true;
  const bool quiet = event >= ParcelEvent::proof_recorded;
  return !quiet && phase(to) < ParcelPhase::final;
}

void apply(const ParcelMachine& machine, FoldState& state, const FoldEvent& event) {
  const auto to = machine.find(state.state, event.event);
  if (!to) {
    ++state.anomalies;
    return;
  }
  if (counts_as_proof(event)) state.evidence = true;
  if (event.event == ParcelEvent::delivery_failed || event.event == ParcelEvent::refused) ++state.attempts;
  if (event.event == ParcelEvent::papers_counted) state.papers_counted = true;
  if (event.event == ParcelEvent::cod_collected) state.cod_collected = true;
  if (is_move(state, *to, event.event)) enter(state, *to, event);
}

void see(FoldState& state, const FoldEvent& event) {
  state.last_at = event.occurred_at;
  state.last_key = event.key;
  ++state.events;
}

bool before_in_time(const FoldEvent* left, const FoldEvent* right) {
  return std::tie(left->occurred_at, left->key) < std::tie(right->occurred_at, right->key);
}

std::vector<const FoldEvent*> sorted_and_distinct(std::span<const FoldEvent> events) {
  std::vector<const FoldEvent*> sorted;
  sorted.reserve(events.size());
  for (const auto& event : events) sorted.push_back(&event);
  std::sort(sorted.begin(), sorted.end(), before_in_time);
  const auto same_key = [](const FoldEvent* left, const FoldEvent* right) { return left->key == right->key; };
  sorted.erase(std::unique(sorted.begin(), sorted.end(), same_key), sorted.end());
  return sorted;
}

std::set<Uuid> keys_named_by_retractions(const std::vector<const FoldEvent*>& events) {
  std::set<Uuid> named;
  for (const auto* event : events) {
    if (event->event == ParcelEvent::retracted && event->retracts) named.insert(*event->retracts);
  }
  return named;
}

}  // namespace

FoldState fold(const ParcelMachine& machine, std::span<const FoldEvent> events) {
  const auto sorted = sorted_and_distinct(events);
  const auto retracted = keys_named_by_retractions(sorted);
  FoldState state;
  std::size_t retractions_met = 0;
  for (const auto* event : sorted) {
    see(state, *event);
    const bool named = retracted.contains(event->key);
    if (named) ++retractions_met;
    if (event->event == ParcelEvent::retracted) {
      if (named || !event->retracts) ++state.anomalies;
    } else if (!named) {
      apply(machine, state, *event);
    }
  }
  state.open_retractions = static_cast<int>(retracted.size() - retractions_met);
  state.step = step_of(state);
  return state;
}

std::optional<FoldState> append(const ParcelMachine& machine, const FoldState& before,
                                const FoldEvent& event) {
  if (event.event == ParcelEvent::retracted || before.open_retractions > 0) return std::nullopt;
  const auto last = std::tie(before.last_at, before.last_key);
  if (before.events > 0 && std::tie(event.occurred_at, event.key) <= last) return std::nullopt;
  FoldState after = before;
  see(after, event);
  apply(machine, after, event);
  after.step = step_of(after);
  return after;
}

FoldState set_aside(const FoldState& before, std::span<const FoldEvent> fresh) {
  FoldState after = before;
  for (const auto& event : fresh) {
    const auto newest = std::tie(after.last_at, after.last_key);
    const bool newer = std::tie(event.occurred_at, event.key) > newest;
    const FoldState seen = after;
    see(after, event);
    ++after.anomalies;
    if (newer) continue;
    after.last_at = seen.last_at;
    after.last_key = seen.last_key;
  }
  return after;
}

std::vector<Uuid> retracted_events(std::span<const FoldEvent> events) {
  const auto sorted = sorted_and_distinct(events);
  const auto named = keys_named_by_retractions(sorted);
  std::vector<Uuid> keys;
  for (const auto* event : sorted)
    if (named.contains(event->key)) keys.push_back(event->key);
  return keys;
}

OutcomeStep outcome_step(const FoldState& state, bool money_settled) {
  if (state.step == OutcomeStep::proved && money_settled) return OutcomeStep::closed;
  return state.step;
}

}  // namespace bccid
