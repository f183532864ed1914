#include "flow/configured_counterparts.hpp"
#include "tests/flow/outbox_case.hpp"

#include "jobs/housekeeper.hpp"
#include "jobs/onestop_deliverer.hpp"
#include "jobs/webhook_deliverer.hpp"
#include "tests/support/loopback.hpp"

#include <mutex>

namespace bccid {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::event;
using test::OutboxSending;

class FakeOnestop final : public OnestopPort {
 public:
  const std::string& agency() const override { return agency_; }
  Input<OrderWish> parse_trigger(std::string_view) const override { return OrderWish(); }
  std::string trigger_pointer(std::string_view) const override { return {}; }
  asio::awaitable<SendReport> write_status(const DossierStatus& status, CallTag tag) override {
    told.push_back(status);
    requests.push_back(std::move(tag.request_id));
    SendReport report;
    report.outcome = SendOutcome::accepted;
    co_return report;
  }
  std::vector<DossierStatus> told;
  std::vector<std::string> requests;

 private:
  std::string agency_ = "H20.01";
};

TEST_F(OutboxSending, DeliversInOrderWithinAKeyAndCounts) {
  put({event("webhook:a", "k", "test:1"), event("webhook:a", "k", "test:2"), event("webhook:b")});
  auto one = sender();
  auto counts = round(*one);
  EXPECT_EQ(counts.claimed, 2U);
  EXPECT_EQ(counts.delivered, 2U);
  counts = round(*one);
  EXPECT_EQ(counts.delivered, 1U);
  EXPECT_EQ(fake.seen.back(), "webhook:a test:2 #1");
  EXPECT_EQ(round(*one).claimed, 0U);
  EXPECT_EQ(rows_in("delivered"), 3);
}

TEST_F(OutboxSending, RetriesOnScheduleAndKeepsTheMessagesId) {
  put({event("webhook:a")});
  fake.scripts["webhook:a"] = {Delivery::of(Delivery::Kind::failed, "answered 500", 500)};
  auto one = sender();
  EXPECT_EQ(round(*one).retried, 1U);
  EXPECT_EQ(
      session.number("SELECT count(*) FROM outbox WHERE next_at BETWEEN now() + interval '3 seconds' AND "
                     "now() + interval '7 seconds'"),
      1);
  EXPECT_EQ(round(*one).claimed, 0U);
  all_due();
  EXPECT_EQ(round(*one).delivered, 1U);
  ASSERT_EQ(fake.ids.size(), 2U);
  EXPECT_EQ(fake.ids[0], fake.ids[1]);
  EXPECT_EQ(session.text("SELECT string_agg(outcome, ' ' ORDER BY id) FROM exchange"), "retry delivered");
}

TEST_F(OutboxSending, RetryAfterPausesTheWholeTarget) {
  put({event("webhook:a", "", "test:1"), event("webhook:a", "", "test:2"), event("webhook:b")});
  auto busy = Delivery::of(Delivery::Kind::failed, "answered 429", 429);
  busy.retry_after = "300";
  fake.scripts["webhook:a"] = {busy};
  auto families = std::vector<TargetFamily>{family("webhook:", fake)};
  families[0].in_flight_max = 1;
  auto one = sender(std::move(families));
  const auto counts = round(*one);
  EXPECT_EQ(counts.retried, 1U);
  EXPECT_EQ(counts.given_back, 1U);
  EXPECT_EQ(counts.delivered, 1U);
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox WHERE state = 'scheduled' AND next_at > now() + "
                           "interval '290 seconds'"),
            2);
  all_due();
  EXPECT_EQ(round(*one).claimed, 0U);  // asked to stay away, whatever the table says
}

TEST_F(OutboxSending, AnOldMessageWaitsItsOwnTimeAndNobodyElseWaitsWithIt) {
  put({event("webhook:a", "", "test:1"), event("webhook:a", "", "test:2")});
  session.sql("UPDATE outbox SET attempts = 6 WHERE subject = 'test:1'");
  auto busy = Delivery::of(Delivery::Kind::failed, "answered 503", 503);
  busy.retry_after = "1";
  fake.scripts["webhook:a"] = {busy};
  auto families = std::vector<TargetFamily>{family("webhook:", fake)};
  families[0].in_flight_max = 1;
  auto one = sender(std::move(families));
  EXPECT_EQ(round(*one).retried, 1U);
  const auto waits = [&](const std::string& subject, const std::string& longer_than) {
    return session.number("SELECT count(*) FROM outbox WHERE subject = '" + subject +
                          "' AND next_at > now() + interval '" + longer_than + "'") == 1;
  };
  EXPECT_TRUE(waits("test:1", "3 hours"));
  EXPECT_FALSE(waits("test:2", "10 seconds"));
}

