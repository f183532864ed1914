#include "flow/periods.hpp"

#include "flow/matches_by_hand.hpp"
#include "tests/flow/money_day.hpp"

#include <utility>

namespace bccid {
namespace {

using namespace std::chrono_literals;

class Periods : public test::MoneyDay {
 protected:
  // What a flow answers, also when PostgreSQL itself refuses.
  template <class F>
  auto attempt(F flow) -> decltype(flow(std::declval<sql::Tx&>())) {
    try {
      return session.in_tx(flow);
    } catch (const sql::SqlError& error) {
      return error.failure();
    }
  }
  Result<PeriodCase> propose(const Actor& who, const std::string& account = "1010001") {
    const PeriodWish wish{account, business_day(now), "the day is whole"};
    return attempt([&](sql::Tx& tx) { return propose_period(tx, who, wish, now); });
  }
  Result<PeriodCase> decide(const Actor& who, const Uuid& id, bool approve = true) {
    return attempt([&](sql::Tx& tx) { return decide_period(tx, who, id, approve, "seen", now); });
  }
  Result<PeriodCase> ask(const Actor& who, const Uuid& id) {
    return attempt([&](sql::Tx& tx) { return ask_to_reopen(tx, who, id, "a late line", now); });
  }
  Result<PeriodCase> reopen(const Actor& who, const Uuid& id, bool approve = true) {
    return attempt([&](sql::Tx& tx) { return decide_reopening(tx, who, id, approve, "seen", now); });
  }
  Result<StatementReport> late(const BankStatement& file, const std::string& name) {
    const auto digest = sha256(name);
    const StatementUpload upload{"bank", {}, digest, test::reader_of(file)};
    return attempt([&](sql::Tx& tx) { return import_statement(tx, finance, upload, problems, now, rules); });
  }
  Result<MatchView> undo_only() {
    const auto id =
        parse_uuid(session.text("SELECT public_id FROM line_match WHERE undone_at IS NULL")).value();
    return attempt([&](sql::Tx& tx) { return undo_match(tx, finance, id, "wrong", now, rules); });
  }
  // A day with a matched line of 50 000 and one of nobody's, closed and signed off.
  Uuid closed_day() {
    remitted("A1", 50'000);
    remitted("A2", 40'000);
    day = statement({line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 9'000, "la")});
    EXPECT_TRUE(import_file(day, "day"));
    const auto id = propose(finance).value().view.id;
    EXPECT_TRUE(decide(second, id));
    return id;
  }
  static void expect_closed(const Failure& failure) {
    EXPECT_EQ(failure.code, Errc::conflict);
    EXPECT_NE(failure.text().find("signed off by finance-2"), std::string::npos) << failure.text();
  }

  Actor second{"finance-2", "finance", "", "", ""};
  BankStatement day;
};

TEST_F(Periods, AreClosedByTwoPersonsWithTheirEquation) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 9'000, "la")})));
  const auto proposed = propose(finance);
  ASSERT_TRUE(proposed) << proposed.error().text();
  EXPECT_EQ(proposed->figures.opening, Money(0));
  EXPECT_EQ(proposed->figures.matched, Money(50'000));
  EXPECT_EQ(proposed->figures.unmatched, Money(9'000));
  EXPECT_EQ(proposed->figures.closing, Money(59'000));
  EXPECT_EQ(propose(second).error().code, Errc::conflict) << "one waits already";
  const auto& id = proposed->view.id;
  EXPECT_EQ(decide(finance, id).error().code, Errc::conflict) << "nobody signs his own proposal";
  const auto signed_off = decide(second, id);
  ASSERT_TRUE(signed_off) << signed_off.error().text();
  EXPECT_EQ(signed_off->view.state, "signed");
  EXPECT_EQ(signed_off->view.steps.size(), 2U);
  EXPECT_EQ(decide(second, id).error().code, Errc::conflict) << "signed once";
}

TEST_F(Periods, AreNotClosedWhereTheStatementsAreNotWhole) {
  auto file = statement({line("FT1", 9'000, "la")});
  ASSERT_TRUE(import_file(file));
  now += 48h;
  EXPECT_EQ(propose(finance).error().code, Errc::conflict) << "no statement ends on that day";
  auto next = statement({line("FT2", 1'000, "la")});
  next.opening = Money(10'000);
  next.closing = Money(11'000);
  ASSERT_TRUE(import_file(next));
  const auto gap = propose(finance);
  ASSERT_FALSE(gap);
  EXPECT_NE(gap.error().text().find("closing 11000"), std::string::npos) << gap.error().text();
  EXPECT_EQ(propose(finance, "1020002").error().code, Errc::not_found);
}

TEST_F(Periods, ADayOfSeveralStatementsIsWholeWhateverTheirOrder) {
  const auto morning = statement({line("FT1", 50'000, "a")});
  const auto noon = statement({line("FT2", 9'000, "b")});
  const auto evening = statement({line("FT3", 1'000, "c")});
  for (const auto* file : {&evening, &morning, &noon}) ASSERT_TRUE(import_file(*file));
  const auto proposed = propose(finance);
  ASSERT_TRUE(proposed) << proposed.error().text();
  EXPECT_EQ(proposed->figures.opening, Money(0));
  EXPECT_EQ(proposed->figures.closing, Money(60'000));
}

TEST_F(Periods, NothingInAClosedOneMoves) {
  closed_day();
  const auto before = books();
  expect_closed(undo_only().error());
  expect_closed(late(statement({line("FT3", 1'000, "muon")}), "late").error());
  const MatchWish wish{{session.number("SELECT id FROM statement_line WHERE line_key = '1010001|FT2'")},
                       {"BCCI82 R000002"},
                       "it is"};
  expect_closed(attempt([&](sql::Tx& tx) { return match_by_person(tx, finance, wish, now, rules); }).error());
  EXPECT_EQ(books(), before);
  EXPECT_EQ(session.refusal("INSERT INTO statement_line (file_id, account_no, line_no, line_key, booked_on, "
                            "amount, text) SELECT file_id, account_no, 9, 'x', booked_on, 1, 'x' FROM "
                            "statement_line LIMIT 1"),
            "BC014");
  EXPECT_EQ(session.refusal(
                "WITH j AS (INSERT INTO journal (key, kind, occurred_at, actor) SELECT 'x', 'settled', "
                "occurred_at, 'x' FROM journal WHERE kind = 'on_statement' RETURNING id) "
                "INSERT INTO posting (journal_id, line, account_id, side, amount) SELECT j.id, s.n, "
                "(SELECT id FROM account WHERE role = 'bank' LIMIT 1), (ARRAY['D', 'C'])[s.n]::\"char\", 5 "
                "FROM j, generate_series(1, 2) AS s(n)"),
            "BC014");
  for (const auto* change : {"UPDATE period SET state = 'reopened'", "DELETE FROM period",
                             "DELETE FROM period_step", "UPDATE period_step SET actor = 'finance-9'"})
    EXPECT_NE(session.refusal(change), "") << change;
}

// The next file overlaps it, the clock goes on, and the open line of the closed day stays as it is.
TEST_F(Periods, TheRulesGoOnBesideAClosedOne) {
  closed_day();
  now += 24h;
  remitted("A3", 9'000);
  auto next = day;
  next.to = business_day(now);
  auto more = line("FT5", 40'000, "BCCI82 R000002");
  auto twin = line("FT6", 50'000, "BCCI82 R000001");
  next.lines.push_back(more);
  next.lines.push_back(twin);
  next.closing = next.closing + more.amount + twin.amount;
  const auto report = late(next, "next");
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->matched, 1U);
  session.in_tx([&](sql::Tx& tx) { return reconcile(tx, finance, now, rules); });
  EXPECT_EQ(open_breaks_text(), "double 50000, missing -9000, remitted_without_receipt 9000");
}

TEST_F(Periods, AreOpenedAgainByTwoPersonsOnly) {
  const auto id = closed_day();
  EXPECT_EQ(reopen(finance, id).error().code, Errc::conflict) << "nobody asked";
  ASSERT_TRUE(ask(finance, id));
  expect_closed(undo_only().error());
  EXPECT_EQ(reopen(finance, id).error().code, Errc::conflict) << "the same person";
  ASSERT_TRUE(reopen(second, id, false));
  expect_closed(undo_only().error());
  ASSERT_TRUE(ask(second, id));
  const auto opened = reopen(finance, id);
  ASSERT_TRUE(opened) << opened.error().text();
  EXPECT_EQ(opened->view.state, "reopened");
  EXPECT_EQ(opened->view.steps.size(), 6U);
  EXPECT_TRUE(undo_only());
  EXPECT_TRUE(propose(second)) << "and may be closed anew";
}

}  // namespace
}  // namespace bccid
