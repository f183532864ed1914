#include "store/recon_store.hpp"
#include "tests/flow/money_day.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <algorithm>
#include <random>

namespace bccid {
namespace {

using namespace std::chrono_literals;

// One way to play the same files.
class OneOrder : public test::MoneyDay {
 public:
  // Remittances of few amounts over four days, so that ties, sums and doubles are common.
  void remit_all(std::mt19937& random) {
    rules.payers = {"Bưu điện tỉnh"};
    const int count = test::pick(random, 3, 7);
    for (int at = 0; at < count; ++at) {
      remitted("A" + std::to_string(at), 10'000 * test::pick(random, 1, 3));
      if (test::pick(random, 0, 1) == 0) now += 24h;
    }
  }
  std::vector<BankLine> random_lines(std::mt19937& random) {
    std::vector<BankLine> lines;
    const int count = test::pick(random, 2, 10);
    for (int at = 0; at < count; ++at) {
      const auto name = [&] { return "BCCI82 R00000" + std::to_string(test::pick(random, 1, 8)); };
      std::string text = test::pick(random, 0, 1) == 0 ? "nop tien" : "CT " + name();
      if (test::pick(random, 0, 7) == 0) text += " " + name();
      auto made = line("FT" + std::to_string(at), 10'000 * test::pick(random, 1, 6), text);
      made.booked_on =
          Day{std::chrono::sys_days{business_day(now)} - std::chrono::days{test::pick(random, 0, 4)}};
      if (test::pick(random, 0, 2) == 0) made.payer = test::pick(random, 0, 1) == 0 ? "" : "CONG TY HOA SEN";
      if (test::pick(random, 0, 7) == 0) made.end_to_end = name();
      lines.push_back(std::move(made));
    }
    return lines;
  }
  // Each line of a file covers all days: what is missing does not depend on the split.
  void import_split(std::vector<BankLine> lines, std::mt19937& random, bool shuffle) {
    if (shuffle) std::ranges::shuffle(lines, random);
    while (!lines.empty()) {
      const auto take = shuffle
                            ? static_cast<std::size_t>(test::pick(random, 1, static_cast<int>(lines.size())))
                            : lines.size();
      auto file = statement({lines.end() - static_cast<std::ptrdiff_t>(take), lines.end()});
      file.from = Day{std::chrono::sys_days{file.to} - std::chrono::days{10}};
      lines.resize(lines.size() - take);
      ASSERT_TRUE(import_file(file));
      if (shuffle && test::pick(random, 0, 1) == 0)
        session.in_tx([&](sql::Tx& tx) { return reconcile(tx, finance, now, rules); });
    }
  }
  // All that counts in the end. An undone match is history, and so is a break that has ended.
  std::string result() {
    return balances() + "\n" + session.text(R"(
      SELECT coalesce(string_agg(t, E'\n' ORDER BY t), '') FROM (
        SELECT concat_ws(' ', m.rule, m.score, m.difference, m.evidence,
                 (SELECT string_agg(l.line_key, ',' ORDER BY l.line_key) FROM matched_line x
                    JOIN statement_line l ON l.id = x.line_id WHERE x.match_id = m.id),
                 (SELECT string_agg(r.reference, ',' ORDER BY r.reference) FROM matched_remittance x
                    JOIN remittance r ON r.id = x.remittance_id WHERE x.match_id = m.id)) AS t
          FROM line_match m WHERE m.undone_at IS NULL
         UNION ALL
        SELECT concat_ws(' ', type, subject, amount, since, owner, action, agency_code)
          FROM recon_break WHERE resolved_at IS NULL
         UNION ALL
        SELECT concat_ws(' ', id, state) FROM charge) AS all_of_it)");
  }
  std::string stored_matches() {
    return session.text(R"(
      SELECT coalesce(string_agg(t, E'\n' ORDER BY t COLLATE "C"), '') FROM (
        SELECT concat_ws(' ', m.rule, m.score, m.difference, m.evidence,
                 (SELECT string_agg(l.line_key, ',' ORDER BY l.line_key) FROM matched_line x
                    JOIN statement_line l ON l.id = x.line_id WHERE x.match_id = m.id),
                 (SELECT string_agg(r.reference, ',' ORDER BY r.reference) FROM matched_remittance x
                    JOIN remittance r ON r.id = x.remittance_id WHERE x.match_id = m.id)) AS t
          FROM line_match m WHERE m.undone_at IS NULL) AS live)");
  }
  std::string defined_matches(const std::vector<BankLine>& lines) {
    std::vector<CreditLine> credit;
    for (const auto& one : lines)
      credit.push_back({"1010001|" + one.bank_ref, "1010001", one.amount, one.booked_on, one.text,
                        one.end_to_end, one.payer});
    const auto awaited = session.in_tx([](sql::Tx& tx) {
      const DaySpan ever{Day{std::chrono::year{2020} / 1 / 1}, Day{std::chrono::year{2030} / 1 / 1}};
      auto all = awaited_remittances(tx, "1010001", {&ever, 1});
      std::vector<std::string> met;
      for (int at = 1; at < 9; ++at) met.push_back("BCCI82 R00000" + std::to_string(at));
      for (auto& one : remittances_of(tx, met))
        if (one.match != 0) all.push_back(std::move(one));
      return all;
    });
    std::vector<ExpectedCredit> expected;
    for (const auto& one : awaited) {
      expected.push_back(one.credit);
      expected.back().met = false;
    }
    std::vector<std::string> found;
    for (const auto& match : match_statement(credit, expected, {.payers = rules.payers}).matches)
      found.push_back(std::string(name(match.rule)) + ' ' + std::to_string(match.score) + ' ' +
                      std::to_string(match.difference.dong()) + ' ' + match.evidence + ' ' +
                      joined(match.lines) + ' ' + joined(match.references));
    std::ranges::sort(found);
    std::string text;
    for (const auto& one : found) text += (text.empty() ? "" : "\n") + one;
    return text;
  }
  void check_verified() { test::expect_verified(database.dsn()); }

 private:
  static std::string joined(const std::vector<std::string>& names) {
    std::string text;
    for (const auto& name : names) text += (text.empty() ? "" : ",") + name;
    return text;
  }
  void TestBody() override {}
};

class MatchOrder : public testing::Test {};

TEST_F(MatchOrder, AnySplitAndOrderOfTheLinesEndsInTheSameMatchesBreaksAndBalances) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 6; ++round) {
    const auto seed = random();
    std::string whole;
    for (int order = 0; order < 4; ++order) {
      std::mt19937 same(seed);
      OneOrder play;
      play.remit_all(same);
      const auto lines = play.random_lines(same);
      play.import_split(lines, random, order > 0);
      play.check_verified();
      if (order == 0) whole = play.result();
      ASSERT_EQ(play.result(), whole) << "round " << round << ", order " << order;
    }
  }
}

// What the daemon makes of its tables is what the definition says about the same lists.
TEST_F(MatchOrder, WhatIsStoredIsWhatTheMatcherSaysAboutAllLinesAtOnce) {
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  for (int round = 0; round < 8; ++round) {
    OneOrder play;
    play.remit_all(random);
    const auto lines = play.random_lines(random);
    play.import_split(lines, random, true);
    play.check_verified();
    ASSERT_EQ(play.stored_matches(), play.defined_matches(lines)) << "round " << round;
  }
}

}  // namespace
}  // namespace bccid