TEST_F(OutboxSending, TheLastAttemptIsADeadLetterThatCanBeReplayed) {
  put({event("webhook:a")});
  auto families = std::vector<TargetFamily>{family("webhook:", fake)};
  families[0].policy.schedule = {0s, 5s};
  auto one = sender(std::move(families));
  fake.scripts["webhook:a"] = {Delivery::of(Delivery::Kind::failed, "answered 404", 404),
                               Delivery::of(Delivery::Kind::failed, "throw")};
  EXPECT_EQ(round(*one).retried, 1U);
  all_due();
  EXPECT_EQ(round(*one).dead, 1U);
  EXPECT_EQ(session.text("SELECT reason FROM outbox"), "the worker stumbled (attempt 2 was the last)");
  const auto id = session.number("SELECT id FROM outbox");
  EXPECT_EQ(open_items(), "dead_letter outbox:" + std::to_string(id));
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return replay(tx, id, "admin-1"); }));
  EXPECT_EQ(round(*one).delivered, 1U);
  EXPECT_EQ(open_items(), "");
}

TEST_F(OutboxSending, AHangingTargetDelaysNobodyElse) {
  std::vector<OutboxMessage> messages;
  for (int i = 0; i < 30; ++i) messages.push_back(event("webhook:hangs"));
  for (int i = 0; i < 50; ++i) messages.push_back(event("webhook:well"));
  put(messages);
  fake.hanging.insert("webhook:hangs");
  auto one = sender();
  test::run(io, one->start());
  until([&] { return one->figures().totals.delivered == 50; });
  EXPECT_EQ(fake.now_together["webhook:hangs"], 4);
  EXPECT_EQ(fake.most_together["webhook:well"], 4);
  fake.let_go("webhook:hangs");
  until([&] { return one->figures().totals.delivered == 80; });
  test::run(io, one->stop());
  EXPECT_EQ(rows_in("delivered"), 80);
}

TEST_F(OutboxSending, TheBreakerStopsASilentTargetAndGivesItsRowsBack) {
  std::vector<OutboxMessage> messages;
  for (int i = 0; i < 40; ++i) messages.push_back(event("webhook:dead"));
  put(messages);
  fake.scripts["webhook:dead"].assign(40, Delivery::of(Delivery::Kind::failed, "no answer"));
  auto one = sender();
  std::uint64_t tried = 0;
  for (int i = 0; i < 6; ++i) tried += round(*one).retried;
  EXPECT_GE(tried, 10U);
  EXPECT_LE(tried, 14U);  // ten in a row, and what was on its way
  EXPECT_EQ(one->figures().breakers_open, 1U);
  EXPECT_EQ(rows_in("scheduled"), 40);
  EXPECT_EQ(one->figures().held, 0U);
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox WHERE attempts > 0"),
            static_cast<std::int64_t>(tried));
}

TEST_F(OutboxSending, TwoSendersDeliverEachRowOnce) {
  std::vector<OutboxMessage> messages;
  for (int i = 0; i < 120; ++i)
    messages.push_back(event("webhook:" + std::to_string(i % 3),
                             i % 2 == 0 ? "k" + std::to_string(i % 10) : "", "test:" + std::to_string(i)));
  put(messages);
  auto one = sender();
  auto two = sender();
  test::run(io, one->start());
  test::run(io, two->start());
  until([&] { return one->figures().totals.delivered + two->figures().totals.delivered == 120; });
  test::run(io, one->stop());
  test::run(io, two->stop());
  std::set<std::string> once(fake.seen.begin(), fake.seen.end());
  EXPECT_EQ(fake.seen.size(), 120U);
  EXPECT_EQ(once.size(), 120U);
  EXPECT_EQ(one->figures().totals.lost + two->figures().totals.lost, 0U);
}

TEST_F(OutboxSending, AnAnswerAfterTheLeaseWentToAnotherSenderChangesNothing) {
  put({event("webhook:a")});
  fake.hanging.insert("webhook:a");
  auto slow = sender();
  test::Pending<Result<SenderCounts>> slow_round(io, slow->run_once());
  until([&] { return fake.seen.size() == 1; });
  session.sql("UPDATE outbox SET lease_until = now() - interval '1 second'");
  session.in_tx([](sql::Tx& tx) { return rescue_expired(tx, 10); });
  fake.hanging.clear();
  auto fast = sender();
  test::Pending<Result<SenderCounts>> fast_round(io, fast->run_once());
  until([&] { return fast_round.done(); });
  EXPECT_EQ(fast_round.value()->delivered, 1U);
  fake.let_go("webhook:a");
  until([&] { return slow_round.done(); });
  EXPECT_EQ(slow_round.value()->lost, 1U);
  EXPECT_EQ(session.number("SELECT count(*) FROM exchange"), 1);
  EXPECT_EQ(session.number("SELECT attempts FROM outbox"), 2);
}

