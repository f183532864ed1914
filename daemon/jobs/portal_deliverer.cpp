#include "jobs/portal_deliverer.hpp"

#include "jobs/repeatable_delivery.hpp"

#include <utility>

namespace bccid {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kTargetPrefix = "portal:";

// What can never be sent is a person's; the database comes back.
Delivery unread(const Failure& failure) {
  const bool never = failure.code == Errc::malformed || failure.code == Errc::not_found;
  return Delivery::of(never ? Delivery::Kind::refused : Delivery::Kind::failed,
                      (never ? "" : "database: ") + failure.detail);
}

}  // namespace

PortalDeliverer::PortalDeliverer(Db& db, const Clock& clock, std::chrono::milliseconds deadline)
    : db_(db), clock_(clock), deadline_(deadline) {}

void PortalDeliverer::add(PortalPort& port) { ports_[port.name()] = &port; }

asio::awaitable<Delivery> PortalDeliverer::deliver(const LeasedMessage& held, Deadline) {
  const auto port = ports_.find(std::string_view(held.message.target).substr(kTargetPrefix.size()));
  if (port == ports_.end())
    co_return Delivery::of(Delivery::Kind::failed, held.message.target + " is not configured");
  auto made = co_await read(held, port->second->steps_max());
  if (!made) co_return unread(made.error());
  if (!*made) co_return Delivery::of(Delivery::Kind::delivered, "told with an earlier message");
  const PortalReport& report = **made;
  const auto answer = co_await port->second->report(report.report, tag_of(held));
  Delivery delivery = delivery_of(answer);
  if (delivery.kind != Delivery::Kind::delivered) co_return delivery;
  const auto confirmed = co_await confirm(held, report);
  // Told but not written down: telling it again does no harm, forgetting it would.
  if (!confirmed) co_return Delivery::of(Delivery::Kind::failed, "database: " + confirmed.error().detail);
  co_return delivery;
}

asio::awaitable<Result<std::optional<PortalReport>>> PortalDeliverer::read(const LeasedMessage& held,
                                                                           std::size_t steps_max) {
  auto job = [&held, steps_max](sql::Tx& tx) { return read_portal_report(tx, held, steps_max); };
  JobSpec spec(Lane::background, deadline_in(deadline_), "portal_report_read");
  return db_.run(std::move(spec), std::move(job));
}

asio::awaitable<Status> PortalDeliverer::confirm(const LeasedMessage& held, const PortalReport& taken) {
  const Time now = clock_.now();
  auto job = [&held, &taken, now](sql::Tx& tx) { confirm_portal_report(tx, held, taken, now); };
  JobSpec spec(Lane::background, deadline_in(deadline_), "portal_report_confirm");
  spec.with_key();
  return db_.run(std::move(spec), std::move(job));
}

}  // namespace bccid
