#include "adapters/list.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using sim::Answer;
using sim::Conduct;
using test::Loopback;
using test::outcome_name;

struct HostileReply {
  std::string name;
  Answer answer;
};

Answer json_of(std::string body) { return {200, "application/json", std::move(body)}; }

Answer conduct_of(Conduct conduct) {
  Answer answer = json_of(R"({"Status":100,"error_code":"0","Message":"Thành công"})");
  answer.conduct = conduct;
  return answer;
}

// After any of these nobody knows whether the request had its effect. Each also carries, where it can,
// the words by which a careless reader would take it for a success.
std::vector<HostileReply> hostile_replies() {
  const std::string good = R"("Status":100,"error_code":"0","originalID":"7","itemCode":"EM000000014VN",)"
                           R"("saleOrderCode":"H20.01-260703-0001-T1","status":9)";
  return {
      {"hang", conduct_of(Conduct::hang)},
      {"reset", conduct_of(Conduct::reset)},
      {"cut within the body", conduct_of(Conduct::cut)},
      {"empty", json_of("")},
      {"truncated JSON", json_of("{" + good + R"(,"Message":"Th)")},
      {"10 MB of blanks behind a success", json_of("{" + good + "}" + std::string(10'000'000, ' '))},
      {"10 MB message", json_of("{" + good + R"(,"Message":")" + std::string(10'000'000, 'x') + "\"}")},
      {"deep JSON",
       json_of("{" + good + R"(,"a":)" + std::string(20'000, '[') + std::string(20'000, ']') + "}")},
      {"wrong types", json_of(R"({"Status":{"a":100},"error_code":[0],"Message":7})")},
      {"wrong types, booleans", json_of(R"({"Status":true,"error_code":false})")},
      {"a list of two", json_of("[{" + good + "},{" + good + "}]")},
      {"HTML under 200", {200, "text/html", "<html>{" + good + "}</html>"}},
      {"HTTP 500", {500, "application/json", "{" + good + "}"}},
      {"HTTP 502", {502, "text/html", "<html></html>"}},
      {"HTTP 503", {503, "application/json", "{" + good + "}"}},
      {"HTTP 504", {504, "text/plain", ""}},
      {"redirect", {302, "text/plain", ""}},
      {"invalid UTF-8", json_of("{" + good + ",\"Message\":\"\xFF\"}")},
      {"two texts in one", json_of("{" + good + "}{" + good + "}")},
  };
}

bool asks_for_a_token(const sim::Call& call) {
  return call.path.ends_with("/token") || call.path.ends_with("/GetAccessToken");
}

// Gives tokens where they are asked for, and the hostile answer on every other path.
sim::Handler hostile_server(const Answer& answer) {
  return [answer](const sim::Call& call) {
    if (asks_for_a_token(call)) return json_of(R"({"access_token":"t","token":"t","expires_in":3600})");
    return answer;
  };
}

EndpointBlock impatient(const Loopback& net) {
  EndpointBlock endpoint = test::endpoint_at(net.url());
  endpoint.timeout = std::chrono::milliseconds(400);
  return endpoint;
}

std::unique_ptr<CarrierPort> carrier_of(const CarrierKind& kind, Loopback& net, const Clock& clock) {
  CarrierBlock block = test::carrier_at(net.url());
  block.kind = kind.kind;
  block.service_code = "HCC01";
  block.endpoint = impatient(net);
  return kind.open(block, net.client, clock).value();
}

class EveryCarrier : public testing::TestWithParam<CarrierKind> {
 protected:
  SystemClock clock_;
};

TEST_P(EveryCarrier, knows_nothing_after_a_hostile_reply) {
  for (const auto& hostile : hostile_replies()) {
    SCOPED_TRACE(hostile.name);
    Loopback net(hostile_server(hostile.answer));
    const auto port = carrier_of(GetParam(), net, clock_);
    const CarrierOrder order = test::sample_order("H20.01-260703-0001-T1");
    const SendReport created = test::run(net.io, port->create_order(order, "r-1"));
    EXPECT_EQ(outcome_name(created.outcome), "unknown") << created.reason;
    EXPECT_FALSE(created.reason.empty());
    const SendReport cancelled = test::run(net.io, port->cancel_order(order.number, "r-2"));
    // Who asks before it cancels has sent nothing after a bad answer to the question.
    const bool asks_first = port->abilities().read_one;
    EXPECT_EQ(outcome_name(cancelled.outcome), asks_first ? "not_sent" : "unknown") << cancelled.reason;
  }
}

TEST_P(EveryCarrier, believes_no_hostile_answer_about_one_order) {
  for (const auto& hostile : hostile_replies()) {
    SCOPED_TRACE(hostile.name);
    Loopback net(hostile_server(hostile.answer));
    const auto port = carrier_of(GetParam(), net, clock_);
    const auto reading = test::run(net.io, port->read_order("H20.01-260703-0001-T1"));
    EXPECT_NE(reading.answer, OrderReading::Answer::known);
    EXPECT_NE(reading.answer, OrderReading::Answer::absent);
    EXPECT_TRUE(reading.rows.empty());
    EXPECT_FALSE(reading.reason.empty());
  }
}

TEST_P(EveryCarrier, takes_no_message_without_a_key_and_no_price_from_a_hostile_reply) {
  for (const auto& hostile : hostile_replies()) {
    SCOPED_TRACE(hostile.name);
    Loopback net(hostile_server(hostile.answer));
    const auto port = carrier_of(GetParam(), net, clock_);
    EXPECT_FALSE(port->read_hints(hostile.answer.body));
    PriceQuestion question;
    question.weight_g = 100;
    question.time_limit = std::chrono::milliseconds(400);
    EXPECT_FALSE(test::run(net.io, port->ask_price(std::move(question))));
  }
}

TEST_P(EveryCarrier, can_be_asked_what_became_of_an_order_in_one_way) {
  Loopback net(hostile_server(Answer()));
  const auto port = carrier_of(GetParam(), net, clock_);
  EXPECT_NE(port->abilities().feed, port->abilities().read_one);
}

TEST_P(EveryCarrier, leaves_the_cursor_alone_after_a_hostile_feed) {
  for (const auto& hostile : hostile_replies()) {
    SCOPED_TRACE(hostile.name);
    Loopback net(hostile_server(hostile.answer));
    const auto port = carrier_of(GetParam(), net, clock_);
    const auto page = test::run(net.io, port->read_feed(""));
    ASSERT_FALSE(page);
    EXPECT_EQ(page.error().code, port->abilities().feed ? Errc::unavailable : Errc::unsupported);
  }
}

TEST_P(EveryCarrier, says_not_sent_when_nobody_listens) {
  CarrierBlock block = test::carrier_at("http://127.0.0.1:1");
  block.kind = GetParam().kind;
  block.service_code = "HCC01";
  Loopback net(hostile_server(Answer()));
  const auto port = GetParam().open(block, net.client, clock_).value();
  const CarrierOrder order = test::sample_order("A-1");
  EXPECT_EQ(outcome_name(test::run(net.io, port->create_order(order, "r")).outcome), "not_sent");
}

TEST_P(EveryCarrier, says_not_sent_when_it_gets_no_token) {
  for (const Answer& answer : {json_of("<html>"), Answer(401, "text/plain", ""), conduct_of(Conduct::hang)}) {
    std::size_t others = 0;
    Loopback net([&](const sim::Call& call) {
      if (!asks_for_a_token(call)) ++others;
      return answer;
    });
    const auto port = carrier_of(GetParam(), net, clock_);
    const CarrierOrder order = test::sample_order("A-1");
    EXPECT_EQ(outcome_name(test::run(net.io, port->create_order(order, "r")).outcome), "not_sent");
    EXPECT_EQ(others, 0U);
  }
}

TEST_P(EveryCarrier, passes_on_when_to_come_back) {
  for (const int status : {429, 503}) {
    Answer busy(status, "text/plain", "busy");
    busy.headers.emplace_back("Retry-After", "7");
    Loopback net(hostile_server(busy));
    const auto port = carrier_of(GetParam(), net, clock_);
    const CarrierOrder order = test::sample_order("A-1");
    const SendReport report = test::run(net.io, port->create_order(order, "r"));
    EXPECT_EQ(report.retry_after, std::chrono::seconds(7));
    EXPECT_EQ(outcome_name(report.outcome), status == 429 ? "not_sent" : "unknown");
  }
}

TEST_P(EveryCarrier, refuses_a_block_without_credentials) {
  CarrierBlock block = test::carrier_at("http://127.0.0.1:1");
  block.endpoint.client_secret.clear();
  Loopback net(hostile_server(Answer()));
  const auto port = GetParam().open(block, net.client, clock_);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code, Errc::config);
}