TEST_F(OutboxSending, StopGivesUnbegunRowsBackAndFinishesWhatIsOnItsWay) {
  std::vector<OutboxMessage> messages;
  for (int i = 0; i < 8; ++i) messages.push_back(event("webhook:a"));
  put(messages);
  fake.hanging.insert("webhook:a");
  auto one = sender();
  test::run(io, one->start());
  until([&] { return fake.seen.size() == 4; });
  auto stopping = [&]() -> asio::awaitable<int> {
    co_await one->stop();
    co_return 1;
  };
  test::Pending<int> stopped(io, stopping());
  fake.let_go("webhook:a");
  until([&] { return stopped.done(); });
  EXPECT_EQ(rows_in("delivered"), 4);
  EXPECT_EQ(rows_in("scheduled"), 4);
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox WHERE state = 'scheduled' AND attempts = 0"), 4);
}

TEST_F(OutboxSending, StopGivesBackWhatAClaimBringsAfterIt) {
  put({event("webhook:a"), event("webhook:b")});
  test::Session other(database.dsn());
  other.sql("BEGIN; LOCK TABLE outbox IN EXCLUSIVE MODE");  // looks go on, a claim waits
  auto one = sender();
  test::run(io, one->start());
  until_waiting();
  auto stopping = [&]() -> asio::awaitable<int> {
    co_await one->stop();
    co_return 1;
  };
  test::Pending<int> stopped(io, stopping());
  io.poll();  // everything but the claim ends here if it does not wait for it
  other.sql("COMMIT");
  until([&] { return stopped.done(); });
  EXPECT_EQ(rows_in("scheduled"), 2);
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox WHERE attempts = 0"), 2);
  EXPECT_TRUE(fake.seen.empty());
}

TEST_F(OutboxSending, StopCutsWhatDoesNotEnd) {
  put({event("webhook:a")});
  fake.hanging.insert("webhook:a");
  config.drain = 0ms;
  auto one = sender();
  test::run(io, one->start());
  until([&] { return fake.seen.size() == 1; });
  fake.hanging.clear();
  test::run(io, one->stop());
  EXPECT_EQ(rows_in("leased"), 0);
}

TEST_F(OutboxSending, StartAfterStopAndStopTwiceLeaveNothingRunning) {
  auto one = sender();
  test::run(io, one->stop());
  test::run(io, one->start());
  test::run(io, one->stop());
  put({event("webhook:a")});
  EXPECT_EQ(one->figures().held, 0U);
}

TEST_F(OutboxSending, ALongTryKeepsItsLease) {
  put({event("webhook:a")});
  fake.hanging.insert("webhook:a");
  config.lease = 600ms;
  config.heartbeat = 100ms;
  auto one = sender();
  test::run(io, one->start());
  until([&] { return fake.seen.size() == 1; });
  const auto first = session.text("SELECT lease_until::text FROM outbox");
  until([&] { return session.text("SELECT lease_until::text FROM outbox") != first; });
  fake.let_go("webhook:a");
  until([&] { return one->figures().totals.delivered == 1; });
  test::run(io, one->stop());
}

TEST_F(OutboxSending, ADossierIsToldAndTheConfirmationIsKept) {
  session.in_tx([](sql::Tx& tx) { put_configured_onestops(tx, {"H20.01"}); });
  place("H20.01-8");
  served_orders();
  session.sql("UPDATE dossier SET told_status = 9");
  auto status = event("onestop:H20.01", "dossier:H20.01-8", "dossier:H20.01-8");
  status.kind = "dossier.status";
  status.payload = R"({"dossier_code":"H20.01-8","portal_status":9,"step_text":"Đang chuyển",)"
                   R"("occurred_at":"2026-03-02T02:00:00Z"})";
  status.request_id = "req-00000001";
  auto broken = status;
  broken.payload = R"({"dossier_code":"H20.01-8"})";
  put({status, broken});
  FakeOnestop onestop;
  OnestopDeliverer deliverer(*db, clock);
  deliverer.add(onestop);
  auto one = sender({family("onestop:", deliverer)});
  EXPECT_EQ(round(*one).delivered, 1U);
  ASSERT_EQ(onestop.told.size(), 1U);
  const auto row = session.text(
      "SELECT (extract(epoch FROM created_at) * 1000000)::bigint || ' ' || id "
      "FROM outbox WHERE state = 'delivered' AND kind = 'dossier.status'");
  EXPECT_EQ(onestop.told[0].message_id, uuid_from_name("outbox", row).to_text());
  EXPECT_EQ(onestop.requests, std::vector<std::string>{"req-00000001"});
  EXPECT_EQ(session.number("SELECT confirmed_status FROM dossier"), 9);
  EXPECT_EQ(round(*one).dead, 1U);
}

