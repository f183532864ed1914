#include "jobs/receipt_deliverer.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace bccid {

namespace asio = boost::asio;

namespace {

using Step = DocumentStep::Kind;

constexpr std::string_view kTargetPrefix = "receipt:";
constexpr std::string_view kSubjectPrefix = "receipt:";
// Asking, sending, and once more when a replaced document had to be asked about first.
constexpr int kStepsMax = 4;

std::optional<std::int64_t> receipt_of(std::string_view subject) {
  if (!subject.starts_with(kSubjectPrefix)) return std::nullopt;
  subject.remove_prefix(kSubjectPrefix.size());
  std::int64_t id = 0;
  const auto [end, error] = std::from_chars(subject.data(), subject.data() + subject.size(), id);
  if (error != std::errc{} || end != subject.data() + subject.size()) return std::nullopt;
  return id;
}

Delivery without_database(const Failure& failure) {
  return Delivery::of(Delivery::Kind::failed, "database: " + failure.detail);
}

Delivery judged_report(const SendReport& report) {
  Delivery delivery;
  delivery.http_status = report.http_status;
  delivery.reason = report.reason;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(report.retry_after).count();
  if (seconds > 0) delivery.retry_after = std::to_string(seconds);
  switch (report.outcome) {
    case SendOutcome::accepted: delivery.kind = Delivery::Kind::delivered; break;
    case SendOutcome::rejected: delivery.kind = Delivery::Kind::refused; break;
    case SendOutcome::not_sent:
    case SendOutcome::pending:
    case SendOutcome::unknown: delivery.kind = Delivery::Kind::failed; break;
  }
  return delivery;
}

Delivery unsent_receipt(const ReceiptPlan& plan) {
  if (plan.step == Step::stuck) return Delivery::of(Delivery::Kind::refused, plan.reason);
  return Delivery::of(plan.unwanted ? Delivery::Kind::unwanted : Delivery::Kind::delivered, plan.reason);
}

}  // namespace

ReceiptDeliverer::ReceiptDeliverer(Db& db, const Clock& clock, std::chrono::milliseconds deadline)
    : db_(db), clock_(clock), deadline_(deadline) {}

void ReceiptDeliverer::add(ReceiptPort& port, Duration settle) {
  providers_[port.issuer()] = Provider{&port, settle};
}

asio::awaitable<Delivery> ReceiptDeliverer::deliver(const LeasedMessage& held, Deadline lease_ends) {
  const auto provider = providers_.find(std::string_view(held.message.target).substr(kTargetPrefix.size()));
  if (provider == providers_.end())
    co_return Delivery::of(Delivery::Kind::failed, held.message.target + " is not configured");
  const auto receipt = receipt_of(held.message.subject);
  if (!receipt)
    co_return Delivery::of(Delivery::Kind::refused,
                           "the subject " + held.message.subject + " names no receipt");
  co_return co_await work(provider->second, *receipt, tag_of(held), lease_ends);
}

asio::awaitable<Delivery> ReceiptDeliverer::work(Provider& provider, std::int64_t receipt_id, CallTag tag,
                                                 Deadline lease_ends) {
  for (int step = 0; step < kStepsMax; ++step) {
    const Time now = clock_.now();
    auto decide = [receipt_id, now](sql::Tx& tx) { return plan_receipt(tx, receipt_id, now); };
    auto plan = co_await db_.run(Lane::background, deadline_in(deadline_), "receipt_plan", std::move(decide));
    if (!plan) co_return without_database(plan.error());
    if (plan->step == Step::nothing || plan->step == Step::stuck) co_return unsent_receipt(*plan);
    // Held up between decision and sending: somebody else may be deciding by now. The document is marked as
    // being sent, so the provider is asked before anybody sends again.
    if (SteadyClock::now() >= lease_ends)
      co_return Delivery::of(Delivery::Kind::later, "the lease ended before anything was sent");
    if (plan->step != Step::ask) co_return co_await send(provider, *plan, tag);
    if (auto unclear = co_await ask(provider, *plan, tag)) co_return std::move(*unclear);
  }
  co_return Delivery::of(Delivery::Kind::failed, "the provider's books do not settle");
}

asio::awaitable<std::optional<Delivery>> ReceiptDeliverer::ask(Provider& provider, ReceiptPlan& plan,
                                                               const CallTag& tag) {
  AskedReceipt asked;
  asked.asked_at = clock_.now();
  asked.settle = provider.settle;
  auto answer = co_await provider.port->ask(plan.key, plan.amount, tag);
  if (!answer) co_return Delivery::of(Delivery::Kind::failed, answer.error().detail);
  asked.answer = std::move(*answer);
  const Time now = clock_.now();
  auto record = [&plan, &asked, now](sql::Tx& tx) { return apply_asked(tx, plan, asked, now); };
  const auto recorded =
      co_await db_.run(Lane::background, deadline_in(deadline_), "receipt_asked", std::move(record));
  if (!recorded && recorded.error().code == Errc::conflict)
    co_return Delivery::of(Delivery::Kind::refused, recorded.error().detail);
  if (!recorded) co_return without_database(recorded.error());
  if (!*recorded) co_return std::nullopt;
  auto later = Delivery::of(Delivery::Kind::later, plan.key + " is not known to the provider (yet)");
  later.wait =
      std::max<Duration>(std::chrono::seconds(1), std::min<Duration>(**recorded - now, provider.settle));
  co_return later;
}

asio::awaitable<Delivery> ReceiptDeliverer::send(Provider& provider, ReceiptPlan& plan, const CallTag& tag) {
  IssueReport report;
  if (plan.step == Step::cancel) {
    report.report = co_await provider.port->cancel(plan.key, tag);
  } else if (plan.step == Step::replace) {
    report = co_await provider.port->replace(plan.order, plan.old_key, tag);
  } else {
    report = co_await provider.port->issue(plan.order, tag);
  }
  const Time answered = clock_.now();
  auto record = [&plan, &report, answered](sql::Tx& tx) {
    if (plan.step == Step::cancel)
      apply_document_cancelled(tx, plan, report.report, answered);
    else
      apply_issue_report(tx, plan, report, answered);
  };
  const auto recorded =
      co_await db_.run(Lane::background, deadline_in(deadline_), "receipt_sent", std::move(record));
  if (!recorded) co_return without_database(recorded.error());
  auto delivery = judged_report(report.report);
  // Sending again is not even thought of before the request has settled, so soon is for asking.
  if (report.report.outcome == SendOutcome::unknown)
    delivery.wait = std::min<Duration>(provider.settle, std::chrono::seconds(5));
  co_return delivery;
}

}  // namespace bccid
