#include "flow/webhook_subscriptions.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "flow/webhook_endpoints.hpp"
#include "flow/webhook_subscribers.hpp"
#include "jobs/webhook_deliverer.hpp"
#include "tests/flow/outbox_case.hpp"
#include "tests/support/loopback.hpp"

#include <boost/json.hpp>

#include <mutex>

namespace bccid::test {
namespace {

SealingKey sealing_key(char fill) {
  const std::string raw(32, fill);
  return *SealingKey::parse(base64({reinterpret_cast<const std::uint8_t*>(raw.data()), raw.size()}));
}

std::string header_of(const std::string& message, const std::string& name) {
  const auto at = message.find("\r\n" + name + ": ");
  if (at == std::string::npos) return {};
  const auto from = at + name.size() + 4;
  return message.substr(from, message.find("\r\n", from) - from);
}

std::string body_of(const std::string& message) { return message.substr(message.find("\r\n\r\n") + 4); }

// An agency's system that subscribes an address of its own on this machine, and what came there.
class WebhookSubscriptions : public OutboxSending {
 protected:
  WebhookSubscriptions() {
    terms.keys = {sealing_key('a')};
    terms.addresses.filter = net::AddressFilter::parse({"127.0.0.0/8"}).value();
    terms.addresses.plain_ok = true;
    settings.plain_ok = true;
    settings.filter = terms.addresses.filter;
    client = std::make_unique<net::HttpsClient>(io.get_executor(), settings);
    restart_sender();
  }
  ~WebhookSubscriptions() override {
    client->close();
    peer.stop();
  }
  void restart_sender() {
    WebhookDelivererConfig quick;
    quick.refresh = 0ms;
    deliverer = std::make_unique<WebhookDeliverer>(*db, clock, *client, quick, std::vector<WebhookEndpoint>{},
                                                   SubscriptionDelivery{client.get(), terms});
  }
  std::string address(const std::string& path = "/hook") const {
    return "http://127.0.0.1:" + std::to_string(peer.port()) + path;
  }
  Result<MadeSecret> try_subscribe(const SubscriptionWish& wish, const Actor& who) {
    return session.in_tx([&](sql::Tx& tx) { return subscribe(tx, who, wish, terms, clock.now()); });
  }
  MadeSecret subscribed(net::WebhookSigning signing = net::WebhookSigning::hmac) {
    const auto made = try_subscribe({address(), "", {}, signing}, agency);
    EXPECT_TRUE(made) << made.error().text();
    return *made;
  }
  void ask_for_test(const std::string& id) {
    const auto event =
        session.in_tx([&](sql::Tx& tx) { return send_test_event(tx, agency, id, clock.now()); });
    ASSERT_TRUE(event) << event.error().text();
  }
  SenderCounts send_all() {
    all_due();
    auto one = sender({family("webhook:", *deliverer)});
    return round(*one);
  }
  std::vector<std::string> arrived() {
    const std::lock_guard lock(mutex);
    return messages;
  }
  // Whether a message bears a signature of that secret.
  bool signed_with(const std::string& message, const std::string& secret) const {
    const std::vector secrets{net::WebhookSecret::parse(secret).value()};
    const auto id = header_of(message, "webhook-id"), at = header_of(message, "webhook-timestamp"),
               signature = header_of(message, "webhook-signature");
    return static_cast<bool>(
        net::verify_webhook(secrets, {id, at, signature}, body_of(message), clock.now()));
  }
  void an_event(const std::string& of_agency = "H20.01") {
    session.in_tx([&](sql::Tx& tx) {
      enqueue(tx, {}, {PublicEvent{"N1", of_agency, "vn.bccid.parcel.collected", R"({"id":"e1"})", ""}});
    });
  }

