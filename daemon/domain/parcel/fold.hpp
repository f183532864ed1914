#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "domain/parcel/parcel.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bccid {

// How sure the outcome is. Portal status 10 "Đã trả kết quả" needs at least `proved`.
enum class OutcomeStep : std::uint8_t {
  none,         // not delivered, or disputed
  provisional,  // delivered by scan, no evidence yet
  proved,       // delivered, and the recipient was checked or evidence is named by its hash
  closed,       // proved, and the money of the parcel is settled
};

template <>
struct EnumNames<OutcomeStep> {
  static constexpr std::array<std::string_view, 4> kNames{"none", "provisional", "proved", "closed"};
};

// One stored event, as far as the state depends on it. One key always names the same content: the
// store refuses a second content under one key.
struct FoldEvent {
  Uuid key;
  ParcelEvent event = ParcelEvent::registered;
  Time occurred_at{};
  bool evidence = false;         // counts on `delivered` and `proof_recorded` only
  std::optional<Uuid> retracts;  // set exactly on `retracted`: the key of the wrong event
  std::string reason;            // normalised reason, such as recipient_absent
};

// What a set of events says about a parcel. Equal sets give equal values, whatever the order of arrival.
struct FoldState {
  ParcelState state = ParcelState::registered;
  OutcomeStep step = OutcomeStep::none;
  int attempts = 0;   // deliveries tried in vain: delivery_failed and refused
  int anomalies = 0;  // events that the transition table refused; kept, shown, without effect
  bool evidence = false;
  bool papers_counted = false;
  bool cod_collected = false;
  Time since{};        // when the event happened that led to `state`; the epoch when there is none
  Uuid since_key{};    // that event
  std::string reason;  // that event's reason
  Time last_at{};      // the largest (occurred_at, key) of the set, retracted events included
  Uuid last_key{};
  int events = 0;            // distinct keys in the set
  int open_retractions = 0;  // retractions whose event has not arrived

  bool operator==(const FoldState&) const = default;
};

// The state of a set of events: in any order, with repetitions. Retracted events are taken out first,
// the others applied by (occurred_at, key). A retraction cannot be retracted; naming one is an anomaly.
FoldState fold(const ParcelMachine& machine, std::span<const FoldEvent> events);

// The fast path: fold(all before + event), without reading what was before. Nothing when that needs
// the whole set: the event is a retraction, does not sort after everything seen, or a retraction waits.
// The event's key must not have been seen.
std::optional<FoldState> append(const ParcelMachine& machine, const FoldState& before,
                                const FoldEvent& event);

// For a set of which earlier events are gone, dropped with their month: `fresh` cannot be folded in any more.
// It is counted, as anomalies for a person; the state stays what it was.
FoldState set_aside(const FoldState& before, std::span<const FoldEvent> fresh);

// The keys of those events of the set that its own retractions name: what they took with them is given back.
std::vector<Uuid> retracted_events(std::span<const FoldEvent> events);

// The step with money taken into account: `proved` becomes `closed` once everything owed is settled.
OutcomeStep outcome_step(const FoldState& state, bool money_settled);

}  // namespace bccid
