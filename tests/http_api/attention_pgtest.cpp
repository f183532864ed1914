#include "flow/attention.hpp"

#include "flow/webhook_endpoints.hpp"
#include "flow/webhook_subscribers.hpp"
#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiAttention : public ApiTest {
 protected:
  // An open item of that kind; its id.
  std::string item(const std::string& kind, const std::string& owner,
                   const std::string& subject = "parcel:x") {
    return session.text(
        "INSERT INTO attention (kind, subject, detail, action, owner, due_at) VALUES "
        "('" +
        kind + "', '" + subject + "', 'd', 'a', '" + owner + "', now()) RETURNING id::text");
  }
  ApiReply close(const std::string& who, const std::string& id, const std::string& note = "asked the post") {
    return post(who, "/v1/attention/" + id + "/close", json::object{{"note", note}});
  }
  std::int64_t open() { return count("attention WHERE closed_at IS NULL"); }
  std::string closed_by(const std::string& kind) {
    return session.text("SELECT closed_by || ': ' || note FROM attention WHERE kind = '" + kind + "'");
  }
};

TEST_F(ApiAttention, TheOwnerClosesAnItemWithANoteAndTheAuditHasIt) {
  const auto id = item("two_item_codes", "clerk", "order:9");
  const auto closed = close("clerk-1", id);
  ASSERT_EQ(closed.status, 200) << closed.body;
  EXPECT_EQ(closed.text("closed_by"), "clerk-1");
  EXPECT_EQ(closed.text("note"), "asked the post");
  EXPECT_EQ(closed.text("closed_at"), to_rfc3339(now));
  EXPECT_EQ(get("clerk-1", "/v1/attention").json().at("items").as_array().size(), 0U);
  EXPECT_EQ(
      session.text("SELECT actor || ' ' || role || ' ' || subject || ' ' || (detail ->> 'kind') || ' ' || "
                   "(detail ->> 'note') FROM audit WHERE action = 'attention.close'"),
      "clerk-1 clerk attention:" + id + " two_item_codes asked the post");
}

TEST_F(ApiAttention, ClosingAClosedItemAnswersTheSame) {
  const auto id = item("illegal_scan", "clerk");
  const auto first = close("clerk-1", id);
  server->advance(std::chrono::minutes(5));
  const auto again = close("admin-1", id, "another note");
  EXPECT_EQ(again.status, 200);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(count("audit WHERE action = 'attention.close'"), 1);
}

TEST_F(ApiAttention, EachRoleClosesWhatItOwnsAndAdminClosesAll) {
  for (const std::string owner : {"clerk", "finance", "admin"}) {
    for (const std::string who : {"clerk-1", "finance-1", "admin-1", "auditor-1", "agency-a"}) {
      const auto id = item("cancel_refused", owner, owner + who);
      const bool may = who == owner + "-1" || who == "admin-1";
      EXPECT_EQ(close(who, id).status, may ? 200 : 403) << who << " of " << owner;
      EXPECT_EQ(count("attention WHERE closed_at IS NULL AND id = " + id), may ? 0 : 1) << who;
    }
  }
}

TEST_F(ApiAttention, KindsThatCloseByThemselvesAreRefusedWithWhatClosesThem) {
  for (const auto& [kind, words] : {std::pair{"unknown_parcel", "an order has this item code"},
                                    {"unknown_code", "the code list has the code"},
                                    {"dead_letter", "replayed or dropped"},
                                    {"order_refused", "released with a correction"},
                                    {"order_stuck", "the order moves on"},
                                    {"cancel_pending", "the post's events show"},
                                    {"disputed", "the wrong outcome is retracted"},
                                    {"silent_parcel", "scanned again"},
                                    {"feed_silent", "read to its end"},
                                    {"webhook_disabled", "bccid webhook enable"}}) {
    const auto refused = close("admin-1", item(kind, "admin"));
    EXPECT_EQ(refused.status, 409) << kind;
    EXPECT_NE(refused.text("hint").find(words), std::string::npos) << kind << " " << refused.body;
  }
  EXPECT_EQ(open(), 10);
  EXPECT_EQ(count("audit WHERE action = 'attention.close'"), 0);
}

