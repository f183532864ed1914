#include "jobs/onestop_deliverer.hpp"

#include "base/time_text.hpp"
#include "flow/confirm_dossier.hpp"

#include <boost/json.hpp>

namespace bccid {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::string_view kTargetPrefix = "onestop:";

Failure unreadable(std::string_view member) {
  return Failure(Errc::malformed, "the stored status message has no readable " + std::string(member));
}

std::optional<std::string> text_member(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return std::string(value->get_string());
}

std::optional<Time> time_member(const json::object& object, std::string_view name) {
  const auto text = text_member(object, name);
  if (!text) return std::nullopt;
  const auto at = parse_rfc3339(*text);
  return at ? std::optional(*at) : std::nullopt;
}

Delivery::Kind kind_of(SendOutcome outcome) {
  switch (outcome) {
    case SendOutcome::accepted: return Delivery::Kind::delivered;
    case SendOutcome::rejected: return Delivery::Kind::refused;
    case SendOutcome::not_sent:
    case SendOutcome::unknown: break;  // the message has an id that repeats: sending again is safe
  }
  return Delivery::Kind::failed;
}

}  // namespace

Result<DossierStatus> read_dossier_status(std::string_view payload) {
  boost::system::error_code error;
  const auto value = json::parse({payload.data(), payload.size()}, error);
  if (error || !value.is_object())
    return Failure(Errc::malformed, "the stored status message is no JSON object");
  const auto& object = value.get_object();
  DossierStatus status;
  const auto code = text_member(object, "dossier_code");
  if (!code) return unreadable("dossier_code");
  const auto* number = object.if_contains("portal_status");
  if (number == nullptr || !number->is_int64()) return unreadable("portal_status");
  const auto at = time_member(object, "occurred_at");
  if (!at) return unreadable("occurred_at");
  status.dossier_code = *code;
  status.portal_status = static_cast<int>(number->get_int64());
  status.step_text = text_member(object, "step_text").value_or("");
  status.occurred_at = *at;
  status.delivered_at = time_member(object, "delivered_at");
  if (status.portal_status == 10 && !status.delivered_at) return unreadable("delivered_at");
  return status;
}

OnestopDeliverer::OnestopDeliverer(Db& db, const Clock& clock, std::chrono::milliseconds deadline)
    : db_(db), clock_(clock), deadline_(deadline) {}

void OnestopDeliverer::add(OnestopPort& port) { ports_[port.agency()] = &port; }

asio::awaitable<Delivery> OnestopDeliverer::deliver(const LeasedMessage& held, Deadline) {
  const auto port = ports_.find(std::string_view(held.message.target).substr(kTargetPrefix.size()));
  if (port == ports_.end())
    co_return Delivery::of(Delivery::Kind::failed, held.message.target + " is not configured");
  auto status = read_dossier_status(held.message.payload);
  if (!status) co_return Delivery::of(Delivery::Kind::refused, status.error().detail);
  status->message_id = held.message_id.to_text();
  const auto report = co_await port->second->write_status(*status, held.outgoing_request_id());
  Delivery delivery = Delivery::of(kind_of(report.outcome), report.reason, report.http_status);
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(report.retry_after).count();
  if (seconds > 0) delivery.retry_after = std::to_string(seconds);
  if (delivery.kind != Delivery::Kind::delivered) co_return delivery;
  const auto confirmed = co_await confirm(held, status->portal_status);
  // Told but not written down: telling it again does no harm, forgetting it would.
  if (!confirmed) co_return Delivery::of(Delivery::Kind::failed, "database: " + confirmed.error().detail);
  co_return delivery;
}

asio::awaitable<Status> OnestopDeliverer::confirm(const LeasedMessage& held, int portal_status) {
  const Time now = clock_.now();
  auto job = [&held, portal_status, now](sql::Tx& tx) { confirm_dossier(tx, held, portal_status, now); };
  JobSpec spec(Lane::background, deadline_in(deadline_), "dossier_confirm");
  spec.with_key();
  return db_.run(std::move(spec), std::move(job));
}

}  // namespace bccid
