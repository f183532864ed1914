#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

// Answers as it is told to, and keeps what it was asked.
class FakeCitizens final : public CitizenPort {
 public:
  boost::asio::awaitable<CitizenVerdict> verify(const CitizenQuestion& question, CallTag) override {
    asked.push_back(question);
    CitizenVerdict verdict;
    verdict.answer = answer;
    if (answer != CitizenAnswer::unavailable) verdict.compared = {"name", "id_number", "address"};
    co_return verdict;
  }
  CitizenAnswer answer = CitizenAnswer::matched;
  std::vector<CitizenQuestion> asked;
};

class ApiRecipientCheck : public ApiTest {
 protected:
  void serve_with(CitizenPort* port) {
    settings.citizens = port;
    restart();
  }
  ApiReply check(const std::string& who, const std::string& order, const std::string& number = kNumber) {
    return post(who, "/v1/orders/" + order + "/recipient-check", json::object{{"id_number", number}});
  }
  static std::string id_of(const json::value& order) { return std::string(order.at("id").as_string()); }

  static constexpr const char* kNumber = "082090001234";
  FakeCitizens citizens;
};

TEST_F(ApiRecipientCheck, IsShownWithTheOrderAndKeepsNothingOfTheNumber) {
  serve_with(&citizens);
  const auto order = placed_by_a(1);
  EXPECT_TRUE(order.at("recipient_check").is_null());
  const auto reply = check("clerk-1", id_of(order));
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto shown = get("agency-a", "/v1/orders/" + id_of(order)).json().at("recipient_check").as_object();
  EXPECT_EQ(shown.at("answer"), "matched");
  EXPECT_EQ(shown.at("compared"), (json::array{"name", "id_number", "address"}));
  ASSERT_EQ(citizens.asked.size(), 1U);
  EXPECT_EQ(citizens.asked[0].id_number, kNumber);
  EXPECT_EQ(citizens.asked[0].name, session.text("SELECT receiver ->> 'name' FROM orders"));
  EXPECT_EQ(
      session.number("SELECT count(*) FROM recipient_check WHERE recipient_check::text LIKE '%082090%'"), 0);
  EXPECT_EQ(count("idempotency_key"), count("idempotency_key WHERE scope <> 'clerk-1'"));
}

TEST_F(ApiRecipientCheck, ThatCannotBeAnsweredIsKeptAsThatAndStopsNothing) {
  citizens.answer = CitizenAnswer::unavailable;
  serve_with(&citizens);
  const auto order = placed_by_a(1);
  const auto reply = check("agency-a", id_of(order));
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json().at("recipient_check").at("answer"), "unavailable");
  EXPECT_EQ(reply.json().at("state"), "wanted");
  citizens.answer = CitizenAnswer::not_matched;
  EXPECT_EQ(check("agency-a", id_of(order)).json().at("recipient_check").at("answer"), "not_matched");
  EXPECT_EQ(count("recipient_check"), 2);
}

TEST_F(ApiRecipientCheck, OfParticularsThatWereCorrectedSinceIsNotShown) {
  serve_with(&citizens);
  const auto order = placed_by_a(1);
  ASSERT_EQ(check("clerk-1", id_of(order)).status, 200);
  session.sql(
      "UPDATE orders SET receiver = jsonb_set(receiver, '{address}', to_jsonb('1 Nguyễn Huệ'::text))");
  EXPECT_TRUE(get("clerk-1", "/v1/orders/" + id_of(order)).json().at("recipient_check").is_null());
}

TEST_F(ApiRecipientCheck, RefusesANumberThatIsNoneWithoutRepeatingIt) {
  serve_with(&citizens);
  const auto order = placed_by_a(1);
  for (const char* number : {"08209000123", "08209000123x", "0820900012345", "082 090001", ""}) {
    const auto reply = check("clerk-1", id_of(order), number);
    EXPECT_EQ(reply.status / 100, 4) << number;
    EXPECT_TRUE(*number == '\0' || reply.body.find(number) == std::string::npos) << reply.body;
  }
  EXPECT_TRUE(citizens.asked.empty());
}

TEST_F(ApiRecipientCheck, IsForTheOrdersOwnPeopleWhileItIsOpen) {
  serve_with(&citizens);
  const auto order = placed_by_a(1);
  EXPECT_EQ(check("agency-b", id_of(order)).status, 404);
  EXPECT_EQ(check("finance-1", id_of(order)).status, 403);
  EXPECT_EQ(check("clerk-1", "no-such-order").status, 404);
  ASSERT_EQ(
      post("clerk-1", "/v1/orders/" + id_of(order) + "/cancel", json::object{{"reason", "nhập nhầm"}}).status,
      200);
  EXPECT_EQ(check("clerk-1", id_of(order)).status, 409);
  EXPECT_TRUE(citizens.asked.empty());
}

TEST_F(ApiRecipientCheck, SaysWhenThereIsNobodyToAsk) {
  const auto order = placed_by_a(1);
  const auto reply = check("clerk-1", id_of(order));
  EXPECT_EQ(reply.status, 404);
  EXPECT_NE(reply.body.find("citizen_db"), std::string::npos);
}

TEST_F(ApiRecipientCheck, IsNeitherChangedNorRemoved) {
  serve_with(&citizens);
  ASSERT_EQ(check("clerk-1", id_of(placed_by_a(1))).status, 200);
  EXPECT_NE(session.refusal("UPDATE recipient_check SET answer = 'not_matched'"), "");
  EXPECT_NE(session.refusal("DELETE FROM recipient_check"), "");
}

}  // namespace
}  // namespace bccid::test