TEST_F(ApiAttention, TheItemThatAloneWatchesAnOrderStays) {
  const std::string number(placed_by_a(1).at("number").as_string());
  const auto id = item("cancel_unclear", "clerk", "order:" + number);
  session.sql("UPDATE outbox SET state = 'void', finished_at = now(), reason = 'x'");
  const auto refused = close("clerk-1", id);
  EXPECT_EQ(refused.status, 409) << refused.body;
  item("order_stuck", "admin", "order:" + number);
  EXPECT_EQ(close("clerk-1", id).status, 200);
}

TEST_F(ApiAttention, BadIdsAndNotesAreRefused) {
  const auto id = item("illegal_scan", "clerk");
  for (const auto* bad : {"x", "0", "-1", "99999999999999999999", "1%20"})
    EXPECT_EQ(close("clerk-1", bad).status, 404) << bad;
  for (const auto& note : {std::string(), std::string("ab"), std::string(301, 'a'), std::string("a\tbc")})
    EXPECT_EQ(close("clerk-1", id, note).status, 400) << note;
  EXPECT_EQ(post("clerk-1", "/v1/attention/" + id + "/close", json::object{}).status, 400);
  EXPECT_EQ(open(), 1);
}

TEST_F(ApiAttention, AnEndpointThatWasDisabledIsEnabledAndItsItemCloses) {
  session.sql("INSERT INTO webhook_endpoint (id, url) VALUES ('hook', 'https://hook.example.vn')");
  session.in_tx(
      [](sql::Tx& tx) { disable_endpoint(tx, "hook", "the receiver answered 410 gone", ApiTest::now); });
  EXPECT_EQ(open(), 1);
  const Actor admin{"admin-1", "admin", "", "", ""};
  const auto enable = [&](const char* id) {
    return session.in_tx([&](sql::Tx& tx) { return enable_endpoint(tx, id, admin); });
  };
  EXPECT_TRUE(enable("hook").value());
  EXPECT_FALSE(enable("hook").value()) << "again changes nothing";
  EXPECT_EQ(count("webhook_endpoint WHERE disabled_at IS NULL"), 1);
  EXPECT_EQ(closed_by("webhook_disabled"), "admin-1: the endpoint was enabled");
  EXPECT_EQ(count("audit WHERE action = 'webhook.enable' AND subject = 'webhook:hook'"), 1);
  EXPECT_EQ(enable("nobody").error().code, Errc::not_found);
}

TEST_F(ApiAttention, AnEndpointOutOfTheConfigurationIsNotEnabledAndItsItemCloses) {
  const WebhookSubscriber hook{"hook", "https://hook.example.vn", "", {}};
  const auto configure = [&](const std::vector<WebhookSubscriber>& all) {
    session.in_tx([&](sql::Tx& tx) { put_webhook_subscribers(tx, all); });
  };
  configure({hook});
  session.in_tx(
      [](sql::Tx& tx) { disable_endpoint(tx, "hook", "the receiver answered 410 gone", ApiTest::now); });
  configure({hook});
  EXPECT_EQ(open(), 1) << "the same configuration settles nothing";
  auto moved = hook;
  moved.url = "https://new.example.vn";
  configure({moved});
  EXPECT_EQ(closed_by("webhook_disabled"), "job:configuration: the configuration changed");
  configure({});
  const Actor admin{"admin-1", "admin", "", "", ""};
  const auto enabled = session.in_tx([&](sql::Tx& tx) { return enable_endpoint(tx, "hook", admin); });
  EXPECT_EQ(enabled.error().code, Errc::conflict);
}

}  // namespace
}  // namespace bccid::test
