#pragma once

#include "domain/transition_table.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace bccid {

// The two legs of a dossier; each is optional and independent (QĐ 45/2016/QĐ-TTg Điều 5).
enum class Leg : std::uint8_t {
  pickup,    // the papers go to the agency ("gửi hồ sơ")
  delivery,  // the result comes to the applicant ("nhận kết quả")
};

template <>
struct EnumNames<Leg> {
  static constexpr std::array<std::string_view, 2> kNames{"pickup", "delivery"};
};

// The three forms of QĐ 45/2016/QĐ-TTg Điều 5.
enum class ServiceForm : std::uint8_t { send_papers, receive_result, both };

template <>
struct EnumNames<ServiceForm> {
  static constexpr std::array<std::string_view, 3> kNames{"send_papers", "receive_result", "both"};
};

std::vector<Leg> legs_of(ServiceForm form);

// The life of one order at the post, which has no idempotency: a send whose answer was lost is `unknown`
// until the post was asked by number.
enum class OrderState : std::uint8_t {
  wanted,
  sending,
  unknown,
  placed,
  held,  // the post said no; a person decides
  cancel_wanted,
  cancelled,
  completed,
  refused,
};

template <>
struct EnumNames<OrderState> {
  static constexpr std::array<std::string_view, 9> kNames{
      "wanted", "sending", "unknown", "placed", "held", "cancel_wanted", "cancelled", "completed", "refused"};
};

enum class OrderEvent : std::uint8_t {
  sent,             // the number is stored and a send begins
  acknowledged,     // definite yes
  outcome_unknown,  // timeout, reset, 5xx, HTML, 101
  found,            // the post's feed shows the number
  not_found,        // the feed was read to its end, later than the send and its grace
  rejected,         // definite no; on a held order: a person confirms it
  cancel_requested,
  cancel_confirmed,
  cancel_rejected,
  parcel_final,
  released,  // a held order was corrected and goes out again
};

template <>
struct EnumNames<OrderEvent> {
  static constexpr std::array<std::string_view, 11> kNames{
      "sent",     "acknowledged",     "outcome_unknown",  "found",           "not_found",
      "rejected", "cancel_requested", "cancel_confirmed", "cancel_rejected", "parcel_final",
      "released"};
};

// schemas/codes/order_transitions.csv.
using OrderMachine = TransitionTable<OrderState, OrderEvent>;

// An order in such a state has nothing more to wait for; another may exist for its dossier and leg.
bool is_closed(OrderState state);

inline constexpr int kOrderAttemptMax = 99;

struct ExternalNumber {
  std::string base;  // dossier code, or the number of the phiếu gửi while there is no dossier code
  Leg leg = Leg::delivery;
  int attempt = 1;
};

// The number that the post knows the order by: `<base>-T1` for delivery (trả), `<base>-N1` for pickup
// (nhận). Depends on nothing else, so a retry after a lost answer has the same number.
// Errors: invalid_field (empty or too long base, attempt outside 1..99).
Result<std::string> external_number(std::string_view base, Leg leg, int attempt);

// The reverse; for the post's feed. Errors: invalid_field.
Result<ExternalNumber> parse_external_number(std::string_view number);

}  // namespace bccid