class EveryOnestop : public testing::TestWithParam<OnestopKind> {
 protected:
  SystemClock clock_;
};

TEST_P(EveryOnestop, knows_nothing_after_a_hostile_reply) {
  for (const auto& hostile : hostile_replies()) {
    SCOPED_TRACE(hostile.name);
    Loopback net(hostile_server(hostile.answer));
    OnestopBlock block = test::onestop_at(net.url());
    block.endpoint = impatient(net);
    const auto port = GetParam().open(block, net.client, clock_).value();
    const DossierStatus status = test::sample_status("m-1");
    const SendReport report = test::run(net.io, port->write_status(status, "r-1"));
    EXPECT_EQ(outcome_name(report.outcome), "unknown") << report.reason;
  }
}

TEST_P(EveryOnestop, never_sends_a_final_status_without_its_time) {
  std::size_t requests = 0;
  Loopback net([&](const sim::Call&) {
    ++requests;
    return Answer();
  });
  const auto port = GetParam().open(test::onestop_at(net.url()), net.client, clock_).value();
  DossierStatus status = test::sample_status("m-1");
  status.portal_status = 10;
  EXPECT_EQ(outcome_name(test::run(net.io, port->write_status(status, "r-1")).outcome), "rejected");
  EXPECT_EQ(requests, 0U);
}

