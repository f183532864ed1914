#include "tests/adapters/statement_files.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bccid::bank {
namespace {

const std::string& good() {
  static const std::string text = test::adapter_fixture("bank_mt940/fixtures/day.sta");
  return text;
}

using test::with;

Result<BankStatement> parsed(const std::string& text) {
  return test::parsed(test::bank_block("bank_mt940"), text);
}

void expect_refusal(const std::string& text, const std::string& reason) {
  test::expect_refusal(test::bank_block("bank_mt940"), text, reason);
}

TEST(BankMt940, reads_pages_reversals_and_both_kinds_of_narrative) {
  const auto statement = parsed(good()).value();
  EXPECT_EQ(statement.account, "115000123456");
  EXPECT_EQ(to_text(statement.from), "2026-07-02");
  EXPECT_EQ(to_text(statement.to), "2026-07-03");
  EXPECT_EQ(statement.opening, Money(1'000'000));
  EXPECT_EQ(statement.closing, Money(1'191'700));
  ASSERT_EQ(statement.lines.size(), 4U);
  EXPECT_EQ(statement.lines[0].line, 6U);
  EXPECT_EQ(statement.lines[0].amount, Money(120'000));
  EXPECT_EQ(statement.lines[0].bank_ref, "FT26184000001");
  EXPECT_EQ(statement.lines[0].text, "BCCI82 R000001 NOP PHI BUU DIEN TINH DONG THAP");
  EXPECT_EQ(statement.lines[1].amount, Money(-3'300));
  EXPECT_EQ(statement.lines[2].amount, Money(-20'000));
  EXPECT_EQ(statement.lines[2].text, "BCCI82 R000002 BCCI82 R000002 HOAN");
  EXPECT_EQ(statement.lines[2].payer, "NGUYEN VAN AN");
  EXPECT_EQ(statement.lines[2].end_to_end, "BCCI82 R000002");
  EXPECT_EQ(statement.lines[1].end_to_end, "") << "NONREF names nothing";
  EXPECT_EQ(statement.lines[3].amount, Money(95'000));
  EXPECT_EQ(statement.lines[3].bank_ref, "COD-0007");
}

TEST(BankMt940, needs_no_blocks_and_takes_either_line_end) {
  std::string plain = good();
  for (auto at = plain.find('{'); at != std::string::npos; at = plain.find('{'))
    plain.erase(at, plain.find('\n', at) - at);
  EXPECT_EQ(parsed(plain).value().lines.size(), 4U);
  std::string crlf;
  for (const char c : good()) crlf += c == '\n' ? std::string("\r\n") : std::string(1, c);
  EXPECT_EQ(parsed(crlf).value().closing, Money(1'191'700));
}

TEST(BankMt940, takes_several_statements_of_one_account_that_follow_each_other) {
  const std::string next =
      ":20:STMT260704\n:25:115000123456VND\n:28C:184\n:60F:C260703VND1191700,\n"
      ":61:2607040704C8300,NTRFX//FT26185000001\n:62F:C260704VND1200000,\n";
  const auto both = parsed(good() + next).value();
  EXPECT_EQ(both.lines.size(), 5U);
  EXPECT_EQ(both.opening, Money(1'000'000));
  EXPECT_EQ(both.closing, Money(1'200'000));
  EXPECT_EQ(to_text(both.to), "2026-07-04");
  expect_refusal(good() + with(next, "60F:C260703VND1191700", "60F:C260703VND1191000"),
                 "one is missing between");
  expect_refusal(good() + with(next, "115000123456VND", "115000123457"), "a file is about one account");
}

TEST(BankMt940, reads_the_day_of_booking_across_the_end_of_the_year) {
  const std::string text =
      ":20:A\n:25:115000123456\n:60F:C251230VND0,\n:61:2512311231C1,NTRFA//1\n:61:2512310102C2,NTRFB//2\n"
      ":61:2601011231C3,NTRFC//3\n:62F:C260105VND6,\n";
  const auto lines = parsed(text).value().lines;
  EXPECT_EQ(to_text(lines.at(0).booked_on), "2025-12-31");
  EXPECT_EQ(to_text(lines.at(1).booked_on), "2026-01-02");
  EXPECT_EQ(to_text(lines.at(2).booked_on), "2025-12-31");
}

TEST(BankMt940, refuses_what_does_not_add_up) {
  expect_refusal("", "the file holds no field");
  expect_refusal("hello\n", "does not begin with a field");
  expect_refusal("\xFF\xFE:20:\n", "not UTF-8");
  expect_refusal(good().substr(0, good().find(":62F:")), "\"to\" is missing");
  expect_refusal(good().substr(0, good().find("{1:", 10)), "ends within a statement");
  expect_refusal(with(good(), "C120000,00", "C120001,00"), "plus the lines gives");
  expect_refusal(with(good(), "C120000,00", "C120000,50"), "no amount of whole dong");
  expect_refusal(with(good(), "C120000,00", "C120000"), "no amount of whole dong");
  expect_refusal(with(good(), "60F:C260702VND", "60F:C260702USD"), "the currency is USD, not VND");
  expect_refusal(with(good(), "60M:C260703VND1116700", "60M:C260703VND1116000"),
                 "one is missing between them");
  expect_refusal(with(good(), ":60M:", ":60F:"), "begins within another");
  expect_refusal(with(good(), ":61:2607030703C120000", ":61:2613030703C120000"), "no readable date");
  expect_refusal(with(good(), "0703C120000", "0703X120000"), "neither C, D, RC nor RD");
  expect_refusal(with(good(), ":25:BANKVNVX/115000123456", ":25:"), "the account number is not readable");
}

}  // namespace
}  // namespace bccid::bank
