#include "adapters/list.hpp"
#include "tests/adapters/a_receipt_order.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace bccid {
namespace {

using sim::Answer;
using sim::Conduct;
using test::a_receipt_order;
using test::Loopback;
using test::outcome_name;
using test::receipt_provider_at;
using test::soap_text;

const std::string kKey = "phi-H20.01-P26-0000012";

struct HostileSoap {
  std::string name;
  Answer answer;
};

Answer xml_of(std::string body) { return {200, "text/xml", std::move(body)}; }

// After any of these nobody knows whether a document exists, however much of a success stands in it.
std::vector<HostileSoap> hostile_soap() {
  const std::string good = soap_text("ImportAndPublishInv", "OK:P;S-" + kKey + "_1");
  std::vector<HostileSoap> all;
  for (const auto& [name, conduct] : {std::pair{"hang", Conduct::hang}, std::pair{"reset", Conduct::reset},
                                      std::pair{"cut", Conduct::cut}}) {
    all.push_back({name, xml_of(good)});
    all.back().answer.conduct = conduct;
  }
  all.push_back({"empty", xml_of("")});
  all.push_back({"truncated", xml_of(good.substr(0, good.size() - 5))});
  all.push_back({"10 MB of blanks behind a success", xml_of(good + std::string(10'000'000, ' '))});
  all.push_back({"HTML under 200", {200, "text/html", "<html><body>OK:P;S-" + kKey + "_1</body></html>"}});
  all.push_back({"plain text", {200, "text/plain", "OK:P;S-" + kKey + "_1"}});
  all.push_back({"a document type", xml_of("<!DOCTYPE a>" + good.substr(good.find("?>") + 2))});
  all.push_back({"two texts in one", xml_of(good + good)});
  all.push_back({"another operation", xml_of(soap_text("UpdateCus", "OK:P;S-" + kKey + "_1"))});
  for (const int status : {302, 404, 500, 502, 503, 504})
    all.push_back({"HTTP " + std::to_string(status), {status, "text/xml", good}});
  return all;
}

class EveryReceiptProvider : public testing::TestWithParam<ReceiptProviderKind> {
 protected:
  std::unique_ptr<ReceiptPort> open(Loopback& net, std::chrono::milliseconds timeout,
                                    const std::string& path = {}) {
    auto block = receipt_provider_at(net.url(path));
    block.kind = GetParam().kind;
    block.timeout = timeout;
    return GetParam().open(block, net.client, clock_).value();
  }
  SystemClock clock_;
};

TEST_P(EveryReceiptProvider, KnowsNothingAfterAHostileReply) {
  const auto order = a_receipt_order(kKey);
  for (const auto& hostile : hostile_soap()) {
    SCOPED_TRACE(hostile.name);
    Loopback net([&hostile](const sim::Call&) { return hostile.answer; });
    const auto port = open(net, std::chrono::milliseconds(400));
    EXPECT_EQ(outcome_name(test::run(net.io, port->issue(order, "r-1")).report.outcome), "unknown");
    EXPECT_EQ(
        outcome_name(test::run(net.io, port->replace(order, "phi-X-P26-0000001", "r-2")).report.outcome),
        "unknown");
    EXPECT_EQ(outcome_name(test::run(net.io, port->cancel(kKey, "r-3")).outcome), "unknown");
    EXPECT_FALSE(test::run(net.io, port->ask(kKey, order.amount, "r-4")));
  }
}

TEST_P(EveryReceiptProvider, SaysNotSentWhenNobodyListensAndWhenItIsSentAway) {
  Loopback net([](const sim::Call&) { return Answer(429, "text/plain", "slowly"); });
  const auto order = a_receipt_order(kKey);
  const auto throttled = open(net, std::chrono::seconds(5));
  EXPECT_EQ(outcome_name(test::run(net.io, throttled->issue(order, "r")).report.outcome), "not_sent");
  auto block = receipt_provider_at("http://127.0.0.1:1");
  const auto port = GetParam().open(block, net.client, clock_).value();
  EXPECT_EQ(outcome_name(test::run(net.io, port->issue(order, "r")).report.outcome), "not_sent");
  EXPECT_EQ(outcome_name(test::run(net.io, port->cancel(kKey, "r")).outcome), "not_sent");
}

TEST_P(EveryReceiptProvider, NeverSendsAReceiptOfNothing) {
  std::size_t requests = 0;
  Loopback net([&requests](const sim::Call&) {
    ++requests;
    return Answer();
  });
  const auto port = open(net, std::chrono::seconds(5));
  auto nothing = a_receipt_order(kKey);
  nothing.lines = {{"", Money(0)}};
  nothing.amount = Money(0);
  auto without_lines = nothing;
  without_lines.lines.clear();
  auto line_of_nothing = a_receipt_order(kKey);
  line_of_nothing.lines.push_back({"", Money(0)});
  auto wrong_sum = a_receipt_order(kKey);
  wrong_sum.amount = Money(49'999);
  for (const auto& order : {nothing, without_lines, line_of_nothing, wrong_sum}) {
    EXPECT_EQ(outcome_name(test::run(net.io, port->issue(order, "r")).report.outcome), "rejected");
    EXPECT_EQ(outcome_name(test::run(net.io, port->replace(order, "k", "r")).report.outcome), "rejected");
  }
  EXPECT_EQ(requests, 0U);
}

TEST_P(EveryReceiptProvider, RefusesABlockThatLacksSomething) {
  Loopback net([](const sim::Call&) { return Answer(); });
  for (auto member :
       {&ReceiptProviderBlock::issuer, &ReceiptProviderBlock::service_url, &ReceiptProviderBlock::account,
        &ReceiptProviderBlock::account_password, &ReceiptProviderBlock::username,
        &ReceiptProviderBlock::password, &ReceiptProviderBlock::pattern, &ReceiptProviderBlock::serial}) {
    auto block = receipt_provider_at("http://127.0.0.1:1");
    (block.*member).clear();
    const auto port = GetParam().open(block, net.client, clock_);
    ASSERT_FALSE(port);
    EXPECT_EQ(port.error().code, Errc::config);
  }
}

// The simulator behind the real client.
class ReceiptDeskOfVnpt : public testing::Test {
 protected:
  ReceiptDeskOfVnpt() : port_(open_at("/receipts/H20.01")) {}

  std::unique_ptr<ReceiptPort> open_at(const std::string& path) {
    auto block = receipt_provider_at(day_.net.url(path));
    block.timeout = std::chrono::milliseconds(400);
    return open_receipt_provider(block, day_.net.client, day_.clock).value();
  }
  void plan(const std::string& target, const std::string& rule) {
    ASSERT_EQ(day_.post("/control/plan", R"({"target":")" + target + R"(","rules":[)" + rule + "]}").status,
              200);
  }
  IssueReport issue() {
    const auto order = a_receipt_order(kKey);
    return test::run(day_.net.io, port_->issue(order, "r-1"));
  }
  Result<AskedDocument> ask(const std::string& key = kKey) {
    return test::run(day_.net.io, port_->ask(key, Money(50'000), "r-2"));
  }
  boost::json::value book() { return boost::json::parse(day_.get("/books/receipts").body); }

  test::SimulatedDay day_;
  std::unique_ptr<ReceiptPort> port_;
};

TEST_F(ReceiptDeskOfVnpt, IssuesListsReplacesAndCancels) {
  EXPECT_EQ(ask()->state, AskedDocument::State::absent);
  const auto issued = issue();
  ASSERT_EQ(outcome_name(issued.report.outcome), "accepted") << issued.report.reason;
  EXPECT_EQ(issued.document.number, "0000001");
  EXPECT_EQ(ask()->state, AskedDocument::State::stands);
  EXPECT_EQ(ask()->document.number, "0000001");
  const std::string second = "phi-H20.01-P26-0000013";
  const auto order = a_receipt_order(second);
  const auto replaced = test::run(day_.net.io, port_->replace(order, kKey, "r"));
  ASSERT_EQ(outcome_name(replaced.report.outcome), "accepted") << replaced.report.reason;
  EXPECT_EQ(ask()->state, AskedDocument::State::cancelled);
  EXPECT_EQ(outcome_name(test::run(day_.net.io, port_->cancel(kKey, "r")).outcome), "unknown");
  EXPECT_EQ(outcome_name(test::run(day_.net.io, port_->cancel(second, "r")).outcome), "accepted");
  EXPECT_EQ(ask(second)->state, AskedDocument::State::cancelled);
  EXPECT_EQ(outcome_name(test::run(day_.net.io, port_->cancel("phi-H20.01-P26-0000099", "r")).outcome),
            "rejected");
}

TEST_F(ReceiptDeskOfVnpt, WhatHappenedWithoutAnAnswerIsFoundByItsKey) {
  for (const auto* reply : {"hang", "reset", "cut", "truncated", "html", "http_500", "http_503"}) {
    SCOPED_TRACE(reply);
    day_.post("/control/clear", "{}");
    plan("receipt.issue", R"({"attempts":0,"reply":")" + std::string(reply) + "\"}");
    const auto order = a_receipt_order("phi-H20.01-P26-" + std::string(reply));
    EXPECT_EQ(outcome_name(test::run(day_.net.io, port_->issue(order, "r")).report.outcome), "unknown");
    const auto asked = ask(order.key);
    ASSERT_TRUE(asked) << asked.error().text();
    EXPECT_EQ(asked->state, AskedDocument::State::stands);
  }
}

TEST_F(ReceiptDeskOfVnpt, ARefusalIsARefusalAndAKeyInUseIsAskedAbout) {
  plan("receipt.issue", R"({"effect":false,"reply":"reject"})");
  const auto refused = issue();
  EXPECT_EQ(outcome_name(refused.report.outcome), "rejected");
  EXPECT_NE(refused.report.reason.find("ERR:20"), std::string::npos) << refused.report.reason;
  plan("receipt.issue", R"({"attempts":0,"reply":"status_101"})");
  EXPECT_EQ(outcome_name(issue().report.outcome), "unknown");
  EXPECT_EQ(ask()->state, AskedDocument::State::stands);
}

TEST_F(ReceiptDeskOfVnpt, TheSameKeyTwiceIsTwoDocumentsAndNoAnswerToAQuestion) {
  issue();
  issue();
  EXPECT_EQ(book().at("documents").at(0).at("times_issued").as_int64(), 2);
  EXPECT_FALSE(ask());
}

const auto kProviderName = [](const auto& kind) { return std::string(kind.param.kind); };

INSTANTIATE_TEST_SUITE_P(Adapters, EveryReceiptProvider,
                         testing::ValuesIn(receipt_provider_kinds().begin(), receipt_provider_kinds().end()),
                         kProviderName);

}  // namespace
}  // namespace bccid