TEST_P(EveryOnestop, refuses_garbage_as_a_trigger) {
  Loopback net(hostile_server(Answer()));
  const auto port = GetParam().open(test::onestop_at(net.url()), net.client, clock_).value();
  for (const auto& hostile : hostile_replies())
    EXPECT_FALSE(port->parse_trigger(hostile.answer.body)) << hostile.name;
}

class EveryPortal : public testing::TestWithParam<PortalKind> {
 protected:
  std::unique_ptr<PortalPort> port(Loopback& net) {
    PortalBlock block = test::portal_at(net.url());
    block.kind = GetParam().kind;
    block.endpoint = impatient(net);
    return GetParam().open(block, net.client, clock_).value();
  }
  DossierReport report(const PortalPort& port) {
    DossierReport made = test::sample_report();
    while (made.steps.size() > port.steps_max()) made.steps.erase(made.steps.begin());
    return made;
  }
  SystemClock clock_;
};

TEST_P(EveryPortal, knows_nothing_after_a_hostile_reply) {
  for (const auto& hostile : hostile_replies()) {
    SCOPED_TRACE(hostile.name);
    Loopback net(hostile_server(hostile.answer));
    const auto portal = port(net);
    const DossierReport told = report(*portal);
    const SendReport answer = test::run(net.io, portal->report(told, "r-1"));
    EXPECT_EQ(outcome_name(answer.outcome), "unknown") << answer.reason;
  }
}

TEST_P(EveryPortal, never_sends_a_final_status_without_its_time) {
  std::size_t requests = 0;
  Loopback net([&](const sim::Call&) {
    ++requests;
    return Answer();
  });
  const auto portal = port(net);
  DossierReport untimed = report(*portal);
  untimed.delivered_at.reset();
  EXPECT_EQ(outcome_name(test::run(net.io, portal->report(untimed, "r-1")).outcome), "rejected");
  DossierReport too_early = report(*portal);
  too_early.portal_status = 9;
  EXPECT_EQ(outcome_name(test::run(net.io, portal->report(too_early, "r-1")).outcome), "rejected");
  EXPECT_EQ(requests, 0U);
}

TEST_P(EveryPortal, says_not_sent_when_it_gets_no_token_and_passes_on_when_to_come_back) {
  Loopback no_token([](const sim::Call&) { return Answer(401, "text/plain", ""); });
  const auto refused = port(no_token);
  const DossierReport told = report(*refused);
  EXPECT_EQ(outcome_name(test::run(no_token.io, refused->report(told, "r-1")).outcome), "not_sent");
  Answer busy(429, "text/plain", "busy");
  busy.headers.emplace_back("Retry-After", "7");
  Loopback net(hostile_server(busy));
  const auto portal = port(net);
  const SendReport later = test::run(net.io, portal->report(told, "r-1"));
  EXPECT_EQ(outcome_name(later.outcome), "not_sent");
  EXPECT_EQ(later.retry_after, std::chrono::seconds(7));
}

TEST_P(EveryPortal, takes_an_answer_with_members_that_nobody_knows) {
  Loopback net(hostile_server(json_of(R"({"error_code":"00","message":"ok","moi":{"a":[1]}})")));
  const auto portal = port(net);
  const DossierReport told = report(*portal);
  EXPECT_EQ(outcome_name(test::run(net.io, portal->report(told, "r-1")).outcome), "accepted");
}

class EveryBank : public testing::TestWithParam<BankKind> {};

TEST_P(EveryBank, refuses_garbage_whole) {
  BankBlock block;
  block.name = "bank";
  const auto port = GetParam().open(block).value();
  for (const auto& hostile : hostile_replies()) {
    const auto statement = port->parse(hostile.answer.body);
    ASSERT_FALSE(statement) << hostile.name;
    EXPECT_EQ(statement.error().code, Errc::statement_refused);
  }
}

const auto kKindName = [](const auto& info) { return std::string(info.param.kind); };

INSTANTIATE_TEST_SUITE_P(Adapters, EveryCarrier,
                         testing::ValuesIn(carrier_kinds().begin(), carrier_kinds().end()), kKindName);
INSTANTIATE_TEST_SUITE_P(Adapters, EveryOnestop,
                         testing::ValuesIn(onestop_kinds().begin(), onestop_kinds().end()), kKindName);
INSTANTIATE_TEST_SUITE_P(Adapters, EveryPortal,
                         testing::ValuesIn(portal_kinds().begin(), portal_kinds().end()), kKindName);
INSTANTIATE_TEST_SUITE_P(Adapters, EveryBank, testing::ValuesIn(bank_kinds().begin(), bank_kinds().end()),
                         kKindName);

TEST(AdapterList, refuses_an_unknown_kind_and_names_the_known_ones) {
  BankBlock block;
  block.kind = "camt";
  const auto port = open_bank(block);
  ASSERT_FALSE(port);
  EXPECT_EQ(port.error().code, Errc::config);
  EXPECT_NE(port.error().hint.find("bank_csv"), std::string::npos);
}

}  // namespace
}  // namespace bccid
