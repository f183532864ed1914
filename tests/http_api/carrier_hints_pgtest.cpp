#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiHints : public ApiTest {
 protected:
  ApiHints() : number(placed_by_a(1).at("number").as_string()) {
    session.sql(
        "INSERT INTO order_look (order_id, number, carrier, next_at, tried_at) "
        "SELECT id, number, carrier, '2099-01-01', '2020-01-01' FROM orders");
    session.sql("UPDATE parcel SET item_code = 'EM000000014VN'");
  }
  static json::object message(json::object order, const std::string& signature = "good") {
    order["status"] = 12;
    return {
        {"data", json::array{std::move(order)}}, {"sendDate", "20251122083000"}, {"signature", signature}};
  }
  ApiReply hear(const json::object& body, const std::string& carrier = "post") {
    return post("", "/v1/carriers/" + carrier + "/hints", body);
  }
  std::string next_look() { return session.text("SELECT next_at::text FROM order_look"); }
  std::int64_t counted(const std::string& reason) {
    server->flush_refusals();
    return session.number(
        "SELECT coalesce(sum(count), 0)::bigint FROM refusal_count "
        "WHERE route = 'POST /v1/carriers/{carrier}/hints' AND reason = '" +
        reason + "'");
  }

  std::string number;
};

TEST_F(ApiHints, AMessageMakesItsOrderDueAndNothingElse) {
  const auto before = session.text("SELECT state || version FROM orders") +
                      session.text("SELECT state || events FROM parcel");
  const auto reply = hear(message({{"saleOrderCode", number}}));
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.json(), (json::object{{"woken", 1}, {"unknown", 0}}));
  EXPECT_EQ(session.number("SELECT count(*) FROM order_look WHERE next_at < '2099-01-01' AND "
                           "hinted_at IS NOT NULL"),
            1);
  EXPECT_EQ(session.text("SELECT state || version FROM orders") +
                session.text("SELECT state || events FROM parcel"),
            before);
}

TEST_F(ApiHints, ARepeatedMessageChangesNothing) {
  hear(message({{"saleOrderCode", number}}));
  const auto first = next_look();
  EXPECT_EQ(hear(message({{"saleOrderCode", number}})).status, 200);
  EXPECT_EQ(next_look(), first);
}

TEST_F(ApiHints, AnOrderThatWasJustAskedForIsNotAskedForAtOnce) {
  session.sql("UPDATE order_look SET tried_at = '" + to_rfc3339(now) + "'");
  hear(message({{"saleOrderCode", number}}));
  EXPECT_EQ(session.text("SELECT extract(epoch FROM next_at - tried_at)::integer::text FROM order_look"),
            "10");
}

TEST_F(ApiHints, TheLabelsNumberNamesTheParcelAsWell) {
  EXPECT_EQ(hear(message({{"itemCode", "EM000000014VN"}})).json().at("woken").as_int64(), 1);
  EXPECT_EQ(hear(message({{"itemCode", "EM000000014VN"}, {"saleOrderCode", number}})).json(),
            (json::object{{"woken", 1}, {"unknown", 0}}));
}

TEST_F(ApiHints, AnUnknownParcelIsIgnoredAndCounted) {
  const auto reply = hear(message({{"saleOrderCode", "X-1"}, {"itemCode", "EM000000028VN"}}));
  EXPECT_EQ(reply.json(), (json::object{{"woken", 0}, {"unknown", 1}}));
  EXPECT_EQ(counted("unknown_parcel"), 1);
  EXPECT_EQ(next_look().substr(0, 4), "2099");
}

TEST_F(ApiHints, WhatThePostDidNotSignIsRefusedAndCounted) {
  EXPECT_EQ(hear(message({{"saleOrderCode", number}}, "forged")).status, 401);
  EXPECT_EQ(counted("unauthenticated"), 1);
  EXPECT_EQ(next_look().substr(0, 4), "2099");
  EXPECT_EQ(hear(message({{"saleOrderCode", number}}), "other").status, 404);
  EXPECT_EQ(ask(posting("", "/v1/carriers/post/hints", std::string(65'537, ' '))).status, 413);
}

TEST_F(ApiHints, AnOrderOfAnotherPostStaysAsItIs) {
  session.sql(
      "ALTER TABLE order_look DISABLE TRIGGER order_look_is_fixed;"
      "UPDATE order_look SET carrier = 'another';"
      "ALTER TABLE order_look ENABLE TRIGGER order_look_is_fixed");
  EXPECT_EQ(hear(message({{"saleOrderCode", number}, {"itemCode", "EM000000014VN"}})).json(),
            (json::object{{"woken", 0}, {"unknown", 1}}));
}

}  // namespace
}  // namespace bccid::test
