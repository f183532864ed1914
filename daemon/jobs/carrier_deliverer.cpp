#include "jobs/carrier_deliverer.hpp"

#include <algorithm>
#include <utility>

namespace bccid {

namespace asio = boost::asio;

namespace {

constexpr std::string_view kTargetPrefix = "carrier:";
constexpr std::string_view kSubjectPrefix = "order:";

Delivery from_database(const Failure& failure) {
  return Delivery::of(Delivery::Kind::failed, "database: " + failure.detail);
}

}  // namespace

CarrierDeliverer::CarrierDeliverer(Db& db, const Clock& clock, CarrierDelivererConfig config)
    : db_(db), clock_(clock), config_(config) {}

void CarrierDeliverer::add(CarrierPort& port, std::function<void()> ask_now, std::size_t waybills_low) {
  posts_[port.name()] = Post{&port, std::move(ask_now), waybills_low};
}

asio::awaitable<Delivery> CarrierDeliverer::deliver(const LeasedMessage& held, Deadline lease_ends) {
  const auto& message = held.message;
  const auto post = posts_.find(std::string_view(message.target).substr(kTargetPrefix.size()));
  if (post == posts_.end())
    co_return Delivery::of(Delivery::Kind::failed, message.target + " is not configured");
  if (!message.subject.starts_with(kSubjectPrefix))
    co_return Delivery::of(Delivery::Kind::refused, "the subject " + message.subject + " names no order");
  std::string number = message.subject.substr(kSubjectPrefix.size());
  CallTag tag = tag_of(held);
  const auto& abilities = post->second.port->abilities();
  if ((message.kind == "order.create" && !abilities.push_order) ||
      (message.kind == "order.cancel" && !abilities.cancel))
    co_return Delivery::of(Delivery::Kind::refused,
                           message.target + " takes no message of kind " + message.kind);
  if (message.kind == "order.create")
    co_return co_await place(post->second, std::move(number), std::move(tag), lease_ends);
  if (message.kind == "order.cancel")
    co_return co_await cancel(post->second, std::move(number), std::move(tag));
  co_return Delivery::of(Delivery::Kind::refused, "a post cannot be sent a message of kind " + message.kind);
}

asio::awaitable<Delivery> CarrierDeliverer::place(Post& post, std::string number, CallTag tag,
                                                  Deadline lease_ends) {
  const Time now = clock_.now();
  const auto& abilities = post.port->abilities();
  const SendTerms terms{config_.settle, abilities.waybills, post.waybills_low,
                        abilities.read_one ? std::optional<Duration>(config_.first_look) : std::nullopt};
  auto decide = [&number, &terms, now](sql::Tx& tx) { return plan_order_send(tx, number, terms, now); };
  const auto plan =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "order_plan_send", std::move(decide));
  if (!plan) co_return from_database(plan.error());
  if (plan->step != SendStep::send) co_return unsent(*plan, post);
  // Held up between decision and sending: somebody else may be deciding by now. The order is `sending`, so
  // the post is asked before anybody sends again.
  if (SteadyClock::now() >= lease_ends)
    co_return Delivery::of(Delivery::Kind::later, "the lease ended before the order was sent");
  const auto report = co_await post.port->create_order(plan->order, std::move(tag));
  const Time answered = clock_.now();
  auto record = [&](sql::Tx& tx) { apply_send_report(tx, number, report, answered); };
  const auto recorded =
      co_await db_.run(Lane::background, deadline_in(config_.deadline), "order_sent", std::move(record));
  if (!recorded) co_return from_database(recorded.error());
  if (report.outcome == SendOutcome::accepted && post.port->abilities().read_one && post.ask_now)
    post.ask_now();
  auto delivery = judged(report, post);
  // The feed is asked at once; sending again is not even thought of before the request has settled.
  if (report.outcome == SendOutcome::unknown) delivery.wait = config_.ask_every;
  co_return delivery;
}

asio::awaitable<Delivery> CarrierDeliverer::cancel(Post& post, std::string number, CallTag tag) {
  auto decide = [&number](sql::Tx& tx) { return plan_order_cancel(tx, number); };
  const auto plan = co_await db_.run(Lane::background, deadline_in(config_.deadline), "order_plan_cancel",
                                     std::move(decide));
  if (!plan) co_return from_database(plan.error());
  if (plan->step != SendStep::send) co_return unsent(*plan, post);
  const auto report = co_await post.port->cancel_order(number, std::move(tag));
  const Time answered = clock_.now();
  auto record = [&](sql::Tx& tx) { apply_cancel_report(tx, number, report, answered); };
  const auto recorded = co_await db_.run(Lane::background, deadline_in(config_.deadline), "order_cancel_sent",
                                         std::move(record));
  if (!recorded) co_return from_database(recorded.error());
  co_return judged(report, post);
}

Delivery CarrierDeliverer::unsent(const SendPlan& plan, Post& post) const {
  switch (plan.step) {
    case SendStep::done: return Delivery::of(Delivery::Kind::delivered, plan.reason);
    case SendStep::unwanted: return Delivery::of(Delivery::Kind::unwanted, plan.reason);
    case SendStep::refused: return Delivery::of(Delivery::Kind::refused, plan.reason);
    case SendStep::no_number: {
      auto delivery = Delivery::of(Delivery::Kind::later, plan.reason);
      delivery.wait = config_.number_every;
      return delivery;
    }
    case SendStep::send:
    case SendStep::ask_later: break;
  }
  if (post.ask_now) post.ask_now();
  auto delivery = Delivery::of(Delivery::Kind::later, plan.reason);
  delivery.wait =
      std::max<Duration>(config_.ask_every, std::min<Duration>(plan.ask_at - clock_.now(), config_.settle));
  return delivery;
}

Delivery CarrierDeliverer::judged(const SendReport& report, Post& post) const {
  Delivery delivery;
  delivery.http_status = report.http_status;
  delivery.reason = report.reason;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(report.retry_after).count();
  if (seconds > 0) delivery.retry_after = std::to_string(seconds);
  switch (report.outcome) {
    case SendOutcome::accepted: delivery.kind = Delivery::Kind::delivered; break;
    case SendOutcome::pending: delivery.kind = Delivery::Kind::delivered; break;  // the events will say
    case SendOutcome::rejected: delivery.kind = Delivery::Kind::refused; break;
    case SendOutcome::not_sent: delivery.kind = Delivery::Kind::failed; break;
    case SendOutcome::unknown:
      delivery.kind = Delivery::Kind::failed;
      if (post.ask_now) post.ask_now();
      break;
  }
  return delivery;
}

}  // namespace bccid
