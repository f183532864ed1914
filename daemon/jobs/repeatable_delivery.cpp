#include "jobs/repeatable_delivery.hpp"

namespace bccid {
namespace {

Delivery::Kind kind_of(SendOutcome outcome) {
  switch (outcome) {
    case SendOutcome::accepted: return Delivery::Kind::delivered;
    case SendOutcome::rejected: return Delivery::Kind::refused;
    case SendOutcome::not_sent:
    case SendOutcome::pending:
    case SendOutcome::unknown: break;
  }
  return Delivery::Kind::failed;
}

}  // namespace

Delivery delivery_of(const SendReport& report) {
  Delivery delivery = Delivery::of(kind_of(report.outcome), report.reason, report.http_status);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(report.retry_after).count();
  if (seconds > 0) delivery.retry_after = std::to_string(seconds);
  return delivery;
}

}  // namespace bccid
