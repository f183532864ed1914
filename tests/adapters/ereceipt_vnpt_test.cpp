#include "adapters/ereceipt_vnpt/wire.hpp"
#include "adapters/list.hpp"
#include "adapters/xml_leaves.hpp"
#include "base/time_text.hpp"
#include "tests/adapters/a_receipt_order.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::a_receipt_order;
using test::adapter_fixture;
using test::outcome_name;
using test::receipt_provider_at;
using test::soap_text;

const std::string kKey = "phi-H20.01-P26-0000012";

TEST(EreceiptVnptWire, AnAnswerProvesWhatTheTableSays) {
  const auto table = CsvTable::parse(adapter_fixture("ereceipt_vnpt/fixtures/issue_replies.csv"));
  ASSERT_TRUE(table) << table.error().text();
  ASSERT_GT(table->size(), 25U);
  const auto block = receipt_provider_at("http://127.0.0.1:1");
  for (std::size_t row = 0; row < table->size(); ++row) {
    SCOPED_TRACE(table->at(row, "name"));
    const int status = std::stoi(table->at(row, "http_status"));
    const auto body = soap_text(vnpt::kIssue, table->at(row, "result"));
    const auto got = vnpt::read_issue_reply(status, body, vnpt::kIssue, kKey, block);
    EXPECT_EQ(outcome_name(got.report.outcome), table->at(row, "outcome")) << got.report.reason;
    EXPECT_FALSE(got.report.reason.empty());
    EXPECT_EQ(got.document.number.empty(), got.report.outcome != SendOutcome::accepted);
  }
}

TEST(EreceiptVnptWire, TheAnswersNumberAndSymbolAreReadAndTheKeyGivesTheAddress) {
  auto block = receipt_provider_at("http://127.0.0.1:1");
  block.lookup_url = "https://tracuu.example/?ma=";
  const auto body = soap_text(vnpt::kIssue, "OK:01BLP0-001;AA/26E-" + kKey + "_0000345");
  const auto got = vnpt::read_issue_reply(200, body, vnpt::kIssue, kKey, block);
  EXPECT_EQ(got.document.pattern, "01BLP0-001");
  EXPECT_EQ(got.document.symbol, "AA/26E");
  EXPECT_EQ(got.document.number, "0000345");
  EXPECT_EQ(got.document.url, "https://tracuu.example/?ma=" + kKey);
}

TEST(EreceiptVnptWire, OnlyAReplacementMayBeAnsweredWithoutAKey) {
  const auto block = receipt_provider_at("http://127.0.0.1:1");
  const std::string words = "OK:01BLP0-001;AA/26E;0000346";
  const auto replaced =
      vnpt::read_issue_reply(200, soap_text(vnpt::kReplace, words), vnpt::kReplace, kKey, block);
  EXPECT_EQ(outcome_name(replaced.report.outcome), "accepted");
  EXPECT_EQ(replaced.document.number, "0000346");
  const auto issued = vnpt::read_issue_reply(200, soap_text(vnpt::kIssue, words), vnpt::kIssue, kKey, block);
  EXPECT_EQ(outcome_name(issued.report.outcome), "unknown");
}

// Every cut of a good answer: none may become knowledge.
TEST(EreceiptVnptWire, AnAnswerThatIsCutAnywhereIsUnknown) {
  const auto block = receipt_provider_at("http://127.0.0.1:1");
  const auto whole = soap_text(vnpt::kIssue, "OK:01BLP0-001;AA/26E-" + kKey + "_0000345");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto got = vnpt::read_issue_reply(200, whole.substr(0, size), vnpt::kIssue, kKey, block);
    EXPECT_EQ(got.report.outcome, SendOutcome::unknown) << size;
  }
}

TEST(EreceiptVnptWire, ACancellationThatMayHaveHappenedIsAskedAbout) {
  const auto outcome = [](const std::string& words) {
    return outcome_name(vnpt::read_cancel_reply(200, soap_text(vnpt::kCancel, words)).outcome);
  };
  EXPECT_EQ(outcome("OK:"), "accepted");
  EXPECT_EQ(outcome("ERR:8"), "unknown");
  EXPECT_EQ(outcome("ERR:5"), "unknown");
  EXPECT_EQ(outcome("ERR:2"), "rejected");
  EXPECT_EQ(outcome("ERR:9"), "rejected");
  EXPECT_EQ(outcome("<html>OK:</html>"), "unknown");
}

