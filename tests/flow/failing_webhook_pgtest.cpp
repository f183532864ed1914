#include "flow/webhook_endpoints.hpp"
#include "flow/webhook_subscribers.hpp"
#include "jobs/webhook_deliverer.hpp"
#include "tests/flow/outbox_case.hpp"
#include "tests/support/loopback.hpp"

#include <atomic>

namespace bccid::test {
namespace {

// A subscriber that answers as it is told.
class FailingWebhook : public OutboxSending {
 protected:
  FailingWebhook() {
    session.sql("INSERT INTO webhook_endpoint (id, url) VALUES ('a-1', 'http://127.0.0.1/')");
    settings.plain_ok = true;
    settings.filter = net::AddressFilter::parse({"127.0.0.0/8"}).value();
    client = std::make_unique<net::HttpsClient>(io.get_executor(), settings);
    const auto url = net::parse_url("http://127.0.0.1:" + std::to_string(peer.port()) + "/hook").value();
    WebhookDelivererConfig quick;
    quick.refresh = 0ms;
    deliverer = std::make_unique<WebhookDeliverer>(
        *db, clock, *client, quick,
        std::vector<WebhookEndpoint>{WebhookEndpoint{"a-1", url, {net::WebhookSecret::create()}}});
  }
  ~FailingWebhook() override {
    client->close();
    peer.stop();
  }
  // One message, tried once by a sender without a memory of the endpoint's breaker.
  SenderCounts deliver(bool well) {
    works = well;
    session.sql_past_guards("DELETE FROM outbox");
    put({event("webhook:a-1")});
    auto one = sender({family("webhook:", *deliverer)});
    return round(*one);
  }
  bool failing() { return session.number("SELECT count(failing_since) FROM webhook_endpoint") == 1; }
  bool disabled() { return session.number("SELECT count(disabled_at) FROM webhook_endpoint") == 1; }
  // False when it was enabled already.
  bool enable() {
    return session.in_tx([&](sql::Tx& tx) { return enable_endpoint(tx, "a-1", agency); }).value();
  }
  void failing_for(const std::string& interval) {
    session.sql("UPDATE webhook_endpoint SET failing_since = now() - interval '" + interval + "'");
  }

