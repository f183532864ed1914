#include "domain/order/order.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace bccid {
namespace {

constexpr std::size_t kShownBytesMax = 80;

char leg_letter(Leg leg) { return leg == Leg::delivery ? 'T' : 'N'; }

bool may_stand_in_number(char c) {
  const bool letter = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
  return letter || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

Failure bad_number(std::string_view number) {
  return Failure(Errc::invalid_field,
                 "order number '" + shown(number, kShownBytesMax) + "' is not one of ours",
                 "Ours end in -T<attempt> for a delivery and -N<attempt> for a pickup.");
}

// 1..99 without a leading zero, so that a number has one spelling only.
std::optional<int> parse_attempt(std::string_view digits) {
  if (digits.empty() || digits.size() > 2 || digits.front() == '0') return std::nullopt;
  int value = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

}  // namespace

std::vector<Leg> legs_of(ServiceForm form) {
  switch (form) {
    case ServiceForm::send_papers: return {Leg::pickup};
    case ServiceForm::receive_result: return {Leg::delivery};
    case ServiceForm::both: break;
  }
  return {Leg::pickup, Leg::delivery};
}

bool is_closed(OrderState state) { return state >= OrderState::cancelled; }

Result<std::string> external_number(std::string_view base, Leg leg, int attempt) {
  if (base.empty() || !std::all_of(base.begin(), base.end(), may_stand_in_number)) {
    return Failure(
        Errc::invalid_field,
        "order base '" + shown(base, kShownBytesMax) + "' is empty or has a sign that a number cannot have",
        "Give the dossier code or the slip number.");
  }
  if (attempt < 1 || attempt > kOrderAttemptMax) {
    return Failure(Errc::invalid_field, "order attempt " + std::to_string(attempt) + " is outside 1 to 99",
                   "Look at why the order was given so often.");
  }
  std::string number(base);
  number.append("-").push_back(leg_letter(leg));
  number.append(std::to_string(attempt));
  if (number.size() > limits::kDossierCodeCharsMax) {
    return Failure(Errc::invalid_field,
                   "order number '" + shown(number, kShownBytesMax) + "' is longer than 50 characters",
                   "Use a shorter slip number.");
  }
  return number;
}

Result<ExternalNumber> parse_external_number(std::string_view number) {
  const auto dash = number.rfind('-');
  if (dash == std::string_view::npos || dash == 0 || dash + 2 >= number.size()) return bad_number(number);
  const char letter = number[dash + 1];
  const auto attempt = parse_attempt(number.substr(dash + 2));
  if (!attempt || (letter != 'T' && letter != 'N')) return bad_number(number);
  return ExternalNumber{std::string(number.substr(0, dash)), letter == 'T' ? Leg::delivery : Leg::pickup,
                        *attempt};
}

}  // namespace bccid
