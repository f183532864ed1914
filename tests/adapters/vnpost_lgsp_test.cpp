#include "adapters/vnpost_lgsp/vnpost_lgsp.hpp"

#include "adapters/list.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace bccid::lgsp {
namespace {

namespace json = boost::json;
using test::outcome_name;

CarrierBlock block_at(const std::string& url) {
  CarrierBlock block = test::carrier_at(url);
  block.kind = "vnpost_lgsp";
  block.waybills = true;
  block.endpoint.sign_in = SignIn::header;
  block.endpoint.client_id.clear();
  block.endpoint.client_secret = "sim-lgsp";
  return block;
}

CarrierOrder numbered(const std::string& number, const std::string& item_code) {
  auto order = test::sample_order(number);
  order.item_code = item_code;
  return order;
}

TEST(LgspOrder, is_that_of_ngsp_with_the_labels_number_and_the_flag) {
  auto block = block_at("http://post");
  const auto body = json::parse(order_body(numbered("A-1", "EB100000015VN"), block)).as_object();
  EXPECT_EQ(body.size(), 19U);
  EXPECT_EQ(body.at("OrderNumber").as_string(), "A-1");
  EXPECT_TRUE(body.at("SenderEmail").is_null());
  EXPECT_EQ(body.at("ItemCode").as_string(), "EB100000015VN");
  EXPECT_EQ(body.at("FlagConfig").as_int64(), 2);
  block.waybills = false;
  block.flag_config = 1;
  const auto bare = json::parse(order_body(numbered("A-1", ""), block)).as_object();
  EXPECT_FALSE(bare.contains("ItemCode"));
  EXPECT_EQ(bare.at("FlagConfig").as_int64(), 1);
}

TEST(LgspPort, wants_numbers_only_where_its_block_has_them) {
  test::Loopback net([](const sim::Call&) { return sim::Answer(); });
  const SystemClock clock;
  auto block = block_at(net.url());
  EXPECT_TRUE(open_carrier(block, net.client, clock).value()->abilities().waybills);
  block.waybills = false;
  EXPECT_FALSE(open_carrier(block, net.client, clock).value()->abilities().waybills);
}

class SimulatedGateway : public testing::Test {
 protected:
  std::string_view create(const std::string& number, const std::string& item_code) {
    const auto order = numbered(number, item_code);
    return outcome_name(test::run(day_.net.io, port_->create_order(order, "r")).outcome);
  }

  test::SimulatedDay day_{7};
  std::unique_ptr<CarrierPort> port_ =
      open_carrier(block_at(day_.net.url("/lgsp")), day_.net.client, day_.clock).value();
};

TEST_F(SimulatedGateway, keeps_the_number_that_an_order_brings) {
  EXPECT_EQ(create("A-1", "EB100000015VN"), "accepted");
  const auto page = test::run(day_.net.io, port_->read_feed(""));
  ASSERT_TRUE(page) << page.error().text();
  ASSERT_EQ(page->rows.size(), 1U);
  EXPECT_EQ(page->rows[0].item_code, "EB100000015VN");
  EXPECT_EQ(page->rows[0].order_number, "A-1");
}

TEST_F(SimulatedGateway, refuses_the_number_of_another_order) {
  EXPECT_EQ(create("A-1", "EB100000015VN"), "accepted");
  EXPECT_EQ(create("A-2", "EB100000015VN"), "rejected");
}

TEST_F(SimulatedGateway, sends_nothing_after_a_wrong_secret) {
  auto block = block_at(day_.net.url("/lgsp"));
  block.endpoint.client_secret = "other";
  const auto port = open_carrier(block, day_.net.client, day_.clock).value();
  const auto order = numbered("A-1", "EB100000015VN");
  EXPECT_EQ(outcome_name(test::run(day_.net.io, port->create_order(order, "r")).outcome), "not_sent");
}

TEST_F(SimulatedGateway, tells_its_price_only_where_its_block_names_the_path) {
  PriceQuestion question;
  question.from_province = question.to_province = "82";
  question.weight_g = 100;
  question.time_limit = std::chrono::seconds(5);
  EXPECT_FALSE(port_->abilities().price);
  auto block = block_at(day_.net.url("/lgsp"));
  block.price_path = "/price?service=tinh-cuoc";
  const auto port = open_carrier(block, day_.net.client, day_.clock).value();
  EXPECT_TRUE(port->abilities().price);
  auto asked = question;
  EXPECT_EQ(test::run(day_.net.io, port->ask_price(std::move(asked))).value(), Money(23'000));
  day_.post("/control/plan", R"({"target":"post.price","rules":[{"reply":"html"}]})");
  EXPECT_EQ(test::run(day_.net.io, port->ask_price(std::move(question))).error().code, Errc::unavailable);
}

TEST(LgspPrice, names_the_service_and_the_posts_own_codes) {
  auto block = block_at("http://post");
  block.province_codes["82"] = 86;
  block.district_codes["29869"] = 8710;
  const PriceQuestion question{"82", "29869", "79", "27259", 250, Duration(0)};
  EXPECT_EQ(json::parse(price_body(question, block)),
            json::parse(R"({"weight":250,"mainSrv":"HCC","isreturn":1,
    "sender":{"provCode":86,"distCode":8710},"receiver":{"provCode":79,"distCode":0}})"));
  EXPECT_EQ(read_price_reply(200, R"({"content":{"price":"21500"}})").value(), Money(21'500));
  for (const auto* body :
       {"", "{}", R"({"content":[]})", R"({"content":{"price":0}})", R"({"content":{"price":1.5}})"})
    EXPECT_FALSE(read_price_reply(200, body)) << body;
  EXPECT_FALSE(read_price_reply(500, R"({"content":{"price":21500}})"));
}

TEST(LgspReply, reads_the_status_that_comes_as_text) {
  for (const auto& [status, outcome] : std::vector<std::pair<std::string, std::string>>{
           {"100", "accepted"}, {"101", "unknown"}, {"7", "rejected"}}) {
    test::Loopback net([&status = status](const sim::Call&) {
      return sim::Answer(200, "application/json", R"({"Status":")" + status + R"(","Message":"m"})");
    });
    const SystemClock clock;
    const auto port = open_carrier(block_at(net.url()), net.client, clock).value();
    const auto order = numbered("A-1", "EB100000015VN");
    EXPECT_EQ(outcome_name(test::run(net.io, port->create_order(order, "r")).outcome), outcome) << status;
  }
}

}  // namespace
}  // namespace bccid::lgsp