  std::mutex mutex;
  std::vector<std::string> messages;
  ScriptedPeer peer{[this](RawSocket& socket, int) {
    for (auto message = socket.receive_message(); !message.empty(); message = socket.receive_message()) {
      {
        const std::lock_guard lock(mutex);
        messages.push_back(message);
      }
      socket.send("HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n");
    }
  }};
  SubscriptionTerms terms;
  net::HttpsClientSettings settings;
  std::unique_ptr<net::HttpsClient> client;
  std::unique_ptr<WebhookDeliverer> deliverer;
  Actor other{"motcua-2", "agency", "H20.02", "", ""};
  Actor admin{"admin-1", "admin", "", "", ""};
};

TEST_F(WebhookSubscriptions, ATestEventArrivesSignedWithTheSecretThatWasTold) {
  const auto made = subscribed();
  ask_for_test(made.subscription.id);
  EXPECT_EQ(send_all().delivered, 1U);
  const auto came = arrived();
  ASSERT_EQ(came.size(), 1U);
  EXPECT_TRUE(signed_with(came[0], made.secret));
  EXPECT_FALSE(signed_with(came[0], net::WebhookSecret::create().to_text()));
  const auto event = boost::json::parse(body_of(came[0]));
  EXPECT_EQ(event.at("type").as_string(), "vn.bccid.webhook.test");
  EXPECT_EQ(event.at("subject").as_string(), made.subscription.id);
}

TEST_F(WebhookSubscriptions, TheDatabaseNeverHoldsTheSecretInTheClear) {
  const auto made = subscribed();
  const auto key = made.secret.substr(6);
  EXPECT_EQ(session.number("SELECT count(*) FROM webhook_secret WHERE position('" + key +
                           "' IN encode(sealed, 'escape')) > 0 OR position('" + key +
                           "' IN encode(sealed, 'base64')) > 0"),
            0);
  EXPECT_EQ(session.number("SELECT count(*) FROM audit WHERE detail::text LIKE '%whsec%'"), 0);
}

TEST_F(WebhookSubscriptions, AnEd25519SubscriberNeedsOnlyThePublicHalf) {
  const auto made = subscribed(net::WebhookSigning::ed25519);
  EXPECT_EQ(made.secret, "");
  ASSERT_EQ(made.subscription.keys.size(), 1U);
  const auto& key = made.subscription.keys.front();
  EXPECT_TRUE(key.public_key.starts_with("whpk_"));
  ask_for_test(made.subscription.id);
  EXPECT_EQ(send_all().delivered, 1U);
  EXPECT_TRUE(header_of(arrived().at(0), "webhook-signature").starts_with("v1a,"));
}

TEST_F(WebhookSubscriptions, WhileTheSecretChangesMessagesBearBothSignatures) {
  const auto first = subscribed();
  const auto& id = first.subscription.id;
  const auto second =
      session.in_tx([&](sql::Tx& tx) { return rotate_secret(tx, agency, id, 1h, terms, clock.now()); });
  ASSERT_TRUE(second);
  EXPECT_EQ(second->subscription.keys.size(), 2U);
  ask_for_test(id);
  EXPECT_EQ(send_all().delivered, 1U);
  EXPECT_TRUE(signed_with(arrived().at(0), first.secret));
  EXPECT_TRUE(signed_with(arrived().at(0), second->secret));
  // A third at once: those before it end now.
  const auto third =
      session.in_tx([&](sql::Tx& tx) { return rotate_secret(tx, agency, id, 0h, terms, clock.now()); });
  ASSERT_TRUE(third);
  ask_for_test(id);
  EXPECT_EQ(send_all().delivered, 1U);
  EXPECT_FALSE(signed_with(arrived().at(1), first.secret));
  EXPECT_FALSE(signed_with(arrived().at(1), second->secret));
  EXPECT_TRUE(signed_with(arrived().at(1), third->secret));
}

TEST_F(WebhookSubscriptions, AnAgencyHearsOfItselfAndSeesItsOwn) {
  const auto made = subscribed();
  an_event("H20.02");
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox"), 0);
  an_event("H20.01");
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox"), 1);
  const auto& id = made.subscription.id;
  const auto seen = [&](const Actor& who) {
    return session.in_tx([&](sql::Tx& tx) { return subscriptions(tx, who, clock.now()).size(); });
  };
  EXPECT_EQ(seen(agency), 1U);
  EXPECT_EQ(seen(other), 0U);
  EXPECT_EQ(seen(admin), 1U);
  for (const auto& refused :
       {session.in_tx([&](sql::Tx& tx) { return unsubscribe(tx, other, id, clock.now()); }),
        Status(
            session.in_tx([&](sql::Tx& tx) { return send_test_event(tx, other, id, clock.now()); }).error())})
    EXPECT_EQ(refused.error().code, Errc::not_found);
  const auto foreign = try_subscribe({address("/x"), "H20.01", {}, net::WebhookSigning::hmac}, other);
  ASSERT_FALSE(foreign);
  EXPECT_EQ(foreign.error().code, Errc::forbidden);
}

TEST_F(WebhookSubscriptions, TheSameAddressTwiceAndTooManyAreConflicts) {
  const auto made = subscribed();
  const auto again = try_subscribe({address(), "", {}, net::WebhookSigning::hmac}, agency);
  ASSERT_FALSE(again);
  EXPECT_NE(again.error().detail.find(made.subscription.id), std::string::npos);
  terms.per_agency_max = 2;
  EXPECT_TRUE(try_subscribe({address("/2"), "", {}, net::WebhookSigning::hmac}, agency));
  const auto third = try_subscribe({address("/3"), "", {}, net::WebhookSigning::hmac}, agency);
  ASSERT_FALSE(third);
  EXPECT_EQ(third.error().code, Errc::conflict);
  EXPECT_TRUE(try_subscribe({address("/3"), "", {}, net::WebhookSigning::hmac}, other));
}

TEST_F(WebhookSubscriptions, WhatIsRemovedGetsNothingMoreAndItsQueueIsGivenUp) {
  const auto made = subscribed();
  const auto& id = made.subscription.id;
  an_event();
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return unsubscribe(tx, agency, id, clock.now()); }));
  EXPECT_EQ(session.text("SELECT state || ', ' || reason FROM outbox"), "void, the subscription was removed");
  an_event();
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox"), 1);
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return subscriptions(tx, admin, clock.now()).size(); }), 0U);
  const auto enabled = session.in_tx([&](sql::Tx& tx) { return enable_endpoint(tx, id, admin); });
  ASSERT_FALSE(enabled);
  EXPECT_EQ(enabled.error().code, Errc::conflict);
  EXPECT_TRUE(try_subscribe({address(), "", {}, net::WebhookSigning::hmac}, agency));
}

