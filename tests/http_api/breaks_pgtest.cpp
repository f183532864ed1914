#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiBreaks : public ApiTest {
 protected:
  ApiBreaks() {
    add_principal(session, "finance-2", "finance", "", "");
    add_token(session, "finance-2", token_of("finance-2"), now + std::chrono::hours(24));
  }
  // The path of a break about cash that was handed in short.
  std::string shortage() {
    auto scan = scan_json(std::string(placed_by_a(1).at("number").as_string()), "delivered", 1);
    scan["cash"] = json::object{{"charge_vnd", 8'000}, {"postage_vnd", 26'000}};
    EXPECT_EQ(post("clerk-1", "/v1/scans", batch({scan})).status, 200);
    const json::object counted{{"collector", "clerk-1"}, {"counted_vnd", 30'000}};
    EXPECT_EQ(post("clerk-1", "/v1/cash/hand-ins", counted, "h-1").status, 201);
    const auto items = get("finance-1", "/v1/breaks").json().at("items");
    return "/v1/breaks/" + std::string(items.at(0).at("id").as_string());
  }
  static json::object write_off() { return {{"action", "write_off"}, {"note", "counted twice, not found"}}; }
};

TEST_F(ApiBreaks, AWriteOffTakesTwoPeopleAndIsToldOnce) {
  const auto path = shortage();
  EXPECT_EQ(post("finance-1", path + "/proposal", write_off(), "p-1").status, 201);
  EXPECT_EQ(post("finance-1", path + "/decision", {{"approve", true}}, "d-1").status, 409);
  const auto ended = post("finance-2", path + "/decision", {{"approve", true}}, "d-2");
  ASSERT_EQ(ended.status, 200) << ended.body;
  EXPECT_EQ(ended.json().at("proposals").at(0).at("decided_by").as_string(), "finance-2");
  EXPECT_EQ(post("finance-2", path + "/decision", {{"approve", true}}, "d-2").header("Idempotency-Replayed"),
            "true");
  EXPECT_EQ(get("auditor-1", path).json(), ended.json());
  EXPECT_EQ(get("finance-1", "/v1/breaks").json().at("items").as_array().size(), 0U);
}

TEST_F(ApiBreaks, WhoMaySayWhat) {
  const auto path = shortage();
  EXPECT_EQ(post("clerk-1", path + "/proposal", write_off(), "p-1").status, 403);
  EXPECT_EQ(post("auditor-1", path + "/comments", {{"text", "asked him"}}).status, 403);
  EXPECT_EQ(post("finance-1", path + "/comments", {{"text", "asked him"}}).status, 201);
  EXPECT_EQ(get("finance-1", path).json().at("comments").at(0).at("text").as_string(), "asked him");
  EXPECT_EQ(get("agency-b", path).status, 404);
  EXPECT_EQ(get("finance-1", "/v1/breaks/x").status, 404);
  EXPECT_EQ(post("finance-1", path + "/proposal", write_off()).status, 400);  // without a key
  EXPECT_EQ(post("finance-1", path + "/decision", {{"approve", false}}, "d-1").status,
            400);  // without a reason
}

}  // namespace
}  // namespace bccid::test
