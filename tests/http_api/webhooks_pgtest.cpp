#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiWebhooks : public ApiTest {
 protected:
  ApiReply subscribe(const std::string& who, json::object body) { return post(who, "/v1/webhooks", body); }
  // A request without a body.
  ApiReply press(const std::string& who, const std::string& target) { return ask(posting(who, target, "")); }
  ApiReply remove(const std::string& who, const std::string& target) {
    ApiCall call;
    call.method = "DELETE";
    call.target = target;
    call.token = token_of(who);
    return ask(call);
  }
  static constexpr const char* kUrl = "https://motcua.example.gov.vn/bccid";
};

TEST_F(ApiWebhooks, ASecretIsToldOnce) {
  const auto made = subscribe("agency-a", {{"url", kUrl}});
  ASSERT_EQ(made.status, 201) << made.body;
  EXPECT_TRUE(made.text("secret").starts_with("whsec_"));
  EXPECT_EQ(made.text("agency"), kAgencyA);
  const std::string at = made.header("Location");
  EXPECT_EQ(get("agency-a", at).text("url"), kUrl);
  EXPECT_EQ(get("agency-a", at).body.find("whsec_"), std::string::npos);
  EXPECT_EQ(get("admin-1", "/v1/webhooks").body.find("whsec_"), std::string::npos);
  const auto again = subscribe("agency-a", {{"url", kUrl}});
  EXPECT_EQ(again.status, 409);
  EXPECT_EQ(again.body.find("whsec_"), std::string::npos);
  const auto turned = post("agency-a", at + "/rotate", {{"overlap_hours", 2}});
  ASSERT_EQ(turned.status, 200) << turned.body;
  EXPECT_NE(turned.text("secret"), made.text("secret"));
  EXPECT_EQ(turned.json().at("keys").as_array().size(), 2U);
}

TEST_F(ApiWebhooks, WhoMayDoWhat) {
  const auto at = subscribe("agency-a", {{"url", kUrl}}).header("Location");
  for (const auto* who : {"clerk-1", "finance-1", "auditor-1"}) {
    EXPECT_EQ(subscribe(who, {{"url", kUrl}}).status, 403);
    EXPECT_EQ(remove(who, at).status, 403);
    EXPECT_EQ(press(who, at + "/test").status, 403);
  }
  EXPECT_EQ(get("auditor-1", at).status, 200);
  EXPECT_EQ(get("clerk-1", at).status, 403);
  EXPECT_EQ(get("agency-b", at).status, 404);
  EXPECT_EQ(remove("agency-b", at).status, 404);
  EXPECT_EQ(post("agency-b", at + "/rotate", json::object{}).status, 404);
  EXPECT_EQ(subscribe("agency-b", {{"url", kUrl}, {"agency", kAgencyA}}).status, 403);
  EXPECT_EQ(get("agency-b", "/v1/webhooks").json().at("items").as_array().size(), 0U);
  EXPECT_EQ(remove("agency-a", at).status, 204);
  EXPECT_EQ(get("agency-a", at).status, 404);
}

TEST_F(ApiWebhooks, AWrongWishIsNamedAtItsFieldAndStoresNothing) {
  for (const auto& [body, pointer] : std::vector<std::pair<json::object, std::string>>{
           {{{"url", "http://example.vn/"}}, "/url"},
           {{{"url", "https://169.254.169.254/"}}, "/url"},
           {{{"url", "https://example.vn:22/"}}, "/url"},
           {{{"url", kUrl}, {"events", json::array{"vn.bccid.parcel.eaten"}}}, "/events/0"},
           {{{"url", kUrl}, {"signing", "md5"}}, "/signing"},
           {{{"url", kUrl}, {"secret", "mine"}}, "/secret"},
           {json::object{}, "/url"}}) {
    const auto reply = subscribe("agency-a", body);
    EXPECT_EQ(reply.status, 400) << reply.body;
    EXPECT_EQ(reply.json().at("errors").at(0).at("pointer").as_string(), pointer) << reply.body;
  }
  EXPECT_EQ(count("webhook_endpoint"), 0);
}

TEST_F(ApiWebhooks, TestsAndReplaysGoThroughTheQueue) {
  const auto at = subscribe("agency-a", {{"url", kUrl}, {"signing", "ed25519"}}).header("Location");
  const auto test = press("agency-a", at + "/test");
  ASSERT_EQ(test.status, 202) << test.body;
  const auto event = json::parse(session.text("SELECT payload FROM outbox"));
  EXPECT_EQ(Contract::instance().check_schema("events/test.schema.json", event), "");
  EXPECT_EQ(event.at("id").as_string(), test.text("event_id"));
  EXPECT_EQ(get("agency-a", at).json().at("waiting").as_int64(), 1);
  const json::object day{{"from", "2025-11-22T00:00:00+07:00"}, {"to", "2025-11-23T00:00:00+07:00"}};
  EXPECT_EQ(post("agency-a", at + "/replay", day).status, 400);  // it bears no Idempotency-Key
  const auto counted = post("agency-a", at + "/replay", day, "r-1");
  EXPECT_EQ(counted.status, 202) << counted.body;
  EXPECT_EQ(counted.json().at("delivered").as_int64(), 0);
  auto long_time = day;
  long_time["to"] = "2025-12-22T00:00:00+07:00";
  EXPECT_EQ(post("agency-a", at + "/replay", long_time, "r-2").status, 400);
  EXPECT_EQ(press("agency-a", at + "/enable").status, 200);
  EXPECT_EQ(press("agency-a", "/v1/webhooks/sub-x/test").status, 404);
}

}  // namespace
}  // namespace bccid::test
