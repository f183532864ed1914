#include "flow/exchange_book.hpp"

#include "base/limits.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using namespace std::chrono_literals;

struct ExchangeBookTest : testing::Test {
  static net::HttpRequest call(const char* name, std::int64_t outbox_id = 0) {
    net::HttpRequest request;
    request.call = CallName{"carrier:vnpost", name};
    request.tag = CallTag("req-1", outbox_id);
    request.body = R"({"OrderNumber":"H20-1-T1","client_secret":"planted-secret","code":"planted-secret"})";
    request.content_type = "application/json";
    return request;
  }
  static Result<net::HttpReply> reply(int status, std::string body = R"({"Status":100})") {
    net::HttpReply made;
    made.status = status;
    made.body = std::move(body);
    made.headers = {{"Content-Type", "application/json"}};
    return made;
  }
  ManualClock clock{Time(std::chrono::hours(24 * 365 * 56))};
  ExchangeBook book{clock, {"planted-secret"}};
};

TEST_F(ExchangeBookTest, ACallOfAMessageWaitsForItsTry) {
  book.note(call("order.create", 7), reply(200), 30ms);
  EXPECT_TRUE(book.take(100).empty());
  const auto calls = book.take_of(7);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].call, "order.create");
  EXPECT_EQ(calls[0].http_status, 200);
  EXPECT_EQ(calls[0].took_ms, 30);
  EXPECT_EQ(calls[0].at, clock.now() - 30ms);
  EXPECT_EQ(calls[0].got, R"({"Status":100})");
  EXPECT_TRUE(book.take_of(7).empty());
}

TEST_F(ExchangeBookTest, NoSecretOfTheConfigurationStandsInABodyOrAReason) {
  book.note(call("order.create", 7), reply(200, R"({"code":"planted-secret"})"), 1ms);
  book.note(call("order.create", 7), Failure(Errc::unavailable, "planted-secret was refused"), 1ms);
  for (const auto& row : book.take_of(7))
    EXPECT_EQ((row.sent + row.got + row.reason).find("planted"), std::string::npos) << row.sent << row.got;
}

TEST_F(ExchangeBookTest, EmptyPagesOfAnHourAreOneTrace) {
  for (int i = 0; i < 5; ++i) {
    book.note(call("feed"), reply(200), 1ms);
    book.judge_feed("carrier:vnpost", 0);
  }
  book.note(call("feed"), reply(200), 1ms);
  book.judge_feed("carrier:vnpost", 3);
  const auto rows = book.take(100);
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].outcome, "empty");
  EXPECT_EQ(rows[0].tries, 5);
  EXPECT_EQ(rows[1].outcome, "ok");
  EXPECT_EQ(rows[1].tries, 1);
}

TEST_F(ExchangeBookTest, HoldsABoundedNumberAndCountsWhatItDrops) {
  for (std::size_t i = 0; i < limits::kTracesHeldMax + 3; ++i)
    book.note(call("order.create", static_cast<std::int64_t>(i + 1)), reply(200), 1ms);
  EXPECT_EQ(book.dropped(), 3U);
  EXPECT_EQ(book.take_of(1).size(), 1U);
  book.note(call("token"), reply(200), 1ms);
  EXPECT_EQ(book.dropped(), 3U);
  EXPECT_EQ(book.take(10).size(), 1U);
}

TEST_F(ExchangeBookTest, WhatNamesNoCounterpartLeavesNoTrace) {
  auto request = call("x");
  request.call = {};
  book.note(request, reply(200), 1ms);
  EXPECT_TRUE(book.take(10).empty());
}

TEST_F(ExchangeBookTest, ACallAtOurDoorIsKeptAsItCame) {
  InboundCall in;
  in.counterpart = "onestop:H20.12";
  in.call = "POST /v1/orders";
  in.status = 400;
  in.problem = "invalid_field";
  in.asked = R"({"dossier_code":"H20-1","citizen":{"name":"Nguyễn A"}})";
  in.asked_type = "application/json";
  in.bytes_in = in.asked.size();
  book.note(in);
  const auto rows = book.take(10);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_TRUE(rows[0].inbound);
  EXPECT_EQ(rows[0].outcome, "failed");
  EXPECT_EQ(rows[0].reason, "invalid_field");
  EXPECT_EQ(rows[0].got, R"({"dossier_code":"H20-1","citizen":{"name":"***"}})");
}

}  // namespace
}  // namespace bccid
