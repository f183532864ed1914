#include "domain/order/look_pace.hpp"

#include <algorithm>

namespace bccid {
namespace {

constexpr int kDoublingsMax = 3;

// Somebody is on the way with it, or to it.
bool about_to_move(ParcelState state) {
  switch (state) {
    case ParcelState::pickup_assigned:
    case ParcelState::pickup_in_progress:
    case ParcelState::at_delivery_office:
    case ParcelState::out_for_delivery: return true;
    default: return false;
  }
}

std::optional<Duration> usual(const LookCase& known, const LookPace& pace, Time now) {
  switch (known.order) {
    case OrderState::wanted: return std::nullopt;  // a send begins its looks
    case OrderState::cancelled:
    case OrderState::refused: return std::nullopt;
    case OrderState::sending:
    case OrderState::unknown:
    case OrderState::cancel_wanted: return pace.ready;
    case OrderState::held: return pace.waiting;  // the post said no and may have done it
    case OrderState::placed:
    case OrderState::completed: break;
  }
  if (known.ended_at) {
    if (now - *known.ended_at >= pace.keep) return std::nullopt;
    return pace.ended;
  }
  return !known.item_known || about_to_move(known.parcel) ? pace.ready : pace.waiting;
}

}  // namespace

std::optional<Duration> next_look(const LookCase& known, const LookPace& pace, Time now) {
  const auto wait = usual(known, pace, now);
  if (!wait || known.failures == 0) return wait;
  const Duration longest = std::max(pace.waiting, *wait * (1 << kDoublingsMax));
  return std::min(*wait * (1 << std::min(known.failures, kDoublingsMax + 2)), longest);
}

}  // namespace bccid
