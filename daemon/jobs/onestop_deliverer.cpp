#include "jobs/onestop_deliverer.hpp"

#include "flow/confirm_dossier.hpp"
#include "flow/dossier_message.hpp"
#include "jobs/repeatable_delivery.hpp"

namespace bccid {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kTargetPrefix = "onestop:";

}  // namespace

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
  const auto report = co_await port->second->write_status(*status, tag_of(held));
  Delivery delivery = delivery_of(report);
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