  std::atomic<bool> works{true};
  ScriptedPeer peer{[this](RawSocket& socket, int) {
    while (!socket.receive_message().empty())
      socket.send(std::string("HTTP/1.1 ") + (works ? "204 No Content" : "503 Busy") +
                  "\r\nContent-Length: 0\r\n\r\n");
  }};
  net::HttpsClientSettings settings;
  std::unique_ptr<net::HttpsClient> client;
  std::unique_ptr<WebhookDeliverer> deliverer;
};

TEST_F(FailingWebhook, TheFirstFailureAfterASuccessIsKeptAndASuccessClearsIt) {
  EXPECT_EQ(deliver(true).delivered, 1U);
  EXPECT_FALSE(failing());
  EXPECT_EQ(deliver(false).retried, 1U);
  ASSERT_TRUE(failing());
  const auto since = session.text("SELECT failing_since::text FROM webhook_endpoint");
  EXPECT_EQ(deliver(false).retried, 1U);
  EXPECT_EQ(session.text("SELECT failing_since::text FROM webhook_endpoint"), since);
  EXPECT_EQ(deliver(true).delivered, 1U);
  EXPECT_FALSE(failing());
}

TEST_F(FailingWebhook, FiveDaysWithoutASuccessDisableItAndTellAPerson) {
  deliver(false);
  failing_for("119 hours");
  EXPECT_EQ(deliver(false).retried, 1U);
  EXPECT_FALSE(disabled());
  failing_for("121 hours");
  EXPECT_EQ(deliver(false).retried, 1U);
  EXPECT_TRUE(disabled());
  EXPECT_EQ(open_items(), "webhook_disabled webhook:a-1");
  EXPECT_NE(session.text("SELECT disabled_reason FROM webhook_endpoint").find("answered 503"),
            std::string::npos);
  EXPECT_EQ(deliver(true).claimed, 0U);
}

TEST_F(FailingWebhook, WhatHappensWhileItIsDisabledWaitsAndIsSentInOrderOnceItIsEnabled) {
  deliver(false);
  failing_for("200 hours");
  deliver(false);
  ASSERT_TRUE(disabled());
  place("H20.01-1");
  served_orders();
  session.in_tx([&](sql::Tx& tx) {
    for (const auto* type : {"vn.bccid.parcel.collected", "vn.bccid.parcel.in_transit"})
      enqueue(tx, {},
              {PublicEvent{"H20.01-1-T1", "H20.01", type, std::string("{\"type\":\"") + type + "\"}", ""}});
  });
  all_due();
  works = true;
  auto one = sender({family("webhook:", *deliverer)});
  EXPECT_EQ(round(*one).claimed, 0U);
  EXPECT_TRUE(enable());
  all_due();
  std::uint64_t delivered = 0;
  for (int i = 0; i < 3; ++i) delivered += round(*one).delivered;
  EXPECT_EQ(delivered, 3U);
  EXPECT_EQ(session.text("SELECT string_agg(payload::json->>'type', ' ' ORDER BY finished_at) FROM outbox "
                         "WHERE target = 'webhook:a-1' AND payload LIKE '%parcel%'"),
            "vn.bccid.parcel.collected vn.bccid.parcel.in_transit");
}

TEST_F(FailingWebhook, NothingIsWrittenForOneThatIsNotConfigured) {
  session.in_tx([&](sql::Tx& tx) {
    put_webhook_subscribers(tx, {});
    enqueue(tx, {}, {PublicEvent{"N1", "H20.01", "vn.bccid.parcel.collected", "{}", ""}});
  });
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox"), 0);
}

TEST_F(FailingWebhook, ASuccessAfterDaysOfFailuresBeginsAnew) {
  deliver(false);
  failing_for("200 hours");
  EXPECT_EQ(deliver(true).delivered, 1U);
  EXPECT_EQ(deliver(false).retried, 1U);
  EXPECT_FALSE(disabled());
  EXPECT_TRUE(failing());
}

TEST_F(FailingWebhook, APersonEnablesItAndItsDaysBeginAnew) {
  deliver(false);
  failing_for("200 hours");
  deliver(false);
  ASSERT_TRUE(disabled());
  EXPECT_TRUE(enable());
  EXPECT_FALSE(disabled());
  EXPECT_FALSE(failing());
  EXPECT_EQ(open_items(), "");
  EXPECT_EQ(session.number("SELECT count(*) FROM audit WHERE action = 'webhook.enable'"), 1);
  EXPECT_EQ(deliver(false).retried, 1U);
  EXPECT_FALSE(disabled());
  EXPECT_FALSE(enable());
}

TEST_F(FailingWebhook, OneThatIsTakenOutOfTheConfigurationIsEnabledByNobody) {
  deliver(false);
  failing_for("200 hours");
  deliver(false);
  ASSERT_TRUE(disabled());
  session.in_tx([&](sql::Tx& tx) { put_webhook_subscribers(tx, {}); });
  EXPECT_EQ(open_items(), "");
  const auto refused = session.in_tx([&](sql::Tx& tx) { return enable_endpoint(tx, "a-1", agency); });
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::conflict);
}

TEST_F(FailingWebhook, ANewAddressBeginsAnewAndARestartDoesNot) {
  failing_for("200 hours");
  const auto configure = [&](const std::string& url) {
    session.in_tx([&](sql::Tx& tx) { put_webhook_subscribers(tx, {{"a-1", url, "", {}}}); });
  };
  configure("http://127.0.0.1/");
  EXPECT_TRUE(failing());
  configure("http://127.0.0.2/");
  EXPECT_FALSE(failing());
}

}  // namespace
}  // namespace bccid::test