// A message that was in a sender's hands when its subscription went away.
TEST_F(WebhookSubscriptions, AMessageThatWasLeasedWhenItWasRemovedIsDropped) {
  const auto made = subscribed();
  an_event();
  session.sql("UPDATE webhook_endpoint SET disabled_at = NULL, disabled_reason = 'removed'");
  EXPECT_EQ(send_all().dropped, 1U);
  EXPECT_TRUE(arrived().empty());
}

TEST_F(WebhookSubscriptions, TheConfigurationLeavesSubscriptionsAlone) {
  subscribed();
  session.in_tx([&](sql::Tx& tx) {
    put_webhook_subscribers(tx, {{"dashboard", "https://a.example/", "", {}}});
  });
  session.in_tx([&](sql::Tx& tx) { put_webhook_subscribers(tx, {}); });
  EXPECT_EQ(session.text("SELECT string_agg(origin || ' ' || disabled_reason, ', ' ORDER BY origin) "
                         "FROM webhook_endpoint"),
            "configuration not configured, subscription ");
}

TEST_F(WebhookSubscriptions, EventsOfATimeGoOutAgainWithTheirOwnIds) {
  const auto made = subscribed();
  const auto& id = made.subscription.id;
  an_event();
  EXPECT_EQ(send_all().delivered, 1U);
  an_event();
  session.sql(
      "UPDATE outbox SET state = 'dead', reason = 'x', finished_at = now() WHERE state = 'scheduled'");
  const auto replayed = [&](bool dry_run) {
    return session.in_tx([&](sql::Tx& tx) {
      return replay_events(tx, agency, id, clock.now() - 1h, clock.now() + 1h, dry_run, clock.now());
    });
  };
  const auto counted = replayed(true);
  ASSERT_TRUE(counted) << counted.error().text();
  EXPECT_EQ(counted->delivered, 1U);
  EXPECT_EQ(counted->dead, 1U);
  EXPECT_EQ(rows_in("scheduled"), 0);
  ASSERT_TRUE(replayed(false));
  EXPECT_EQ(rows_in("scheduled"), 2);
  // Two of one order key leave one after the other.
  EXPECT_EQ(send_all().delivered + send_all().delivered, 2U);
  const auto came = arrived();
  ASSERT_EQ(came.size(), 3U);
  for (const auto& message : came) EXPECT_EQ(body_of(message), R"({"id":"e1"})");
  EXPECT_NE(header_of(came[0], "webhook-id"), header_of(came[1], "webhook-id"));
}

TEST_F(WebhookSubscriptions, AnotherSealingKeyMakesItsMessagesFailVisiblyUntilTheOldOneIsNamed) {
  const auto made = subscribed();
  terms.keys = {sealing_key('b')};
  restart_sender();
  ask_for_test(made.subscription.id);
  EXPECT_EQ(send_all().retried, 1U);
  EXPECT_EQ(session.text("SELECT reason FROM outbox"), "the endpoint has no secret to sign with");
  terms.keys.push_back(sealing_key('a'));
  restart_sender();
  EXPECT_EQ(send_all().delivered, 1U);
  EXPECT_TRUE(signed_with(arrived().at(0), made.secret));
}

TEST_F(WebhookSubscriptions, WithoutASealingKeyNobodySubscribes) {
  terms.keys.clear();
  const auto made = try_subscribe({address(), "", {}, net::WebhookSigning::hmac}, agency);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::conflict);
  EXPECT_EQ(session.number("SELECT count(*) FROM webhook_endpoint"), 0);
}

TEST_F(WebhookSubscriptions, PostgreSqlLetsASecretOnlyEnd) {
  subscribed();
  EXPECT_EQ(session.refusal("UPDATE webhook_secret SET sealed = '\\x00'"), "BC009");
  session.sql("UPDATE webhook_secret SET ends_at = now()");
  EXPECT_EQ(session.refusal("UPDATE webhook_secret SET ends_at = NULL"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE webhook_secret SET ends_at = now() + interval '1 day'"), "BC009");
}

}  // namespace
}  // namespace bccid::test