TEST_F(OutboxSending, AWebhookIsSignedAndAReceiverThatIsGoneIsDisabled) {
  std::mutex guard;
  std::string got;
  test::ScriptedPeer peer([&](test::RawSocket& socket, int) {
    for (const auto* status : {"204 No Content", "503 Busy", "410 Gone"}) {
      const auto request = socket.receive_message();
      if (request.empty()) return;
      const std::scoped_lock lock(guard);
      if (got.empty()) got = request;
      socket.send("HTTP/1.1 " + std::string(status) + "\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n");
    }
  });
  session.sql("INSERT INTO webhook_endpoint (id, url) VALUES ('a-1', 'http://127.0.0.1/')");
  auto first = event("webhook:a-1", "k");
  first.request_id = "req-00000001";
  put({first, event("webhook:a-1", "k"), event("webhook:a-1", "k")});
  net::HttpsClientSettings settings;
  settings.plain_ok = true;
  settings.filter = net::AddressFilter::parse({"127.0.0.0/8"}).value();
  net::HttpsClient client(io.get_executor(), settings);
  const auto secret = net::WebhookSecret::create();
  const auto url = net::parse_url("http://127.0.0.1:" + std::to_string(peer.port()) + "/hook").value();
  WebhookDeliverer deliverer(*db, clock, client, WebhookDelivererConfig(),
                             {WebhookEndpoint{"a-1", url, {secret}}});
  {
    auto one = sender({family("webhook:", deliverer)});
    EXPECT_EQ(round(*one).delivered, 1U);
    EXPECT_EQ(round(*one).retried, 1U);
  }
  all_due();
  auto one = sender({family("webhook:", deliverer)});
  EXPECT_EQ(round(*one).given_back, 1U);
  EXPECT_EQ(round(*one).claimed, 0U);
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox WHERE state = 'scheduled'"), 2);
  EXPECT_EQ(session.number("SELECT count(*) FROM webhook_endpoint WHERE disabled_at IS NOT NULL"), 1);
  EXPECT_EQ(session.number("SELECT count(*) FROM attention WHERE kind = 'webhook_disabled'"), 1);
  client.close();
  peer.stop();
  const auto header = [&](const std::string& name) {
    const auto at = got.find(name + ": ") + name.size() + 2;
    return got.substr(at, got.find("\r\n", at) - at);
  };
  const std::string id = header("webhook-id"), timestamp = header("webhook-timestamp"),
                    signature = header("webhook-signature");
  const std::string body = got.substr(got.find("\r\n\r\n") + 4);
  const net::WebhookHeaders headers{id, timestamp, signature};
  EXPECT_TRUE(net::verify_webhook(std::span(&secret, 1), headers, body, clock.now()));
  EXPECT_EQ(header("Content-Type"), "application/cloudevents+json");
  EXPECT_EQ(header("X-Request-Id"), "req-00000001");
}

TEST_F(OutboxSending, TheHouseIsKeptOnceHoweverOftenItIsDone) {
  const auto order = place("H20.01-9");
  served_orders(false);
  session.sql(
      "UPDATE parcel SET due_at = now() - interval '1 hour'; "
      "UPDATE orders SET created_at = now() - interval '2 hours'; "
      "INSERT INTO feed_cursor VALUES ('vnpost', 'c', now() - interval '3 hours', now() - interval '2 "
      "hours', 0)");
  put({event("webhook:a")});
  session.in_tx([](sql::Tx& tx) { claim_due(tx, {ClaimShare{"webhook:a", 1, std::nullopt}}, 1s); });
  session.sql("UPDATE outbox SET lease_until = now() - interval '1 second' WHERE state = 'leased'");
  Housekeeper keeper(io.get_executor(), *db, clock, HousekeeperConfig());
  for (const auto& part : test::run(io, keeper.run_once())) EXPECT_EQ(part.failure, "") << part.part;
  EXPECT_EQ(open_items(), "feed_silent feed:vnpost, order_stuck order:" + order.number +
                              ", silent_parcel parcel:" + order.number);
  EXPECT_EQ(rows_in("leased"), 0);
  for (const auto& part : test::run(io, keeper.run_once())) EXPECT_EQ(part.done, 0U) << part.part;
  session.sql(
      "UPDATE parcel SET due_at = now() + interval '1 hour'; UPDATE orders SET state = 'sending'; "
      "UPDATE orders SET state = 'placed'; UPDATE feed_cursor SET end_seen_at = now()");
  test::run(io, keeper.run_once());
  EXPECT_EQ(open_items(), "");
  test::run(io, keeper.start());
  test::run(io, keeper.stop());
}

}  // namespace
}  // namespace bccid
