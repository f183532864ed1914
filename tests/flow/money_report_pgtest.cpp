#include "flow/money_report.hpp"

#include "flow/matches_by_hand.hpp"
#include "tests/flow/money_day.hpp"

#include <gmock/gmock.h>

#include <map>

namespace bccid {
namespace {

using namespace std::chrono_literals;

class MoneyReport : public test::MoneyDay {
 protected:
  // Two days of two agencies: paid and settled, short, unexplained, cash that nobody owed, taken back,
  // waived.
  void play() {
    session.sql("UPDATE dossier SET procedure_code = '1.000001'");
    const auto exact = remitted("A1", 50'000);
    const auto thin = remitted("A2", 40'000);
    const auto other = remitted("B1", 70'000, "H20.02");
    ASSERT_TRUE(import_file(statement({line("FT1", 50'000, exact.reference), line("FT2", 9'000, "la")})));
    now += 24h;
    ASSERT_TRUE(import_file(statement({line("FT3", 38'000, thin.reference)})));
    auto theirs = statement({line("FT4", 70'000, other.reference)}, "1020002");
    ASSERT_TRUE(import_file(theirs));
    const auto fourth =
        order("A4", {{"fee", Money(30'000)}, {"charge", Money(8'000)}, {"postage", Money(26'000)}});
    const auto wrong = cash(fourth, "A4", Money(30'000), Money(8'000), Money(26'000));
    collect({wrong});
    session.in_tx([&](sql::Tx& tx) { reverse_cash(tx, {wrong.event_key}, "clerk-1", now); });
    collect({cash(fourth, "A4", Money(31'000), Money(8'000))});
    now += 1h;
    session.sql("UPDATE dossier SET procedure_code = '2.000002' WHERE code = 'D-B1'");
  }

  Table report(std::set<ReportAxis> by, const std::string& from = "2026-03-02",
               const std::string& to = "2026-03-03", const std::string& agency = {}) {
    ReportQuestion question;
    question.from = parse_day(from).value();
    question.to = parse_day(to).value();
    question.by = std::move(by);
    question.agency = agency;
    return session.in_tx([&](sql::Tx& tx) { return money_report(tx, finance, question); });
  }

  static std::string text_at(const Table& table, std::size_t row, const std::string& id) {
    for (std::size_t at = 0; at < table.columns.size(); ++at)
      if (table.columns[at].id == id) {
        const auto* text = std::get_if<std::string>(&table.rows[row][at]);
        return text == nullptr ? "" : *text;
      }
    ADD_FAILURE() << "no column " << id;
    return {};
  }

  // Sums over all rows by the kind of money: "fee collected".
  static std::map<std::string, std::int64_t> sums(const Table& table) {
    std::map<std::string, std::int64_t> found;
    for (std::size_t row = 0; row < table.rows.size(); ++row)
      for (std::size_t at = 0; at < table.columns.size(); ++at)
        if (const auto* amount = std::get_if<Money>(&table.rows[row][at]))
          found[text_at(table, row, "kind") + " " + table.columns[at].id] += amount->dong();
    return found;
  }

  // The same from the books alone, told another way: where each kind of money stands on the accounts.
  std::int64_t ledger(const std::string& role, const std::string& kind, const std::string& more = "true") {
    return session.number(
        "SELECT coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END), 0)::bigint FROM posting "
        "p "
        "JOIN account a ON a.id = p.account_id JOIN journal j ON j.id = p.journal_id LEFT JOIN journal o ON "
        "o.id "
        "= j.reverses WHERE a.role = '" +
        role + "' AND a.kind = '" + kind + "' AND " + more);
  }
};

TEST_F(MoneyReport, EqualsTheLedgerToTheDongWhateverItIsBrokenDownBy) {
  play();
  const std::vector<std::set<ReportAxis>> breakdowns{
      {},
      {ReportAxis::agency},
      {ReportAxis::procedure},
      {ReportAxis::office},
      {ReportAxis::postman},
      {ReportAxis::day},
      {ReportAxis::agency, ReportAxis::procedure, ReportAxis::office, ReportAxis::postman, ReportAxis::day}};
  for (const auto& by : breakdowns) {
    auto found = sums(report(by));
    for (const std::string kind : {"fee", "charge", "postage"}) {
      const auto at = [&](const std::string& column) { return found[kind + " " + column]; };
      EXPECT_EQ(at("raised") - at("waived") - at("collected"),
                ledger("receivable", kind) +
                    // Cash that nobody owed is collected and owed to nobody.
                    -ledger("cash", kind, "p.charge_id IS NULL AND coalesce(o.kind, j.kind) = 'collected'"));
      EXPECT_EQ(at("collected") - at("handed_in"), ledger("cash", kind));
      EXPECT_EQ(at("handed_in") - at("remitted"), ledger("office", kind));
      EXPECT_EQ(at("arrived") + at("unexplained") - at("settled"), ledger("bank", kind));
      EXPECT_EQ(at("settled"), ledger("payable", kind, "coalesce(o.kind, j.kind) = 'settled'"));
      EXPECT_EQ(at("refunded"), 0);
    }
    EXPECT_EQ(found["fee collected"], 50'000 + 40'000 + 70'000 + 31'000);
    EXPECT_EQ(found["fee settled"], 50'000 + 70'000);
    EXPECT_EQ(found["fee arrived"], 50'000 + 38'000 + 70'000);
    EXPECT_EQ(found["fee unexplained"], 9'000);
    EXPECT_EQ(found["postage collected"], 0);
  }
}

TEST_F(MoneyReport, SettledMoneyHasItsProcedureAndWhatDiffersHasNone) {
  play();
  const auto table = report({ReportAxis::procedure});
  std::map<std::string, std::int64_t> arrived;
  for (std::size_t row = 0; row < table.rows.size(); ++row)
    for (std::size_t at = 0; at < table.columns.size(); ++at)
      if (table.columns[at].id == "arrived")
        arrived[text_at(table, row, "procedure")] += std::get<Money>(table.rows[row][at]).dong();
  EXPECT_EQ(arrived["1.000001"], 50'000);
  EXPECT_EQ(arrived["2.000002"], 70'000);
  EXPECT_EQ(arrived[""], 38'000);
}

TEST_F(MoneyReport, PeriodsThatFollowEachOtherAddUp) {
  play();
  auto whole = sums(report({}));
  const auto first = sums(report({}, "2026-03-02", "2026-03-02"));
  const auto second = sums(report({}, "2026-03-03", "2026-03-03"));
  for (const auto& parts : {first, second})
    for (const auto& [what, amount] : parts) whole[what] -= amount;
  for (const auto& [what, amount] : whole) EXPECT_EQ(amount, 0) << what;
  EXPECT_TRUE(report({}, "2026-02-01", "2026-03-01").rows.empty());
}

TEST_F(MoneyReport, AMatchThatIsUndoneIsTakenOffOnTheDayOfItsUndoing) {
  play();
  now += 24h;
  const auto id =
      parse_uuid(session.text("SELECT m.public_id::text FROM line_match m JOIN matched_line x ON x.match_id "
                              "= m.id JOIN statement_line l ON l.id = x.line_id WHERE l.line_key LIKE "
                              "'%FT1'"));
  session.in_tx([&](sql::Tx& tx) { ASSERT_TRUE(undo_match(tx, finance, *id, "wrong one", now, rules)); });
  auto then = sums(report({ReportAxis::procedure}, "2026-03-04", "2026-03-04"));
  EXPECT_EQ(then["fee settled"], -50'000);
  EXPECT_EQ(then["fee arrived"], -50'000);
  EXPECT_EQ(then["fee unexplained"], 50'000);
}

TEST_F(MoneyReport, AnAgencySeesItsOwnRows) {
  play();
  Actor theirs{"agency-b", "agency", "H20.02", "", ""};
  ReportQuestion question;
  question.from = parse_day("2026-03-02").value();
  question.to = parse_day("2026-03-03").value();
  const auto table = session.in_tx([&](sql::Tx& tx) { return money_report(tx, theirs, question); });
  auto found = sums(table);
  EXPECT_EQ(found["fee collected"], 70'000);
  EXPECT_EQ(found["fee unexplained"], 0);
  question.agency = "H20.01";
  EXPECT_TRUE(session.in_tx([&](sql::Tx& tx) { return money_report(tx, theirs, question); }).rows.empty());
}

TEST_F(MoneyReport, AgeingHoldsWhatTheAccountsHold) {
  play();
  const auto table = session.in_tx([&](sql::Tx& tx) { return ageing_report(tx, finance, "", now); });
  std::map<std::string, std::int64_t> total;
  for (std::size_t row = 0; row < table.rows.size(); ++row) {
    std::int64_t ages = 0, sum = 0;
    for (std::size_t at = 0; at < table.columns.size(); ++at) {
      const auto* amount = std::get_if<Money>(&table.rows[row][at]);
      if (amount == nullptr) continue;
      (table.columns[at].id == "total" ? sum : ages) += amount->dong();
    }
    EXPECT_EQ(ages, sum) << text_at(table, row, "hand");
    total[text_at(table, row, "hand") + " " + text_at(table, row, "kind")] += sum;
  }
  for (const std::string kind : {"fee", "charge", "postage"}) {
    EXPECT_EQ(total["due " + kind], ledger("receivable", kind, "p.charge_id IS NOT NULL"));
    EXPECT_EQ(total["with_collector " + kind], ledger("cash", kind, "p.charge_id IS NOT NULL"));
    EXPECT_EQ(total["at_office " + kind], ledger("office", kind, "p.charge_id IS NOT NULL"));
  }
  EXPECT_EQ(total["break "],
            session.number("SELECT sum(amount)::bigint FROM recon_break WHERE resolved_at IS NULL"));
}

}  // namespace
}  // namespace bccid
