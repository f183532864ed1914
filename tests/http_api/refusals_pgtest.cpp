#include "http/refusals.hpp"

#include "base/limits.hpp"
#include "http/api.hpp"
#include "tests/http_api/api_test.hpp"
#include "tests/support/coroutine_run.hpp"

#include <random>

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiRefusals : public ApiTest {
 protected:
  std::int64_t counted(const std::string& route, const std::string& reason) {
    return session.number("SELECT coalesce(sum(count), 0)::bigint FROM refusal_count WHERE route = '" +
                          route + "' AND reason = '" + reason + "'");
  }
  std::int64_t counted_in_all() {
    return session.number("SELECT coalesce(sum(count), 0)::bigint FROM refusal_count");
  }
  // Bytes that are no request of ours; the server ends the connection after its answer.
  std::string raw(std::string_view bytes) {
    const RawSocket socket = RawSocket::connect(server->port());
    socket.send(bytes);
    return socket.receive_all();
  }
};

TEST_F(ApiRefusals, WhatNoHandlerEverSeesIsCountedUnderItsRoute) {
  EXPECT_EQ(get("", "/v1/attention").status, 401);
  EXPECT_EQ(get("clerk-1", "/v1/breaks").status, 403);
  EXPECT_EQ(get("clerk-1", "/v1/nowhere").status, 404);
  EXPECT_EQ(get("clerk-1", "/v1/nowhere/else").status, 404);
  EXPECT_EQ(get("clerk-1", "/v1/scans").status, 405);
  auto text = posting("clerk-1", "/v1/orders", "x");
  text.content_type = "text/plain";
  EXPECT_EQ(ask(text).status, 415);
  EXPECT_EQ(ask(posting("clerk-1", "/v1/orders", std::string(limits::kJsonBodyBytesMax + 1, ' '))).status,
            413);
  EXPECT_NE(raw("GET /v1/orders HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n").find(" 400 "), std::string::npos);
  EXPECT_NE(raw("GET / HTTP/1.1\r\nHost: h\r\nX: " + std::string(20'000, 'a') + "\r\n\r\n").find(" 431 "),
            std::string::npos);
  server->flush_refusals();
  EXPECT_EQ(counted("GET /v1/attention", "unauthenticated"), 1);
  EXPECT_EQ(counted("GET /v1/breaks", "forbidden"), 1);
  EXPECT_EQ(counted("(no route)", "not_found"), 2);
  EXPECT_EQ(counted("(no route)", "unsupported"), 1);
  EXPECT_EQ(counted("POST /v1/orders", "unsupported"), 1);
  EXPECT_EQ(counted("POST /v1/orders", "too_large"), 1);
  EXPECT_EQ(counted("(no route)", "malformed"), 1);
  EXPECT_EQ(counted("(no route)", "too_large"), 1);
  EXPECT_EQ(counted_in_all(), 9);
}

TEST_F(ApiRefusals, ANameInTheQueryThatTheRouteDoesNotKnowOrThatComesTwiceIsRefused) {
  for (const auto& route : http::api_routes()) {
    std::string target(route.path);
    for (auto at = target.find('{'); at != std::string::npos; at = target.find('{'))
      target.replace(at, target.find('}') - at + 1, "1");
    ApiCall call;
    call.method = std::string(http::method_name(route.method));
    call.target = target + "?colour=red";
    if (route.body == http::BodyKind::json) call.content_type = "application/json";
    if (route.body == http::BodyKind::form) call.content_type = "application/x-www-form-urlencoded";
    const auto reply = ask(call);
    EXPECT_EQ(reply.status, 400) << call.method << " " << call.target;
    EXPECT_NE(reply.body.find("?colour"), std::string::npos) << reply.body;
  }
  EXPECT_EQ(get("clerk-1", "/v1/attention?limit=1&limit=2").status, 400);
  EXPECT_EQ(get("finance-1", "/v1/breaks?state=open&state=all").status, 400);
  EXPECT_EQ(get("clerk-1", "/v1/attention?limit=1&owner=clerk").status, 200);
}

TEST_F(ApiRefusals, WhatAHandlerRefusesIsCountedOnceUnderTheRoutesTemplate) {
  EXPECT_EQ(get("clerk-1", "/v1/orders/0193a1b2-0000-7000-8000-000000000001").status, 404);
  EXPECT_EQ(get("clerk-1", "/v1/parcels/RA000000000VN").status, 404);
  EXPECT_EQ(ask(posting("clerk-1", "/v1/orders", "{")).status, 400);
  auto items = json::array{scan_json("RA123456785VN", "no_such_code", 1)};
  EXPECT_EQ(post("clerk-1", "/v1/scans", batch(std::move(items))).status, 200);
  EXPECT_EQ(get("clerk-1", "/v1/attention").status, 200);
  server->flush_refusals();
  EXPECT_EQ(counted("GET /v1/orders/{id}", "not_found"), 1);
  EXPECT_EQ(counted("GET /v1/parcels/{ref}", "not_found"), 1);
  EXPECT_EQ(counted("POST /v1/orders", "malformed"), 1);
  EXPECT_EQ(counted("POST /v1/scans", "invalid_item"), 1);
  EXPECT_EQ(counted_in_all(), 4);
}

TEST_F(ApiRefusals, TooManyRefusedSignInsAreCountedToo) {
  const json::value wrong{{"name", "clerk-1"}, {"password", "not the password"}};
  int limited = 0;
  for (int i = 0; i < 7; ++i) limited += post("", "/v1/session", wrong).status == 429 ? 1 : 0;
  EXPECT_GT(limited, 0);
  server->flush_refusals();
  EXPECT_EQ(counted("POST /v1/session", "rate_limited"), limited);
  EXPECT_EQ(counted("POST /v1/session", "unauthenticated"), 7 - limited);
}

// Every path is another one: were it a key, the table would grow by a row for each.
TEST_F(ApiRefusals, AFloodOfInventedPathsIsOneRowWrittenOnce) {
  std::mt19937 random(7);  // NOLINT: the same flood in each run
  for (int i = 0; i < 1'000; ++i) EXPECT_EQ(get("", "/v1/" + std::to_string(random())).status, 404);
  EXPECT_EQ(count("refusal_count"), 0);
  server->flush_refusals();
  EXPECT_EQ(count("refusal_count"), 1);
  EXPECT_EQ(counted("(no route)", "not_found"), 1'000);
}

TEST_F(ApiRefusals, NothingIsLostByAnOrderlyStop) {
  EXPECT_EQ(get("", "/v1/attention").status, 401);
  EXPECT_EQ(get("clerk-1", "/v1/nowhere").status, 404);
  restart();
  EXPECT_EQ(counted_in_all(), 2);
  EXPECT_EQ(get("clerk-1", "/v1/nowhere").status, 404);
  restart();
  EXPECT_EQ(counted("(no route)", "not_found"), 2);
}

TEST_F(ApiRefusals, WhatCouldNotBeWrittenIsWrittenLater) {
  EXPECT_EQ(get("clerk-1", "/v1/nowhere").status, 404);
  session.sql("ALTER TABLE refusal_count RENAME TO refusal_count_away");
  EXPECT_ANY_THROW(server->flush_refusals());
  EXPECT_EQ(get("clerk-1", "/v1/nowhere").status, 404);
  session.sql("ALTER TABLE refusal_count_away RENAME TO refusal_count");
  server->flush_refusals();
  EXPECT_EQ(counted("(no route)", "not_found"), 2);
  server->flush_refusals();
  EXPECT_EQ(counted_in_all(), 2);
}

class RefusalCounts : public testing::Test {
 protected:
  RefusalCounts() : db_(config(database.dsn())), refusals_(io_.get_executor(), db_, clock_) {
    run(io_, db_.start());
  }
  ~RefusalCounts() override { run(io_, db_.stop()); }
  static DbConfig config(const std::string& dsn) {
    DbConfig made;
    made.dsn = dsn;
    made.interactive_workers = 1;
    made.background_workers = 1;
    return made;
  }
  std::int64_t number(const std::string& what) {
    return session.number("SELECT " + what + " FROM refusal_count");
  }

  TestDatabase database{to_current_schema};
  Session session{database.dsn()};
  boost::asio::io_context io_;
  ManualClock clock_{parse_rfc3339("2025-11-22T09:00:00+07:00").value()};
  Db db_;
  http::Refusals refusals_;
};

TEST_F(RefusalCounts, KindsAreBoundedWhateverTheCallerDoes) {
  const auto extra = std::size_t{500};
  for (std::size_t i = 0; i < limits::kRefusalKindsMax + extra; ++i)
    refusals_.count("GET /v1/orders", "reason-" + std::to_string(i));
  EXPECT_EQ(refusals_.total(), limits::kRefusalKindsMax + extra);
  run(io_, refusals_.stop());
  EXPECT_EQ(number("count(*)"), static_cast<std::int64_t>(limits::kRefusalKindsMax) + 1);
  EXPECT_EQ(number("sum(count)::bigint"), static_cast<std::int64_t>(limits::kRefusalKindsMax + extra));
  EXPECT_EQ(number("sum(count) FILTER (WHERE route = '(other)')::bigint"), static_cast<std::int64_t>(extra));
}

TEST_F(RefusalCounts, TwoFlushesAtOnceWriteEachRefusalOnce) {
  refusals_.count("GET /v1/orders", "malformed", 3);
  Pending<Status> first(io_, refusals_.flush());
  Pending<Status> second(io_, refusals_.flush());
  run(io_, refusals_.stop());
  EXPECT_TRUE(first.done());
  EXPECT_EQ(number("sum(count)::bigint"), 3);
}

}  // namespace
}  // namespace bccid::test