class AskedByKey : public testing::Test {
 protected:
  Result<AskedDocument> asked(const std::string& words, Money amount = Money(50'000)) const {
    return vnpt::read_ask_reply(200, soap_text(vnpt::kAsk, words), kKey, amount,
                                receipt_provider_at("http://127.0.0.1:1"));
  }
  static std::string item(const std::string& status, const std::string& key = kKey,
                          const std::string& number = "0000345") {
    return "<Item><pattern>P</pattern><serial>S</serial><invNum>" + number +
           "</invNum><amount>50000.0</amount>" + "<status>" + status + "</status><fkey>" + key +
           "</fkey></Item>";
  }
};

TEST_F(AskedByKey, TheFixtureStands) {
  const auto got = vnpt::read_ask_reply(200, adapter_fixture("ereceipt_vnpt/fixtures/list.xml"), kKey,
                                        Money(50'000), receipt_provider_at("http://127.0.0.1:1"));
  ASSERT_TRUE(got) << got.error().text();
  EXPECT_EQ(got->state, AskedDocument::State::stands);
  EXPECT_EQ(got->document.number, "0000345");
  EXPECT_EQ(got->document.symbol, "AA/26E");
}

TEST_F(AskedByKey, StatesAreToldApart) {
  EXPECT_EQ(asked("<Data></Data>")->state, AskedDocument::State::absent);
  EXPECT_EQ(asked("<Data/>")->state, AskedDocument::State::absent);
  EXPECT_EQ(asked("<Data>" + item("1") + "</Data>")->state, AskedDocument::State::stands);
  EXPECT_EQ(asked("<Data>" + item("4") + "</Data>")->state, AskedDocument::State::stands);
  EXPECT_EQ(asked("<Data>" + item("3") + "</Data>")->state, AskedDocument::State::cancelled);
  EXPECT_EQ(asked("<Data>" + item("5") + "</Data>")->state, AskedDocument::State::cancelled);
}

TEST_F(AskedByKey, WhatIsNotClearIsNoAnswer) {
  for (const auto& words :
       {std::string("ERR:1"), std::string("ERR:6"), std::string(), std::string("Data"),
        "<Data>" + item("0") + "</Data>", "<Data>" + item("9") + "</Data>",
        "<Data>" + item("1", "phi-X-P26-0000001") + "</Data>",
        "<Data>" + item("1") + item("1", kKey, "0000346") + "</Data>",
        "<Data>" + item("1", kKey, "") + "</Data>", "<Other>" + item("1") + "</Other>", "<Data>" + item("1")})
    EXPECT_FALSE(asked(words)) << words;
  EXPECT_FALSE(asked("<Data>" + item("1") + "</Data>", Money(50'001)));
}

TEST(EreceiptVnptWire, WhatIsSentSaysTheReceiptAndNothingOfItsTextsIsMarkup) {
  auto order = a_receipt_order(kKey);
  order.payer = "Hoà & <con>]]>";
  const auto leaves = xml_leaves(vnpt::issue_body(order, receipt_provider_at("http://127.0.0.1:1")), 100'000);
  ASSERT_TRUE(leaves);
  const std::string call = "Envelope/Body/ImportAndPublishInv/";
  EXPECT_EQ(leaf_text(*leaves, call + "Account"), "H20admin");
  EXPECT_EQ(leaf_text(*leaves, call + "pattern"), "01BLP0-001");
  EXPECT_EQ(leaf_text(*leaves, call + "convert"), "0");
  const auto data = xml_leaves(leaf_text(*leaves, call + "xmlInvData").value(), 100'000);
  ASSERT_TRUE(data);
  const std::string paper = "Invoices/Inv/Invoice/";
  EXPECT_EQ(leaf_text(*data, "Invoices/Inv/key"), kKey);
  EXPECT_EQ(leaf_text(*data, paper + "CusName"), "Hoà & <con>]]>");
  EXPECT_EQ(leaf_text(*data, paper + "ArisingDate"), "02/03/2026");
  EXPECT_EQ(leaf_text(*data, paper + "Amount"), "50000");
  EXPECT_EQ(leaf_text(*data, paper + "AmountInWords"), "Năm mươi nghìn đồng chẵn");
  EXPECT_EQ(leaf_text(*data, paper + "Products/Product/ProdName"), "Cấp bản sao");
}

TEST(EreceiptVnptWire, LePhiMayHaveAPatternAndASerialOfItsOwn) {
  auto block = receipt_provider_at("http://127.0.0.1:1");
  block.charge_pattern = "01BLP0-002";
  auto order = a_receipt_order("lephi-H20.01-L26-0000001");
  order.kind = ChargeKind::charge;
  const auto leaves = xml_leaves(vnpt::issue_body(order, block), 100'000);
  EXPECT_EQ(leaf_text(*leaves, "Envelope/Body/ImportAndPublishInv/pattern"), "01BLP0-002");
  EXPECT_EQ(leaf_text(*leaves, "Envelope/Body/ImportAndPublishInv/serial"), "AA/26E");
}

TEST(XmlLeaves, HostileTextsGiveNothing) {
  std::string deep;
  for (int i = 0; i < 1'000; ++i) deep += "<a>";
  for (const auto& text :
       {std::string(), std::string("{}"), std::string("<a>"), deep,
        "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>" + deep, std::string("<!DOCTYPE a><a/>"),
        std::string("<a>&undefined;</a>"), std::string("<a>\xFF</a>")})
    EXPECT_FALSE(xml_leaves(text, 100'000)) << text.substr(0, 40);
  EXPECT_FALSE(xml_leaves("<a>12345</a>", 11));
  EXPECT_TRUE(xml_leaves("<a>12345</a>", 12));
}

}  // namespace
}  // namespace bccid
