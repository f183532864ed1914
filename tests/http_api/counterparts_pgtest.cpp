#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiCounterparts : public ApiTest {
 protected:
  ApiCounterparts() {
    session.sql(
        "INSERT INTO webhook_endpoint (id, url) VALUES ('hook', 'https://hook.example.vn');"
        "INSERT INTO outbox (target, kind, subject, payload, state, finished_at, reason) "
        "SELECT 'webhook:hook', 'event', 'parcel:' || i, '{}', 'dead', now(), 'gone' FROM generate_series(1, "
        "3) i;"
        "INSERT INTO attention (kind, subject, detail, action, owner, due_at) "
        "SELECT 'dead_letter', 'outbox:' || id, 'd', 'a', 'admin', now() FROM outbox");
  }
  json::value counterpart(const std::string& name) {
    const auto list = get("auditor-1", "/v1/counterparts").json();
    for (const auto& one : list.at("items").as_array())
      if (one.at("name").as_string() == name) return one;
    ADD_FAILURE() << name << " is not listed";
    return {};
  }
  static json::object why(const char* reason = "its gateway moves") { return {{"reason", reason}}; }
};

TEST_F(ApiCounterparts, AnAdministratorPausesAndResumesAndEverybodyWhoMayLookSeesIt) {
  EXPECT_TRUE(counterpart("webhook:hook").at("paused").is_null());
  const std::string target = "/v1/counterparts/webhook:hook/";
  EXPECT_EQ(post("auditor-1", target + "pause", why()).status, 403);
  const auto paused = post("admin-1", target + "pause", why());
  EXPECT_EQ(paused.status, 200);
  EXPECT_TRUE(paused.json().at("changed").as_bool());
  EXPECT_FALSE(post("admin-1", target + "pause", why()).json().at("changed").as_bool());
  const auto seen = counterpart("webhook:hook").at("paused");
  EXPECT_EQ(seen.at("by").as_string(), "admin-1");
  EXPECT_EQ(seen.at("reason").as_string(), "its gateway moves");
  EXPECT_TRUE(post("admin-1", target + "resume", why("it is back")).json().at("changed").as_bool());
  EXPECT_TRUE(counterpart("webhook:hook").at("paused").is_null());
  EXPECT_EQ(post("admin-1", "/v1/counterparts/webhook:nobody/pause", why()).status, 404);
  for (const auto& body : {json::object{}, json::object{{"reason", "x"}}, json::object{{"reason", 7}}})
    EXPECT_EQ(post("admin-1", target + "pause", body).status, 400);
  EXPECT_EQ(count("audit WHERE subject = 'counterpart:webhook:hook'"), 2);
}

TEST_F(ApiCounterparts, ARangeIsReplayedOnlyByWhoHasCountedIt) {
  json::object range{{"target", "webhook:hook"}, {"reason", "it answers again"}};
  const auto counted = post("admin-1", "/v1/outbox/replay", range).json();
  EXPECT_EQ(counted.at("matching").as_int64(), 3);
  EXPECT_EQ(count("outbox WHERE state = 'dead'"), 3);
  range["dry_run"] = false;
  EXPECT_EQ(post("admin-1", "/v1/outbox/replay", range).status, 400);
  range["expected"] = 2;
  EXPECT_EQ(post("admin-1", "/v1/outbox/replay", range).status, 409);
  EXPECT_EQ(count("outbox WHERE state = 'dead'"), 3);
  range["expected"] = 3;
  EXPECT_EQ(post("admin-1", "/v1/outbox/replay", range).json().at("replayed").as_int64(), 3);
  EXPECT_EQ(count("outbox WHERE state = 'scheduled'"), 3);
  EXPECT_EQ(
      post("admin-1", "/v1/outbox/replay", json::object{{"from", "yesterday"}, {"reason", "why"}}).status,
      400);
}

