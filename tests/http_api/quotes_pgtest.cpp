#include "flow/tariffs.hpp"
#include "store/reference_store.hpp"
#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiQuotes : public ApiTest {
 protected:
  ApiQuotes() {
    EXPECT_TRUE(load_reference(database.dsn()));
    TariffEntry entry;
    entry.id = "DT-2025-1";
    entry.carrier = "post";
    entry.valid_from = parse_day("2025-07-01").value();
    entry.prices = "leg,zone,weight_step_g,price_vnd\nreturn,intra_district,any,20000\n";
    session.in_tx([&](sql::Tx& tx) { EXPECT_TRUE(import_tariff(tx, entry, "test")); });
  }
  ApiReply quote(json::object question, const std::string& who = "clerk-1") {
    return post(who, "/v1/quotes", std::move(question));
  }
  static json::object question() {
    return {{"citizen_commune", "28249"}, {"agency_commune", "28249"}, {"result_g", 100}};
  }
};

TEST_F(ApiQuotes, APriceComesWithItsVersionAndTheRuleOfEachLine) {
  for (const auto* who : kEverybody) {
    const auto reply = quote(question(), who);
    ASSERT_EQ(reply.status, 200) << reply.body;
    const auto body = reply.json();
    EXPECT_EQ(body.at("tariff").as_string(), "DT-2025-1");
    EXPECT_EQ(body.at("total_vnd").as_int64(), 20'000);
    EXPECT_EQ(body.at("lines").at(0).at("rule").as_string(), "postage.return");
  }
  auto poor = question();
  poor["group"] = "half";
  const auto halved = quote(poor).json();
  EXPECT_EQ(halved.at("total_vnd").as_int64(), 10'000);
  EXPECT_EQ(halved.at("lines").at(1).at("amount_vnd").as_int64(), -10'000);
}

TEST_F(ApiQuotes, ThePostsOwnPriceStandsBesideOursWhenItIsAskedFor) {
  auto asked = question();
  asked["ask_carrier"] = true;
  const auto beside = quote(asked).json();
  EXPECT_EQ(beside.at("total_vnd").as_int64(), 20'000);
  const auto& told = beside.at("carrier");
  EXPECT_EQ(told.at("total_vnd").as_int64(), 22'000);
  EXPECT_EQ(told.at("difference_vnd").as_int64(), 2'000);
  EXPECT_EQ(told.at("legs").at(0).at("leg").as_string(), "delivery");
  EXPECT_FALSE(quote(question()).json().as_object().contains("carrier"));
}

TEST_F(ApiQuotes, OurPriceComesWithTheReasonWhenThePostTellsNone) {
  const auto reason = [&](int weight) {
    auto asked = question();
    asked["ask_carrier"] = true;
    asked["result_g"] = weight;
    const auto reply = quote(asked);
    EXPECT_EQ(reply.status, 200) << reply.body;
    EXPECT_EQ(reply.json().at("total_vnd").as_int64(), 20'000);
    return std::string(reply.json().at("carrier").at("reason").as_string());
  };
  EXPECT_EQ(reason(200), "price call: HTTP status 500");
  EXPECT_EQ(reason(300), "the post gave no price in time");
}

TEST_F(ApiQuotes, WhatHasNoPriceIsNotFoundAndSaysWhy) {
  auto early = question();
  early["on"] = "2024-01-01";
  EXPECT_EQ(quote(early).status, 404);
  auto papers = question();
  papers["receipt_g"] = 100;
  EXPECT_EQ(quote(papers).status, 404);
}

TEST_F(ApiQuotes, WrongFieldsAreNamed) {
  const auto refused = [&](const char* field, json::value value) {
    auto bad = question();
    bad[field] = std::move(value);
    const auto reply = quote(std::move(bad));
    EXPECT_EQ(reply.status, 400) << reply.body;
    EXPECT_NE(reply.body.find("\"/" + std::string(field) + '"'), std::string::npos) << reply.body;
  };
  refused("result_g", 0);
  refused("result_g", nullptr);
  refused("result_g", 1'000'000'000);
  refused("group", "rich");
  refused("on", "2026-02-30");
  refused("citizen_commune", "1");
  refused("citizen_commune", "99999");
  refused("agency_commune", 28249);
  refused("forwarded_vnd", -1);
  refused("colour", "red");
}

}  // namespace
}  // namespace bccid::test
