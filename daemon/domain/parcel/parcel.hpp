#pragma once

#include "domain/transition_table.hpp"

#include <cstdint>

namespace bccid {

// Where a parcel is. `registered` is the state of a parcel without any event.
enum class ParcelState : std::uint8_t {
  registered,
  pickup_assigned,
  pickup_in_progress,
  pickup_failed,
  collected,
  accepted_at_office,
  in_transit,
  at_delivery_office,
  out_for_delivery,
  available_for_pickup,
  delivery_failed,
  held,
  forwarded,
  returning,
  return_failed,
  delivered,
  returned,
  cancelled,
  lost,
  disputed,  // two different outcomes were reported; a person retracts one
};

template <>
struct EnumNames<ParcelState> {
  static constexpr std::array<std::string_view, 20> kNames{"registered",
                                                           "pickup_assigned",
                                                           "pickup_in_progress",
                                                           "pickup_failed",
                                                           "collected",
                                                           "accepted_at_office",
                                                           "in_transit",
                                                           "at_delivery_office",
                                                           "out_for_delivery",
                                                           "available_for_pickup",
                                                           "delivery_failed",
                                                           "held",
                                                           "forwarded",
                                                           "returning",
                                                           "return_failed",
                                                           "delivered",
                                                           "returned",
                                                           "cancelled",
                                                           "lost",
                                                           "disputed"};
};

// What may be reported about a parcel. All but the last five are named after the state they lead to.
enum class ParcelEvent : std::uint8_t {
  registered,
  pickup_assigned,
  pickup_in_progress,
  pickup_failed,
  collected,
  accepted_at_office,
  in_transit,
  at_delivery_office,
  out_for_delivery,
  available_for_pickup,
  delivery_failed,
  held,
  forwarded,
  returning,
  return_failed,
  delivered,
  returned,
  cancelled,
  lost,
  refused,         // the recipient said no: the parcel goes back at once
  proof_recorded,  // evidence of delivery came, before or after the delivery itself
  papers_counted,  // QĐ 45/2016/QĐ-TTg: the worker and the applicant count the papers
  cod_collected,   // money was taken for this parcel
  retracted,       // the named event did not happen (EPCIS 2.0 error declaration)
};

template <>
struct EnumNames<ParcelEvent> {
  static constexpr std::array<std::string_view, 24> kNames{"registered",
                                                           "pickup_assigned",
                                                           "pickup_in_progress",
                                                           "pickup_failed",
                                                           "collected",
                                                           "accepted_at_office",
                                                           "in_transit",
                                                           "at_delivery_office",
                                                           "out_for_delivery",
                                                           "available_for_pickup",
                                                           "delivery_failed",
                                                           "held",
                                                           "forwarded",
                                                           "returning",
                                                           "return_failed",
                                                           "delivered",
                                                           "returned",
                                                           "cancelled",
                                                           "lost",
                                                           "refused",
                                                           "proof_recorded",
                                                           "papers_counted",
                                                           "cod_collected",
                                                           "retracted"};
};

// Who answers for the parcel now.
enum class ParcelPhase : std::uint8_t {
  before_custody,  // a printed label is not a parcel
  custody,         // the post has it (QĐ 45/2016/QĐ-TTg: loss in carriage is on the post)
  way_back,
  final,
  disputed,
};

template <>
struct EnumNames<ParcelPhase> {
  static constexpr std::array<std::string_view, 5> kNames{"before_custody", "custody", "way_back", "final",
                                                          "disputed"};
};

ParcelPhase phase(ParcelState state);

// True for delivered, returned, cancelled and lost.
inline bool is_final(ParcelState state) { return phase(state) == ParcelPhase::final; }

// schemas/codes/parcel_transitions.csv. Its rules, which the unit tests hold it to: pick-up moves only
// before custody; delivered and returned never before custody; a final state absorbs; a second,
// different final gives `disputed`.
using ParcelMachine = TransitionTable<ParcelState, ParcelEvent>;

// Every direct (from, to) for the database's own check.
inline std::vector<ParcelMachine::Move> parcel_moves(const ParcelMachine& machine) { return machine.moves(); }

}  // namespace bccid
