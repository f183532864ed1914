#pragma once

#include "base/ids.hpp"
#include "flow/actor.hpp"
#include "ports/onestop_port.hpp"
#include "store/order_store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// Creates the order of one leg, its parcel, its charges and the outbox row that sends it; all or none.
// A second wish for a leg that has a live order returns that order with `existed` set: that is how a
// trigger that arrives twice makes one order.
// Errors: not_found (agency), invalid_field (unknown procedure or commune, leg not allowed by post),
// conflict (the dossier exists under other particulars, the result is already delivered).
Result<OrderView> place_order(sql::Tx& tx, const Actor& actor, std::string_view agency,
                              std::string_view carrier, const OrderWish& wish, Time now);

// Asks for the cancellation of an order. An order that was never sent is cancelled at once; otherwise the
// post is asked and the parcel must not have been taken into custody.
// Errors: not_found (also for another agency's order), conflict (too late).
Result<OrderView> cancel_order(sql::Tx& tx, const Actor& actor, const Uuid& id, std::string_view reason,
                               Time now);

// What a person did about the post's refusal of an order.
struct OrderCorrection {
  std::string note;
  std::optional<CarrierParty> citizen;  // the citizen's particulars, when they were what was wrong
};

// Sends an order again that the post refused: corrected, wanted again, its dead message scheduled anew, and
// the questions about both closed; all or none. An order that is on its way already stays as it is.
// Errors: not_found (also for another agency's order), invalid_field (the citizen's commune), conflict
// (closed or being cancelled; other particulars for an order that is not held; the refusal is just being
// recorded).
Result<OrderView> release_order(sql::Tx& tx, const Actor& actor, const Uuid& id,
                                const OrderCorrection& correction, Time now);

// Errors: not_found (also for another agency's order).
Result<OrderView> read_order(sql::Tx& tx, const Actor& actor, const Uuid& id);

}  // namespace bccid
