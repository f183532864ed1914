#pragma once

#include "jobs/outbox_sender.hpp"
#include "jobs/wake.hpp"
#include "tests/flow/order_case.hpp"
#include "tests/support/coroutine_run.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace bccid::test {

namespace asio = boost::asio;
using namespace std::chrono_literals;

inline OutboxMessage event(std::string target, std::string key = {}, std::string subject = "test:1") {
  OutboxMessage made;
  made.target = std::move(target);
  made.kind = "event";
  made.order_key = std::move(key);
  made.subject = std::move(subject);
  made.payload = R"({"specversion":"1.0"})";
  return made;
}

// Answers as told, and keeps what it was given. A target that hangs answers when it is let go.
class FakeDeliverer final : public Deliverer {
 public:
  explicit FakeDeliverer(asio::io_context& io) : arrived(io.get_executor()), released_(io.get_executor()) {}

  asio::awaitable<Delivery> deliver(const LeasedMessage& held, Deadline) override {
    seen.push_back(held.message.target + " " + held.message.subject + " #" + std::to_string(held.attempts));
    ids.push_back(held.message_id);
    const auto together = ++now_together[held.message.target];
    most_together[held.message.target] = std::max(most_together[held.message.target], together);
    arrived.ring();
    const std::string target = held.message.target;
    while (hanging.contains(target)) co_await released_.wait(10s);
    co_await asio::post(asio::use_awaitable);
    --now_together[target];
    const auto script = scripts.find(target);
    if (script == scripts.end() || script->second.empty())
      co_return Delivery::of(Delivery::Kind::delivered, {}, 200);
    auto answer = script->second.front();
    script->second.pop_front();
    if (answer.reason == "throw") throw std::runtime_error("the worker stumbled");
    co_return answer;
  }
  void let_go(const std::string& target) {
    hanging.erase(target);
    released_.ring();
  }

  std::vector<std::string> seen;
  std::vector<Uuid> ids;
  std::map<std::string, std::deque<Delivery>> scripts;
  std::map<std::string, int> now_together, most_together;
  std::set<std::string> hanging;
  Wake arrived;

 private:
  Wake released_;
};

// A sender on a database of its own, driven turn by turn.
class OutboxSending : public OrderCase {
 protected:
  OutboxSending() {
    DbConfig store;
    store.dsn = database.dsn();
    store.interactive_workers = 1;
    store.background_workers = 3;
    db = std::make_unique<Db>(store);
    run(io, db->start());
  }
  ~OutboxSending() override { run(io, db->stop()); }

  TargetFamily family(std::string prefix, Deliverer& deliverer) const {
    TargetFamily made;
    made.prefix = std::move(prefix);
    made.deliverer = &deliverer;
    return made;
  }
  std::unique_ptr<OutboxSender> sender(std::vector<TargetFamily> families) {
    return std::make_unique<OutboxSender>(io.get_executor(), *db, clock, config, std::move(families));
  }
  std::unique_ptr<OutboxSender> sender() { return sender({family("webhook:", fake)}); }
  SenderCounts round(OutboxSender& one) { return run(io, one.run_once()).value(); }

  void put(const std::vector<OutboxMessage>& messages) {
    session.in_tx([&](sql::Tx& tx) { enqueue(tx, messages); });
  }
  void all_due() { session.sql("UPDATE outbox SET next_at = now() WHERE state = 'scheduled'"); }
  std::int64_t rows_in(const std::string& state) {
    return session.number("SELECT count(*) FROM outbox WHERE state = '" + state + "'");
  }
  // Runs the loop until something holds; every step is an event, none is a pause.
  template <class F>
  void until(F holds) {
    io.restart();
    while (!holds() && io.run_one() > 0) {
    }
  }

  // Runs the loop until one of the sender's statements waits for a lock.
  void until_waiting() {
    io.restart();
    while (session.number("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND "
                          "wait_event_type = 'Lock'") == 0)
      io.poll();
  }

  asio::io_context io;
  std::unique_ptr<Db> db;
  SystemClock clock;
  OutboxSenderConfig config;
  FakeDeliverer fake{io};
};

}  // namespace bccid::test
