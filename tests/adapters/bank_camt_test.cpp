#include "tests/adapters/statement_files.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bccid::bank {
namespace {

const std::string& v02() {
  static const std::string text = test::adapter_fixture("bank_camt/fixtures/v02.xml");
  return text;
}

const std::string& v054() {
  static const std::string text = test::adapter_fixture("bank_camt/fixtures/notification.xml");
  return text;
}

using test::with;

Result<BankStatement> parsed(const std::string& text) {
  return test::parsed(test::bank_block("bank_camt"), text);
}

void expect_refusal(const std::string& text, const std::string& reason) {
  test::expect_refusal(test::bank_block("bank_camt"), text, reason);
}

TEST(BankCamt, reads_entries_batches_and_reversals_and_leaves_what_is_only_announced) {
  const auto statement = parsed(v02()).value();
  EXPECT_EQ(statement.account, "115000123456");
  EXPECT_EQ(to_text(statement.from), "2026-07-03");
  EXPECT_EQ(to_text(statement.to), "2026-07-03");
  EXPECT_EQ(statement.opening, Money(1'000'000));
  EXPECT_EQ(statement.closing, Money(1'276'700));
  ASSERT_EQ(statement.lines.size(), 5U);
  EXPECT_EQ(statement.lines[0].amount, Money(120'000));
  EXPECT_EQ(statement.lines[0].bank_ref, "FT26184000001");
  EXPECT_EQ(statement.lines[0].text, "BCCI82 R000001 nộp phí & lệ phí");
  EXPECT_EQ(statement.lines[0].payer, "BƯU ĐIỆN TỈNH");
  EXPECT_EQ(statement.lines[1].amount, Money(-3'300));
  EXPECT_EQ(statement.lines[1].text, "PHI CHUYEN TIEN");
  EXPECT_EQ(statement.lines[2].amount, Money(100'000));
  EXPECT_EQ(statement.lines[2].bank_ref, "") << "its place names it";
  ASSERT_TRUE(statement.lines[2].detail_of);
  EXPECT_EQ(statement.lines[2].detail_of->bank_ref, "FT26184000003");
  EXPECT_EQ(statement.lines[2].detail_of->amount, Money(180'000));
  EXPECT_EQ(statement.lines[2].place, 1U);
  EXPECT_EQ(statement.lines[2].text, "BCCI82-R000002");
  EXPECT_EQ(statement.lines[3].detail_of->number, statement.lines[2].detail_of->number);
  EXPECT_EQ(statement.lines[3].place, 2U);
  EXPECT_FALSE(statement.lines[0].detail_of);
  EXPECT_EQ(statement.lines[4].amount, Money(-20'000));
  EXPECT_GT(statement.lines[4].line, statement.lines[3].line);
}

TEST(BankCamt, reads_the_later_form_with_prefixes_and_a_period) {
  const auto statement = parsed(test::adapter_fixture("bank_camt/fixtures/v08.xml")).value();
  EXPECT_EQ(statement.account, "VN12115000123456");
  EXPECT_EQ(to_text(statement.from), "2026-07-04");
  EXPECT_EQ(statement.opening, Money(-5));
  ASSERT_EQ(statement.lines.size(), 1U);
  EXPECT_EQ(statement.lines[0].bank_ref, "FT26185000001");
  EXPECT_EQ(statement.lines[0].text, "COD-0007 RF18539007547034");
  EXPECT_EQ(statement.lines[0].end_to_end, "COD-0007");
  EXPECT_EQ(statement.lines[0].payer, "NGUYEN VAN AN");
}

TEST(BankCamt, takes_every_version_from_02_to_13_and_no_other_message) {
  for (const char* version : {"02", "03", "06", "10", "13"})
    EXPECT_TRUE(parsed(with(v02(), "camt.053.001.02", std::string("camt.053.001.") + version))) << version;
  for (const char* other :
       {"camt.053.001.01", "camt.053.001.14", "camt.053.002.02", "camt.052.001.02", "pain.001.001.03"})
    expect_refusal(with(v02(), "camt.053.001.02", other), "is neither camt.053.001.02 to .13 nor camt.054");
}

TEST(BankCamt, reads_a_notification_which_has_no_balances) {
  const auto told = parsed(v054()).value();
  EXPECT_TRUE(told.notification);
  EXPECT_EQ(told.account, "115000123456");
  EXPECT_EQ(to_text(told.from), "2026-07-03");
  EXPECT_EQ(to_text(told.to), "2026-07-04");
  EXPECT_EQ(told.opening, Money(0));
  EXPECT_EQ(told.closing, Money(296'700));
  ASSERT_EQ(told.lines.size(), 4U) << "what is only announced is none";
  EXPECT_EQ(told.lines[0].bank_ref, "FT26184000001");
  EXPECT_EQ(told.lines[1].detail_of->bank_ref, "FT26184000003");
  EXPECT_EQ(told.lines[3].amount, Money(-3'300));
  for (const char* version : {"02", "06", "13"})
    EXPECT_TRUE(parsed(with(v054(), "camt.054.001.08", std::string("camt.054.001.") + version))) << version;
  EXPECT_FALSE(parsed(v02()).value().notification);
}

TEST(BankCamt, a_notification_of_announced_entries_only_has_the_day_on_which_it_was_made) {
  const auto told = parsed(
      "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.02\"><BkToCstmrDbtCdtNtfctn><Ntfctn>"
      "<CreDtTm>2026-07-05T08:00:00</CreDtTm><Acct><Id><IBAN>VN12</IBAN></Id></Acct>"
      "<Ntry><Amt Ccy=\"VND\">5</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>PDNG</Sts></Ntry>"
      "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>");
  ASSERT_TRUE(told) << told.error().text();
  EXPECT_TRUE(told->lines.empty());
  EXPECT_EQ(to_text(told->from), "2026-07-05");
}

TEST(BankCamt, refuses_a_notification_that_is_not_what_it_says) {
  expect_refusal(with(v054(), "<Sum>300000.00", "<Sum>300001"), "TtlCdtNtries says 2 entries of 300.001 đ");
  expect_refusal(with(v054(), "<NbOfNtries>2", "<NbOfNtries>1"), "TtlCdtNtries says 1 entries");
  expect_refusal(with(v054(), "<NbOfNtries>2", "<NbOfNtries>two"), "\"two\" is no number of entries");
  expect_refusal(with(v054(), "<Sum>3300", "<Sum>-3300"), "no amount of whole dong");
  expect_refusal(with(v054(), "<Id>115000123456", "<Id>115000123457"), "a file is about one account");
  expect_refusal(with(v054(), "<CreDtTm>2026-07-04T", "<CreDtTm>yesterday T"),
                 "does not say when it was made");
}

TEST(BankCamt, refuses_what_is_no_statement) {
  expect_refusal("", "it is no XML");
  expect_refusal("hello", "it is no XML");
  expect_refusal("<html/>", "not with <Document>");
  expect_refusal(v02().substr(0, v02().size() / 2), "it is no XML");
  expect_refusal(with(v02(), "?>", "?><!DOCTYPE Document [<!ENTITY a SYSTEM \"file:///etc/passwd\">]>"),
                 "it declares a document type");
  expect_refusal(with(v02(), "nộp", "n\xFFp"), "it is no XML");
  std::string deep = "<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\">";
  for (int i = 0; i < 60; ++i) deep += "<a>";
  expect_refusal(deep, "nested too deeply");
  expect_refusal(with(v02(), "BCCI82 R000001", std::string(9'000, 'x')), "a text is too long");
  expect_refusal("<Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.053.001.02\"/>",
                 "holds no statement");
}

TEST(BankCamt, refuses_what_does_not_add_up) {
  expect_refusal(with(v02(), ">120000<", ">120001<"), "plus the lines gives");
  expect_refusal(with(v02(), ">120000<", ">120000.50<"), "no amount of whole dong");
  expect_refusal(with(v02(), ">120000<", ">-120000<"), "no amount of whole dong");
  expect_refusal(with(v02(), ">80000<", ">80001<"), "its transactions add up to");
  expect_refusal(with(v02(), "<Amt Ccy=\"VND\">120000<", "<Amt Ccy=\"USD\">120000<"),
                 "the currency is USD, not VND");
  expect_refusal(with(v02(), "<Ccy>VND", "<Ccy>EUR"), "the currency is EUR, not VND");
  expect_refusal(with(v02(), "<Sts>BOOK", "<Sts>MAYBE"), "status \"MAYBE\" is not known");
  expect_refusal(with(v02(), "<Cd>CLBD", "<Cd>ITBD"), "neither its days nor those of its balances");
  expect_refusal(with(v02(), "<BookgDt><Dt>2026-07-03", "<BookgDt><Dt>2026-07-05"), "outside the days");
  expect_refusal(with(v02(), "<BookgDt><Dt>2026-07-03", "<BookgDt><Dt>2026-13-03"), "is not a date");
}

}  // namespace
}  // namespace bccid::bank