TEST_F(ApiCounterparts, AMessageIsGivenUpWithAReason) {
  const auto id = std::to_string(session.number("SELECT min(id) FROM outbox"));
  EXPECT_EQ(post("admin-1", "/v1/outbox/" + id + "/give-up", json::object{}).status, 400);
  EXPECT_EQ(post("admin-1", "/v1/outbox/" + id + "/give-up", why("told by telephone")).status, 200);
  EXPECT_EQ(post("admin-1", "/v1/outbox/" + id + "/give-up", why("told by telephone")).status, 404);
  EXPECT_EQ(count("outbox WHERE state = 'void'"), 1);
  const auto page = get("auditor-1", "/v1/exchanges?counterpart=webhook:hook").json();
  ASSERT_EQ(page.at("items").as_array().size(), 1U);
  EXPECT_EQ(page.at("items").at(0).at("outcome").as_string(), "given_up");
  EXPECT_EQ(page.at("items").at(0).at("reason").as_string(), "admin-1: told by telephone");
}

TEST_F(ApiCounterparts, ExchangesOfADossierStandInItsTimelineAndAnAgencySeesNone) {
  const auto order = placed_by_a(7);
  const std::string number(order.at("number").as_string());
  session.sql(
      "INSERT INTO exchange (counterpart, subject, attempt, outcome, took_ms, call, sent, got) VALUES "
      "('carrier:vnpost', 'order:" +
      number + "', 1, 'retry', 12, 'order.create', '{\"a\":\"***\"}', '{}')");
  const auto dossier = get("clerk-1", "/v1/dossiers/" + dossier_code(7)).json();
  ASSERT_EQ(dossier.at("exchanges").as_array().size(), 1U);
  EXPECT_EQ(dossier.at("exchanges").at(0).at("call").as_string(), "order.create");
  EXPECT_FALSE(dossier.at("exchanges").at(0).as_object().contains("sent"));
  EXPECT_TRUE(get("agency-a", "/v1/dossiers/" + dossier_code(7)).json().at("exchanges").as_array().empty());
  for (const auto& query :
       {"order=" + number, "dossier=" + dossier_code(7), std::string("counterpart=carrier:vnpost")}) {
    const auto page = get("admin-1", "/v1/exchanges?" + query).json();
    ASSERT_EQ(page.at("items").as_array().size(), 1U) << query;
    EXPECT_EQ(page.at("items").at(0).at("sent").as_string(), "{\"a\":\"***\"}");
  }
  for (const auto* bad : {"", "?order=a&dossier=b", "?counterpart=a&after=x", "?counterpart=a&limit=0"})
    EXPECT_EQ(get("admin-1", std::string("/v1/exchanges") + bad).status, 400) << bad;
}

TEST_F(ApiCounterparts, CallsOfAnAgencysSystemLeaveTracesAndThoseOfPeopleNone) {
  const std::string number(placed_by_a(7).at("number").as_string());
  EXPECT_EQ(post("agency-a", "/v1/orders", json::object{{"dossier_code", "x"}}).status, 400);
  get("agency-a", "/v1/dossiers/" + dossier_code(7));
  get("agency-a", "/v1/dossiers/" + dossier_code(7));
  get("clerk-1", "/v1/dossiers/" + dossier_code(7));
  const auto traces = server->take_traces();
  ASSERT_EQ(traces.size(), 3U);
  for (const auto& trace : traces) EXPECT_TRUE(trace.inbound && trace.counterpart == "onestop:H20.01");
  EXPECT_EQ(traces[0].call, "POST /v1/orders");
  EXPECT_EQ(traces[0].subject, "order:" + number);
  EXPECT_EQ(traces[0].outcome, "ok");
  EXPECT_NE(traces[0].got.find(dossier_code(7)), std::string::npos) << traces[0].got;
  for (const auto* person : {"0912", "Nguy"})
    EXPECT_EQ((traces[0].got + traces[0].sent).find(person), std::string::npos) << traces[0].got;
  EXPECT_EQ(traces[1].http_status, 400);
  EXPECT_EQ(traces[1].outcome, "failed");
  EXPECT_NE(traces[1].reason, "");
  EXPECT_EQ(traces[2].tries, 2) << "what only reads is one trace an hour";
}

}  // namespace
}  // namespace bccid::test
