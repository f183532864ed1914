#include "adapters/vnpost_my/vnpost_my.hpp"

#include "adapters/list.hpp"
#include "adapters/vnpost_my/wire.hpp"
#include "base/time_text.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <boost/json.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace bccid::my {
namespace {

namespace json = boost::json;
using test::outcome_name;
using Answer = OrderReading::Answer;

CarrierBlock block_at(const std::string& url) {
  CarrierBlock block = test::carrier_at(url);
  block.kind = "vnpost_my";
  block.service_code = "HCC01";
  block.endpoint.timeout = std::chrono::milliseconds(400);
  return block;
}

std::string_view answer_name(Answer answer) {
  switch (answer) {
    case Answer::known: return "known";
    case Answer::absent: return "absent";
    case Answer::error: return "error";
    case Answer::no_answer: return "no_answer";
  }
  return "?";
}

// --- orders -----------------------------------------------------------------------------------------

TEST(MyOrder, has_two_level_addresses_a_weight_as_text_and_our_number) {
  auto block = block_at("http://post");
  block.contract_code = "HD-1";
  const auto body = json::parse(order_body(test::sample_order("A-1-T1"), block)).as_object();
  EXPECT_EQ(body.at("orderCreationStatus").as_int64(), 1);
  EXPECT_EQ(body.at("type").as_string(), "GUI");
  EXPECT_EQ(body.at("customerCode").as_string(), "DT82");
  EXPECT_EQ(body.at("contractCode").as_string(), "HD-1");
  const auto& order = body.at("informationOrder").as_object();
  EXPECT_EQ(order.at("saleOrderCode").as_string(), "A-1-T1");
  EXPECT_EQ(order.at("serviceCode").as_string(), "HCC01");
  EXPECT_EQ(order.at("weight").as_string(), "100");
  EXPECT_EQ(order.at("receiverName").as_string(), "Nguyễn Đình Hậu");
  EXPECT_EQ(order.at("receiverProvinceCode").as_string(), "82");
  EXPECT_EQ(order.at("receiverDistrictCode").as_string(), "VNPOST");
  EXPECT_EQ(order.at("receiverCommuneCode").as_string(), "29875");
  EXPECT_EQ(order.at("senderDistrictCode").as_string(), "VNPOST");
  EXPECT_EQ(json::serialize(order.at("addonService")), R"([{"code":"GTG021","propValue":"PROP0018:38000"}])");
}

TEST(MyOrder, maps_places_that_its_block_maps_and_names_no_addon_without_money) {
  auto block = block_at("http://post");
  block.province_codes["82"] = 86;
  block.district_codes["29875"] = 8710;
  block.drafts = true;
  auto order = test::sample_order("A-1-T1");
  order.cod = Money();
  const auto body = json::parse(order_body(order, block)).as_object();
  EXPECT_EQ(body.at("orderCreationStatus").as_int64(), 0);
  EXPECT_TRUE(body.at("contractCode").is_null());
  const auto& information = body.at("informationOrder").as_object();
  EXPECT_EQ(information.at("receiverProvinceCode").as_string(), "86");
  EXPECT_EQ(information.at("receiverDistrictCode").as_string(), "8710");
  EXPECT_TRUE(information.at("addonService").as_array().empty());
}

TEST(MyCreateReply, accepts_only_an_order_of_ours_with_a_name_of_theirs) {
  const auto outcome = [](int status, std::string_view body) {
    return outcome_name(read_create_reply(status, body, "A-1").outcome);
  };
  EXPECT_EQ(outcome(200, R"({"originalID":"7","itemCode":"EM1VN","saleOrderCode":"A-1"})"), "accepted");
  EXPECT_EQ(outcome(201, R"({"data":{"originalID":"7","saleOrderCode":"A-1","new":{"x":[1]}}})"), "accepted");
  EXPECT_EQ(outcome(200, R"({"originalID":"7","saleOrderCode":"A-2"})"), "unknown");
  EXPECT_EQ(outcome(200, R"({"originalID":"7"})"), "unknown");
  EXPECT_EQ(outcome(200, R"({"saleOrderCode":"A-1"})"), "unknown");
  EXPECT_EQ(outcome(200, ""), "unknown");
  EXPECT_EQ(outcome(400, R"({"status":400,"message":"Sai mã dịch vụ"})"), "rejected");
  EXPECT_EQ(outcome(400, R"({"status":400,"message":"Mã đơn hàng đã tồn tại"})"), "unknown");
  EXPECT_EQ(outcome(400, "<html>"), "unknown");
  EXPECT_EQ(outcome(401, "{}"), "not_sent");
  EXPECT_EQ(outcome(403, R"({"message":"IP"})"), "unknown");
  EXPECT_EQ(outcome(500, R"({"originalID":"7","saleOrderCode":"A-1"})"), "unknown");
}

// --- questions --------------------------------------------------------------------------------------

TEST(MyOrderReply, says_absent_only_at_a_definite_word) {
  const auto answer = [](int status, std::string_view body) {
    return answer_name(read_order_reply(status, body, "A-1").answer);
  };
  EXPECT_EQ(answer(200, "[]"), "absent");
  EXPECT_EQ(answer(200, R"({"data":[]})"), "absent");
  EXPECT_EQ(answer(404, R"({"status":404,"message":"Không tìm thấy đơn hàng"})"), "absent");
  // A wrong path answers so, and must not make us send a second order.
  EXPECT_EQ(answer(404, R"({"timestamp":1,"status":404,"error":"Not Found","path":"/getOrders"})"), "error");
  EXPECT_EQ(answer(404, ""), "error");
  EXPECT_EQ(answer(200, "{}"), "error");
  EXPECT_EQ(answer(200, "<html>[]</html>"), "error");
  EXPECT_EQ(answer(500, "[]"), "error");
  EXPECT_EQ(answer(200, R"([{"originalID":"7","saleOrderCode":"A-1","status":"2"}])"), "known");
  EXPECT_EQ(answer(200, R"([{"originalID":"7","saleOrderCode":"A-2"}])"), "error");
  EXPECT_EQ(
      answer(200, R"([{"originalID":"7","saleOrderCode":"A-1"},{"originalID":"8","saleOrderCode":"A-1"}])"),
      "error");
}

std::string history(const std::string& rows) { return R"({"data":{"statusHistory":[)" + rows + "]}}"; }

TEST(MyHistory, becomes_rows_oldest_first_under_the_same_names_each_time) {
  const auto newest_first = history(
      R"({"statusCode":14,"statusName":"Đã giao hàng","createdDate":"03/07/2026","createHour":"11:00:00"},
         {"statusCode":"12","createdDate":"03/07/2026","createHour":"09:30:00"},
         {"statusCode":1,"createdDate":"02/07/2026","createHour":"08:00:00"})");
  const auto reading = read_history_reply(200, newest_first, "A-1", "EM000000014VN");
  ASSERT_EQ(answer_name(reading.answer), "known");
  ASSERT_EQ(reading.rows.size(), 3U);
  EXPECT_EQ(reading.rows[0].row_id, "A-1/1/20260702080000");
  EXPECT_EQ(reading.rows[2].row_id, "A-1/14/20260703110000");
  EXPECT_EQ(reading.rows[2].raw_code, "14");
  EXPECT_EQ(reading.rows[2].raw_text, "Đã giao hàng");
  EXPECT_EQ(reading.rows[2].item_code, "EM000000014VN");
  EXPECT_EQ(to_rfc3339(reading.rows[2].occurred_at), "2026-07-03T04:00:00Z");
  EXPECT_EQ(read_history_reply(200, newest_first, "A-1", "").rows[2].row_id, reading.rows[2].row_id);
}

TEST(MyHistory, keeps_what_happened_in_one_second_in_its_order) {
  const auto reading =
      read_history_reply(200, history(R"({"statusCode":11,"createdDate":"03/07/2026","createHour":"09:30:00"},
                 {"statusCode":12,"createdDate":"03/07/2026","createHour":"09:30:00"})"),
                         "A-1", "");
  ASSERT_EQ(reading.rows.size(), 2U);
  EXPECT_EQ(reading.rows[0].raw_code, "11");
  EXPECT_LT(reading.rows[0].occurred_at, reading.rows[1].occurred_at);
}

TEST(MyHistory, counts_what_it_cannot_read_and_makes_nothing_up) {
  const auto reading = read_history_reply(
      200, history(R"({"statusCode":11,"createdDate":"2026-07-03","createHour":"09:30:00"},7,
                 {"statusCode":12,"createdDate":"31/02/2026","createHour":"09:30:00"},
                 {"statusCode":{"a":1},"createdDate":"03/07/2026","createHour":"09:30:00"},
                 {"statusCode":12,"createdDate":"03/07/2026","createHour":"09:30:00","new":[{}]})"),
      "A-1", "");
  EXPECT_EQ(reading.unreadable, 4U);
  ASSERT_EQ(reading.rows.size(), 1U);
  EXPECT_EQ(answer_name(read_history_reply(200, R"({"data":{"itemCode":"x"}})", "A-1", "").answer), "error");
  EXPECT_EQ(answer_name(read_history_reply(500, "[]", "A-1", "").answer), "error");
}

TEST(MyPrice, is_that_of_the_services_name) {
  auto block = block_at("http://post");
  const auto body =
      R"({"data":[{"serviceCode":"X","totalFee":5},{"serviceCode":"HCC01","totalFee":"26000"}]})";
  EXPECT_EQ(read_price_reply(200, body, block).value(), Money(26'000));
  EXPECT_FALSE(read_price_reply(200, R"([{"serviceCode":"X","totalFee":5}])", block));
  EXPECT_FALSE(read_price_reply(200, R"([{"serviceCode":"HCC01","totalFee":-5}])", block));
  EXPECT_FALSE(read_price_reply(500, body, block));
}

TEST(MyPort, needs_a_service_and_a_readable_key) {
  test::Loopback net([](const sim::Call&) { return sim::Answer(); });
  const SystemClock clock;
  auto block = block_at(net.url());
  EXPECT_FALSE(open_carrier(block, net.client, clock).value()->abilities().hints);
  block.service_code.clear();
  EXPECT_NE(open_carrier(block, net.client, clock).error().detail.find("service_code"), std::string::npos);
  block = block_at(net.url());
  block.hint_key_file = "/dev/null";
  EXPECT_NE(open_carrier(block, net.client, clock).error().detail.find("hint_key_file"), std::string::npos);
}

// --- the simulated post -----------------------------------------------------------------------------

class SimulatedMy : public testing::Test {
 protected:
  std::string_view create(const std::string& number) {
    const auto order = test::sample_order(number);
    return outcome_name(test::run(day_.net.io, port_->create_order(order, "r")).outcome);
  }
  SendReport cancel(const std::string& number) {
    return test::run(day_.net.io, port_->cancel_order(number, "r"));
  }
  OrderReading read(const std::string& number) { return test::run(day_.net.io, port_->read_order(number)); }
  void plan(const std::string& target, const std::string& rules) {
    const auto answer = day_.post("/control/plan", R"({"target":")" + target + R"(","rules":)" + rules + "}");
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  void happen(const std::string& number, int status) {
    const auto answer = day_.post("/sim/my/events", R"({"events":[{"number":")" + number + R"(","status":)" +
                                                        std::to_string(status) + "}]}");
    ASSERT_EQ(answer.status, 200) << answer.body;
  }
  json::object book(const std::string& number) {
    return json::parse(day_.get("/books/my/orders", {{"number", number}}).body).as_object();
  }
  std::int64_t times_created(const std::string& number) {
    const auto value = json::parse(day_.get("/books/my/orders", {{"number", number}}).body);
    return value.is_null() ? 0 : value.at("times_created").to_number<std::int64_t>();
  }
  std::unique_ptr<CarrierPort> open(CarrierBlock block) {
    return open_carrier(block, day_.net.client, day_.clock).value();
  }

  test::SimulatedDay day_{7};
  std::unique_ptr<CarrierPort> port_ = open(block_at(day_.net.url("/my")));
};

TEST_F(SimulatedMy, takes_an_order_and_tells_its_history) {
  EXPECT_EQ(create("A-1"), "accepted");
  EXPECT_EQ(book("A-1").at("addons").as_string(), R"([{"code":"GTG021","propValue":"PROP0018:38000"}])");
  happen("A-1", 2);
  const auto reading = read("A-1");
  ASSERT_EQ(answer_name(reading.answer), "known") << reading.reason;
  ASSERT_EQ(reading.rows.size(), 2U);
  EXPECT_EQ(reading.rows[1].raw_code, "2");
  EXPECT_EQ(reading.rows[1].item_code, book("A-1").at("itemCode").as_string());
  EXPECT_EQ(answer_name(read("A-2").answer), "absent");
}

TEST_F(SimulatedMy, is_asked_by_number_when_an_answer_was_lost) {
  for (const auto* reply : {"hang", "reset", "html", "http_500", "truncated", "cut"}) {
    SCOPED_TRACE(reply);
    const std::string number = std::string("A-") + reply;
    plan("my.create", std::string(R"([{"reply":")") + reply + "\"}]");
    EXPECT_EQ(create(number), "unknown");
    EXPECT_EQ(answer_name(read(number).answer), "known");
    EXPECT_EQ(times_created(number), 1);
  }
  plan("my.create", R"([{"reply":"http_500","effect":false}])");
  EXPECT_EQ(create("A-lost"), "unknown");
  EXPECT_EQ(answer_name(read("A-lost").answer), "absent");
}

TEST_F(SimulatedMy, tells_a_silent_network_from_a_bad_answer) {
  EXPECT_EQ(create("A-1"), "accepted");
  plan("my.read", R"([{"reply":"hang"}])");
  EXPECT_EQ(answer_name(read("A-1").answer), "no_answer");
  plan("my.read", R"([{"reply":"reset","attempts":0}])");
  EXPECT_EQ(answer_name(read("A-1").answer), "no_answer");
  for (const auto* reply : {"html", "http_500", "truncated", "http_503"}) {
    plan("my.read", std::string(R"([{"attempts":0,"reply":")") + reply + "\"}]");
    EXPECT_EQ(answer_name(read("A-1").answer), "error") << reply;
  }
  plan("my.read", "[]");
  plan("my.history", R"([{"attempts":0,"reply":"html"}])");
  EXPECT_EQ(answer_name(read("A-1").answer), "error");
}

TEST_F(SimulatedMy, works_on_after_its_tokens_were_revoked) {
  EXPECT_EQ(create("A-1"), "accepted");
  day_.post("/control/tokens", "{}");
  EXPECT_EQ(create("A-2"), "accepted");
  EXPECT_EQ(times_created("A-2"), 1);
}

TEST_F(SimulatedMy, cancels_what_nobody_has_in_hand_when_it_is_seen) {
  EXPECT_EQ(create("A-1"), "accepted");
  EXPECT_EQ(outcome_name(cancel("A-1").outcome), "accepted");
  EXPECT_EQ(outcome_name(cancel("A-1").outcome), "accepted");  // and needs no second request
  EXPECT_EQ(json::parse(day_.get("/books/stats").body).at("my").at("cancel_requests").to_number<int>(), 1);
  EXPECT_EQ(outcome_name(cancel("A-2").outcome), "rejected");
}

TEST_F(SimulatedMy, leaves_a_cancellation_pending_that_the_post_must_approve) {
  EXPECT_EQ(create("A-1"), "accepted");
  happen("A-1", 2);
  const auto report = cancel("A-1");
  EXPECT_EQ(outcome_name(report.outcome), "pending");
  EXPECT_EQ(report.reason, "approval case CASE1: Chờ phê duyệt");
  EXPECT_EQ(read("A-1").rows.back().raw_code, "2");
  day_.post("/sim/my/cases", R"({"case_id":"CASE1","approve":true})");
  EXPECT_EQ(read("A-1").rows.back().raw_code, "9");
  EXPECT_EQ(outcome_name(cancel("A-1").outcome), "accepted");
}

TEST_F(SimulatedMy, is_told_no_once_the_parcel_was_collected) {
  EXPECT_EQ(create("A-1"), "accepted");
  happen("A-1", 6);
  EXPECT_EQ(outcome_name(cancel("A-1").outcome), "rejected");
}

TEST_F(SimulatedMy, knows_nothing_of_a_cancellation_whose_answer_was_lost) {
  for (const auto* reply : {"hang", "reset", "html", "http_500", "truncated"}) {
    const std::string number = std::string("A-") + reply;
    EXPECT_EQ(create(number), "accepted");
    plan("my.cancel", std::string(R"([{"reply":")") + reply + "\"}]");
    EXPECT_EQ(outcome_name(cancel(number).outcome), "unknown") << reply;
    EXPECT_EQ(outcome_name(cancel(number).outcome), "accepted") << reply;  // it had happened
  }
  EXPECT_EQ(create("A-1"), "accepted");
  plan("my.read", R"([{"reply":"html"}])");
  EXPECT_EQ(outcome_name(cancel("A-1").outcome), "not_sent");  // it asks before it sends
}

TEST_F(SimulatedMy, takes_a_draft_away_instead_of_cancelling_it) {
  auto block = block_at(day_.net.url("/my"));
  block.drafts = true;
  port_ = open(block);
  EXPECT_EQ(create("A-1"), "accepted");
  EXPECT_EQ(read("A-1").rows.back().raw_code, "0");
  EXPECT_EQ(outcome_name(cancel("A-1").outcome), "accepted");
  EXPECT_EQ(answer_name(read("A-1").answer), "absent");
}

TEST_F(SimulatedMy, tells_its_price) {
  PriceQuestion question;
  question.from_province = question.to_province = "82";
  question.from_commune = "29869";
  question.to_commune = "29875";
  question.weight_g = 100;
  question.time_limit = std::chrono::milliseconds(400);
  auto asked = question;
  EXPECT_EQ(test::run(day_.net.io, port_->ask_price(std::move(asked))).value(), Money(22'000));
  plan("my.price", R"([{"reply":"html"}])");
  EXPECT_EQ(test::run(day_.net.io, port_->ask_price(std::move(question))).error().code, Errc::unavailable);
}

class SignedMessages : public SimulatedMy {
 protected:
  SignedMessages() {
    std::ofstream(key_) << day_.get("/books/my/key").body;
    auto block = block_at(day_.net.url("/my"));
    block.hint_key_file = key_.string();
    port_ = open(block);
    EXPECT_EQ(create("A-1"), "accepted");
    message_ = json::parse(day_.get("/books/my/message", {{"number", "A-1"}}).body).as_object();
  }
  ~SignedMessages() override { std::filesystem::remove(key_); }
  Errc refusal(const json::object& message) {
    const auto hints = port_->read_hints(json::serialize(message));
    return hints ? Errc::internal : hints.error().code;
  }

  std::filesystem::path key_ =
      std::filesystem::path(testing::TempDir()) / ("my-key-" + std::to_string(::getpid()) + ".pem");
  json::object message_;
};

TEST_F(SignedMessages, say_which_parcel_they_are_about) {
  const auto hints = port_->read_hints(json::serialize(message_));
  ASSERT_TRUE(hints) << hints.error().text();
  ASSERT_EQ(hints->size(), 1U);
  EXPECT_EQ(hints->front().order_number, "A-1");
  EXPECT_EQ(hints->front().item_code, book("A-1").at("itemCode").as_string());
}

TEST_F(SignedMessages, are_refused_when_anything_signed_was_changed) {
  auto other = message_;
  other["sendDate"] = "20200101000000";
  EXPECT_EQ(refusal(other), Errc::unauthenticated);
  for (const auto* member : {"itemCode", "status"}) {
    other = message_;
    other["data"].as_array()[0].as_object()[member] = "14";
    EXPECT_EQ(refusal(other), Errc::unauthenticated) << member;
  }
  for (const auto* signature : {"", "AAAA", "no base64!"}) {
    other = message_;
    other["signature"] = signature;
    EXPECT_EQ(refusal(other), Errc::unauthenticated) << signature;
  }
  other = message_;
  other.erase("data");
  EXPECT_EQ(refusal(other), Errc::malformed);
}

TEST_F(SignedMessages, are_refused_from_another_key) {
  test::SimulatedDay stranger(8);
  std::ofstream(key_) << stranger.get("/books/my/key").body;
  auto block = block_at(day_.net.url("/my"));
  block.hint_key_file = key_.string();
  port_ = open(block);
  EXPECT_EQ(refusal(message_), Errc::unauthenticated);
}

}  // namespace
}  // namespace bccid::my
