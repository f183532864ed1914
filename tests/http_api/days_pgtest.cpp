#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiDays : public ApiTest {
 protected:
  void pay(int number) {
    auto scan = scan_json(std::string(placed_by_a(number).at("number").as_string()), "delivered", number);
    scan["cash"] = json::object{{"charge_vnd", 8'000}, {"postage_vnd", 26'000}};
    EXPECT_EQ(post("clerk-1", "/v1/scans", batch({scan})).status, 200);
  }
};

TEST_F(ApiDays, AClosedDayAnswersWithItsSumsAndTheSameAgainUnderItsKey) {
  pay(1);
  pay(2);
  const auto closed = post("clerk-1", "/v1/days", json::object{}, "d-1");
  ASSERT_EQ(closed.status, 201) << closed.body;
  const auto day = closed.json();
  EXPECT_EQ(day.at("office").as_string(), kOffice);
  EXPECT_EQ(day.at("business_day").as_string(), "2025-11-22");
  EXPECT_EQ(day.at("collected_vnd").as_int64(), 68'000);
  EXPECT_EQ(day.at("still_held_vnd").as_int64(), 68'000);
  EXPECT_EQ(day.at("lines").as_array().size(), 2U);
  pay(3);
  const auto again = post("clerk-1", "/v1/days", json::object{}, "d-1");
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(again.json(), day);
  EXPECT_EQ(post("clerk-1", "/v1/days", json::object{}, "d-2").status, 409);
  EXPECT_EQ(get("auditor-1", "/v1/days/" + std::to_string(day.at("id").as_int64())).json(), day);
  EXPECT_EQ(get("finance-1", "/v1/days").json().at("items").as_array().size(), 1U);
}

TEST_F(ApiDays, WhoMayCloseWhich) {
  EXPECT_EQ(post("agency-a", "/v1/days", json::object{}, "d-1").status, 403);
  EXPECT_EQ(post("clerk-1", "/v1/days", {{"office", "999999"}}, "d-2").status, 400);
  EXPECT_EQ(post("finance-1", "/v1/days", json::object{}, "d-3").status, 400);
  EXPECT_EQ(post("finance-1", "/v1/days", {{"office", "999999"}}, "d-4").status, 400);
  EXPECT_EQ(post("clerk-1", "/v1/days", json::object{}).status, 400);
  EXPECT_EQ(get("finance-1", "/v1/days/7").status, 404);
  EXPECT_EQ(get("finance-1", "/v1/days/x").status, 404);
  EXPECT_EQ(get("finance-1", "/v1/days?after=x").status, 400);
  EXPECT_EQ(count("day_close"), 0);
  EXPECT_EQ(post("finance-1", "/v1/days", {{"office", kOffice}}, "d-5").status, 201);
}

}  // namespace
}  // namespace bccid::test
