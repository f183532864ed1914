#include "flow/periods.hpp"
#include "flow/statement_lines.hpp"
#include "tests/adapters/statement_files.hpp"
#include "tests/flow/camt_text.hpp"
#include "tests/flow/money_day.hpp"

// A notification (camt.054) tells of entries before their statement comes. They are matched at once and taken
// once, and the day stays uncovered until its statement is there.
namespace bccid {
namespace {

using test::entry;
using test::notification_of;
using test::part;
using test::statement_of;

class Notifications : public test::MoneyDay {
 protected:
  Result<StatementReport> import_xml(const std::string& text) {
    static const auto bank = open_bank(test::bank_block("bank_camt")).value();
    return import_bytes(*bank, text);
  }
  Result<PeriodCase> propose() {
    const PeriodWish wish{"1010001", business_day(now), "the day is whole"};
    return session.in_tx([&](sql::Tx& tx) { return propose_period(tx, finance, wish, now); });
  }
  std::optional<Money> balance_after_line(std::int64_t id) {
    return session.in_tx([&](sql::Tx& tx) { return find_line(tx, finance, id, rules); }).value().balance;
  }
  std::string lines() {
    return session.text("SELECT string_agg(line_key || ' ' || amount, ', ' ORDER BY id) FROM statement_line");
  }

  const std::string batch_ = entry("FT1", 50'000, part(20'000, "a") + part(30'000, "BCCI82 R000001"));
};

TEST_F(Notifications, TheStatementsLinesAreTheKnownOnes) {
  remitted("A1", 30'000);
  const auto told = import_xml(notification_of(batch_));
  ASSERT_TRUE(told) << told.error().text();
  EXPECT_EQ(told->fresh_lines, 2U);
  EXPECT_EQ(told->matched, 1U) << "matched without waiting for the statement";
  const auto whole = import_xml(statement_of(entry("FT1", 50'000) + entry("FT2", 700), 50'700));
  ASSERT_TRUE(whole) << whole.error().text();
  EXPECT_EQ(whole->lines, 2U);
  EXPECT_EQ(whole->fresh_lines, 1U);
  EXPECT_EQ(lines(), "1010001|FT1/1 20000, 1010001|FT1/2 30000, 1010001|FT2 700");
}

TEST_F(Notifications, AFeeThatSharesTheReferenceIsKnownWhicheverCameFirst) {
  ASSERT_TRUE(import_xml(notification_of(entry("FT1", 11))));
  const auto whole = import_xml(statement_of(entry("FT1", 50'000) + entry("FT1", 11), 50'011));
  ASSERT_TRUE(whole) << whole.error().text();
  EXPECT_EQ(whole->fresh_lines, 1U);
  const auto again = import_xml(statement_of(batch_ + entry("FT1", 11), 50'011, "again"));
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->fresh_lines, 0U);
  EXPECT_EQ(lines(), "1010001|FT1 11, 1010001|FT1#2 50000");
}

TEST_F(Notifications, ALateNotificationBringsNothing) {
  ASSERT_TRUE(import_xml(statement_of(batch_, 50'000)));
  const auto late = import_xml(notification_of(entry("FT1", 50'000)));
  ASSERT_TRUE(late) << late.error().text();
  EXPECT_EQ(late->fresh_lines, 0U);
}

TEST_F(Notifications, ARefusedOneLeavesNothing) {
  ASSERT_TRUE(import_xml(notification_of(batch_)));
  const auto before = books();
  const auto refused = import_xml(notification_of(entry("FT1", 50'001)));
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().detail.find("came with an earlier file: 2 lines of 50000 dong"),
            std::string::npos);
  EXPECT_EQ(books(), before);
  // Without balances nothing but the reference tells a copy.
  EXPECT_FALSE(import_xml(notification_of(entry("FT9", 5) + "\n" + entry("FT9", 5))));
  EXPECT_EQ(books(), before);
}

TEST_F(Notifications, NoPeriodClosesByThem) {
  ASSERT_TRUE(import_xml(notification_of(batch_)));
  EXPECT_EQ(propose().error().code, Errc::not_found) << "no statement says where the account begins";
  ASSERT_TRUE(import_xml(statement_of(entry("FT1", 50'000), 50'000)));
  const auto proposed = propose();
  ASSERT_TRUE(proposed) << proposed.error().text();
  EXPECT_EQ(proposed->figures.opening, Money(0));
  EXPECT_EQ(proposed->figures.closing, Money(50'000));
}

TEST_F(Notifications, NothingIsMissingBecauseOfThem) {
  remitted("A1", 30'000);
  ASSERT_TRUE(import_xml(notification_of(entry("FT7", 1, part(1, "khac")))));
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break WHERE type = 'missing'"), 0);
  ASSERT_TRUE(import_xml(statement_of(entry("FT7", 1), 1)));
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break WHERE type = 'missing'"), 1);
}

TEST_F(Notifications, StatementsFollowEachOtherOverThem) {
  auto before = statement({});
  before.from = before.to = business_day(now - std::chrono::hours(24));
  before.opening = before.closing = Money(700);
  ASSERT_TRUE(import_file(before));
  const auto told = import_xml(notification_of(batch_));
  ASSERT_TRUE(told);
  EXPECT_TRUE(told->warnings.empty()) << told->warnings.front();
  auto day = statement({line("FT1", 50'000, "")});
  day.opening = Money(700);
  day.closing = Money(50'700);
  const auto whole = import_file(day);
  ASSERT_TRUE(whole) << whole.error().text();
  EXPECT_TRUE(whole->warnings.empty()) << whole->warnings.front();
  EXPECT_EQ(whole->fresh_lines, 0U);
}

TEST_F(Notifications, ABalanceIsKnownOnceAStatementCoversTheDay) {
  ASSERT_TRUE(import_xml(notification_of(batch_)));
  const auto id = session.number("SELECT min(id) FROM statement_line");
  EXPECT_EQ(balance_after_line(id), std::nullopt);
  ASSERT_TRUE(import_xml(statement_of(entry("FT1", 50'000), 50'000)));
  EXPECT_EQ(balance_after_line(id), Money(20'000));
  EXPECT_EQ(balance_after_line(id + 1), Money(50'000));
}

TEST_F(Notifications, TheListSaysWhatAFileIs) {
  ASSERT_TRUE(import_xml(notification_of(batch_)));
  ASSERT_TRUE(import_xml(statement_of(entry("FT1", 50'000), 50'000)));
  const auto found =
      session.in_tx([&](sql::Tx& tx) { return find_statements(tx, finance, "", PageOf{}); }).value();
  ASSERT_EQ(found.items.size(), 2U);
  EXPECT_EQ(found.items[0].closing, Money(50'000));
  EXPECT_EQ(found.items[1].closing, std::nullopt);
  EXPECT_EQ(found.items[1].lines, 2);
  EXPECT_EQ(
      session.refusal("INSERT INTO statement_file (public_id, sha256, bank, kind, account_no, from_day, "
                      "to_day, opening, closing, lines, fresh_lines, actor) SELECT gen_random_uuid(), "
                      "sha256('x'), bank, 'notification', account_no, from_day, to_day, 0, 0, 1, 1, 'x' "
                      "FROM statement_file LIMIT 1"),
      "23514");
}

}  // namespace
}  // namespace bccid
