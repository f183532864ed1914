#include "flow/split_lines.hpp"

#include "flow/decide_breaks.hpp"
#include "flow/matches_by_hand.hpp"
#include "flow/periods.hpp"
#include "tests/flow/money_day.hpp"

#include <atomic>
#include <thread>

namespace bccid {
namespace {

using namespace std::chrono_literals;

class SplitLines : public test::MoneyDay {
 protected:
  std::int64_t line_id(const std::string& ref) {
    return session.number("SELECT id FROM statement_line WHERE line_key = '1010001|" + ref + "'");
  }
  Result<LineCase> split(std::int64_t line, const std::vector<std::int64_t>& amounts,
                         std::optional<std::int64_t> version = {}) {
    SplitWish wish{line, {}, "two things in one transfer", version};
    for (const auto amount : amounts) wish.parts.push_back({Money(amount)});
    return session.in_tx([&](sql::Tx& tx) { return split_line(tx, finance, wish, now, rules); });
  }
  Result<LineCase> join(std::int64_t line, std::optional<std::int64_t> version = {}) {
    const JoinWish wish{line, "it was one thing", version};
    return session.in_tx([&](sql::Tx& tx) { return join_line(tx, finance, wish, now, rules); });
  }
  Result<MatchView> match(std::int64_t line, std::vector<std::string> references,
                          std::optional<Money> amount = {}, std::vector<std::int64_t> versions = {}) {
    const MatchWish wish{{line}, std::move(references), "seen on the list", std::move(versions), amount};
    return session.in_tx([&](sql::Tx& tx) { return match_by_person(tx, finance, wish, now, rules); });
  }
  Result<MatchView> undo(const Uuid& id) {
    return session.in_tx([&](sql::Tx& tx) { return undo_match(tx, finance, id, "wrong", now, rules); });
  }
  LineCase line_case(std::int64_t id) {
    return session.in_tx([&](sql::Tx& tx) { return find_line(tx, finance, id, rules); }).value();
  }
  // Opening, matched, ended and open of the statement's footer make the closing balance.
  void expect_footer_adds_up() {
    const auto files = session.in_tx([&](sql::Tx& tx) { return find_statements(tx, finance, "", {}); });
    for (const auto& file : files->items)
      EXPECT_EQ(*file.opening + file.matched + file.ended + file.open, *file.closing);
    test::expect_verified(database.dsn());
  }
  // "id:amount" of what a list of lines shows.
  std::string listed(bool open_only) {
    const auto found = session.in_tx([&](sql::Tx& tx) { return find_lines(tx, finance, "", open_only, {}); });
    std::string all;
    for (const auto& line : found->items)
      all += (all.empty() ? "" : " ") + std::to_string(line.amount.dong());
    return all;
  }
  // The SQLSTATE with which PostgreSQL refuses a flow; empty when it lets it pass.
  template <class Flow>
  std::string refused(const Flow& flow) {
    try {
      flow();
      return {};
    } catch (const sql::SqlError& error) {
      return error.sqlstate();
    }
  }
  // A line over 500 000 that the post says nothing about, and a remittance over 350 000.
  std::int64_t mixed_line() {
    remitted("A1", 350'000);
    EXPECT_TRUE(import_file(statement({line("FT1", 500'000, "nop tien thang 3")})));
    return line_id("FT1");
  }
};

TEST_F(SplitLines, EachPartIsALineOfItsOwnAndTheWholeIsOutOfPlay) {
  const auto id = mixed_line();
  const auto bank = balance("bank/fee/H20.01/1010001");
  const auto split_up = split(id, {200'000, 300'000});
  ASSERT_TRUE(split_up) << split_up.error().text();
  ASSERT_EQ(split_up->parts.size(), 2U);
  EXPECT_EQ(split_up->line.split_by, "finance-1");
  EXPECT_FALSE(split_up->line.open_break);
  EXPECT_TRUE(split_up->candidates.empty());
  EXPECT_EQ(split_up->parts[0].amount, Money(200'000));
  EXPECT_EQ(split_up->parts[1].part_of, id);
  EXPECT_EQ(split_up->parts[1].break_type, "remitted_without_receipt");
  EXPECT_EQ(open_breaks_text(),
            "missing -350000, remitted_without_receipt 200000, remitted_without_receipt 300000");
  EXPECT_EQ(balance("clearing/fee/H20.01/1010001|FT1"), 0);
  EXPECT_EQ(balance("bank/fee/H20.01/1010001"), bank) << "the account saw the money once";
  EXPECT_EQ(listed(true), "300000 200000");
  EXPECT_EQ(listed(false), "300000 200000");
  EXPECT_EQ(split_up->parts[0].text, split_up->line.text);
  EXPECT_EQ(line_case(split_up->parts[1].id).balance, Money(500'000)) << "the bank booked one line";
  EXPECT_EQ(session.number("SELECT count(*) FROM audit WHERE action = 'line.split'"), 1);
  expect_footer_adds_up();
}

TEST_F(SplitLines, APartIsMatchedUndoneAndSplitAgainLikeAnyLine) {
  const auto id = mixed_line();
  const auto parts = split(id, {340'000, 160'000})->parts;
  const auto made = match(parts[0].id, {"BCCI82 R000001"});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->difference, Money(-10'000));
  expect_footer_adds_up();
  EXPECT_EQ(match(parts[0].id, {"BCCI82 R000001"}).error().code, Errc::conflict);
  const auto again = split(parts[1].id, {60'000, 60'000, 40'000});
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(again->parts[2].part_of, parts[1].id);
  expect_footer_adds_up();
  EXPECT_EQ(join(id).error().code, Errc::conflict) << "a part is matched";
  ASSERT_TRUE(undo(made->id));
  EXPECT_EQ(join(id).error().code, Errc::conflict) << "a part is split";
  ASSERT_TRUE(join(parts[1].id));
  expect_footer_adds_up();
  ASSERT_TRUE(join(id));
  EXPECT_EQ(open_breaks_text(), "missing -350000, remitted_without_receipt 500000");
  EXPECT_EQ(listed(false), "500000");
  expect_footer_adds_up();
}

TEST_F(SplitLines, ALineIsSplitAndJoinedAgainAndAgainAndItsHistoryStays) {
  const auto id = mixed_line();
  const auto before = balances();
  auto version = line_case(id).line.version;
  for (int round = 0; round < 3; ++round) {
    now += 1h;
    ASSERT_TRUE(split(id, {100'000, 400'000}, version)) << round;
    EXPECT_EQ(split(id, {100'000, 400'000}, version).error().code, Errc::conflict) << "not as it was seen";
    expect_footer_adds_up();
    const auto joined = join(id, line_case(id).line.version);
    ASSERT_TRUE(joined) << joined.error().text();
    EXPECT_GT(joined->line.version, version);
    version = joined->line.version;
    EXPECT_EQ(joined->line.break_type, "remitted_without_receipt");
    EXPECT_EQ(balances(), before);
    expect_footer_adds_up();
  }
  EXPECT_EQ(
      session.text("SELECT string_agg(actor || '/' || joined_by || '/' || join_reason, ' ') FROM line_split"),
      "finance-1/finance-1/it was one thing finance-1/finance-1/it was one thing "
      "finance-1/finance-1/it was one thing");
  ASSERT_TRUE(match(id, {"BCCI82 R000001"}, Money(350'000)));
  expect_footer_adds_up();
}

TEST_F(SplitLines, AMatchTakesAPartOfALineAndTheRestStaysOpen) {
  const auto id = mixed_line();
  const auto made = match(id, {"BCCI82 R000001"}, Money(350'000), {line_case(id).line.version});
  ASSERT_TRUE(made) << made.error().text();
  EXPECT_EQ(made->difference, Money());
  EXPECT_EQ(made->lines.at(0).amount, Money(350'000));
  EXPECT_EQ(charge_state("A1"), "settled");
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 150000");
  const auto whole = line_case(id);
  ASSERT_EQ(whole.parts.size(), 2U);
  EXPECT_EQ(whole.parts[0].match, made->id);
  EXPECT_EQ(whole.line.split_note, "seen on the list");
  expect_footer_adds_up();
  EXPECT_EQ(match(whole.parts[1].id, {"BCCI82 R000001"}, Money(10'000)).error().code, Errc::conflict);
  ASSERT_TRUE(undo(made->id));
  expect_footer_adds_up();
  ASSERT_TRUE(join(id));
  EXPECT_EQ(open_breaks_text(), "missing -350000, remitted_without_receipt 500000");
}

TEST_F(SplitLines, AnAmountThatIsTheWholeLineSplitsNothingAndMoreThanItIsRefused) {
  const auto id = mixed_line();
  EXPECT_EQ(match(id, {"BCCI82 R000001"}, Money(500'001)).error().code, Errc::conflict);
  ASSERT_TRUE(match(id, {"BCCI82 R000001"}, Money(500'000)));
  EXPECT_EQ(session.number("SELECT count(*) FROM line_split"), 0);
  EXPECT_EQ(open_breaks_text(), "over 150000");
}

TEST_F(SplitLines, AMatchThatIsRefusedSplitsNothing) {
  const auto id = mixed_line();
  remitted("A2", 40'000);
  const auto before = books();
  EXPECT_EQ(match(id, {"BCCI82 R000001", "BCCI82 R000002"}, Money(400'000)).error().code, Errc::conflict);
  EXPECT_EQ(match(id, {"BCCI82 R000009"}, Money(100'000)).error().code, Errc::not_found);
  EXPECT_EQ(match(id, {"BCCI82 R000001"}, Money(100'000), {7}).error().code, Errc::conflict);
  EXPECT_EQ(books(), before);
  ASSERT_TRUE(match(id, {"BCCI82 R000001", "BCCI82 R000002"}, Money(390'000)));
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 110000");
}

TEST_F(SplitLines, WhatCannotBeSplitIsRefusedAndChangesNothing) {
  const auto id = mixed_line();
  remitted("A2", 40'000);
  ASSERT_TRUE(import_file(statement({line("FT2", 40'000, "BCCI82 R000002"), line("FT3", -9'000, "phi")})));
  const auto before = books();
  EXPECT_EQ(split(id, {500'000}).error().code, Errc::invalid_field);
  EXPECT_EQ(split(id, {500'000, 0}).error().code, Errc::invalid_field);
  EXPECT_EQ(split(id, {600'000, -100'000}).error().code, Errc::conflict);
  EXPECT_EQ(split(id, {-100'000, 600'000}).error().code, Errc::invalid_field);
  EXPECT_EQ(split(id, std::vector<std::int64_t>(101, 1)).error().code, Errc::invalid_field);
  EXPECT_EQ(split(id, {100'000, 399'999}).error().code, Errc::conflict);
  EXPECT_EQ(split(id, {Money::kAbsMax, Money::kAbsMax}).error().code, Errc::conflict);
  EXPECT_EQ(split(line_id("FT2"), {20'000, 20'000}).error().code, Errc::conflict) << "it is matched";
  EXPECT_EQ(split(line_id("FT3"), {4'000, 5'000}).error().code, Errc::conflict) << "it left the account";
  EXPECT_EQ(split(987'654, {1, 2}).error().code, Errc::not_found);
  EXPECT_EQ(join(id).error().code, Errc::conflict) << "it is whole";
  EXPECT_EQ(books(), before);
  ASSERT_TRUE(split(id, std::vector<std::int64_t>(100, 5'000)));
  const auto parts = line_case(id).parts;
  EXPECT_EQ(join(parts[0].id).error().code, Errc::conflict) << "it is a part";
  EXPECT_EQ(match(id, {"BCCI82 R000001"}).error().code, Errc::conflict) << "it is split";
  ASSERT_TRUE(join(id));
  EXPECT_EQ(match(parts[0].id, {"BCCI82 R000001"}).error().code, Errc::conflict) << "it is whole again";
  EXPECT_EQ(split(parts[0].id, {2'000, 3'000}).error().code, Errc::conflict);
}

TEST_F(SplitLines, WhatAPersonDecidedAboutALineIsNotSplitAway) {
  const auto id = mixed_line();
  const auto found = line_case(id);
  const Actor second{"finance-2", "finance", "", "", ""};
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) {
    return propose_end(tx, finance, *found.line.open_break, {BreakAction::accept, "not ours", ""}, now);
  }));
  ASSERT_TRUE(session.in_tx(
      [&](sql::Tx& tx) { return decide_end(tx, second, *found.line.open_break, true, "", now); }));
  EXPECT_EQ(split(id, {200'000, 300'000}).error().code, Errc::conflict);
}

TEST_F(SplitLines, AgenciesSplitNothingOfOthers) {
  const auto id = mixed_line();
  const SplitWish wish{id, {{Money(1)}, {Money(499'999)}}, "two things"};
  const Actor other{"finance-9", "finance", "H20.02", "", ""};
  const auto refused = session.in_tx([&](sql::Tx& tx) { return split_line(tx, other, wish, now, rules); });
  EXPECT_EQ(refused.error().code, Errc::not_found);
}

// The rules would join the whole with what its text names; a person who says otherwise is not overruled.
TEST_F(SplitLines, NoRuleTakesAPartForWhatTheTextOfTheWholeNames) {
  remitted("A1", 350'000);
  remitted("A2", 150'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 500'000, "BCCI82 R000001")})));
  const auto id = line_id("FT1");
  ASSERT_TRUE(undo(parse_uuid(session.text("SELECT public_id FROM line_match")).value()));
  const auto parts = split(id, {300'000, 200'000})->parts;
  EXPECT_FALSE(parts[0].match);
  EXPECT_EQ(
      open_breaks_text(),
      "missing -350000, missing -150000, remitted_without_receipt 200000, remitted_without_receipt 300000");
  ASSERT_FALSE(line_case(parts[0].id).candidates.empty());
  EXPECT_TRUE(line_case(parts[0].id).candidates.front().named) << "a person is told what the text says";
  const auto before = books();
  session.in_tx([&](sql::Tx& tx) { return reconcile(tx, finance, now, rules); });
  EXPECT_EQ(books(), before) << "a re-run changes nothing";
  ASSERT_TRUE(import_file(statement({line("FT2", 1'000, "khac")})));
  EXPECT_FALSE(line_case(parts[0].id).line.match);
}

TEST_F(SplitLines, APartIsFoundByItsAmountLikeAnyLineThatNamesNothing) {
  rules.payers = {"BUU DIEN TINH"};
  ASSERT_TRUE(import_file(statement({line("FT1", 500'000, "nop tien")})));
  remitted("A1", 123'000);
  const auto parts = split(line_id("FT1"), {123'000, 377'000})->parts;
  ASSERT_TRUE(parts[0].match);
  EXPECT_EQ(charge_state("A1"), "settled");
  expect_footer_adds_up();
  EXPECT_EQ(join(line_id("FT1")).error().code, Errc::conflict);
}

TEST_F(SplitLines, APairThatAPersonTookApartIsNotJoinedAgainThroughAPart) {
  rules.payers = {"BUU DIEN TINH"};
  const auto id = mixed_line();
  const auto made = match(id, {"BCCI82 R000001"});
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_TRUE(undo(made->id));
  remitted("A2", 150'000);
  const auto parts = split(id, {350'000, 150'000});
  ASSERT_TRUE(parts) << parts.error().text();
  EXPECT_FALSE(parts->parts[0].match);
  EXPECT_TRUE(parts->parts[1].match) << "what nobody took apart is found by its amount";
  ASSERT_TRUE(split(parts->parts[0].id, {349'999, 1}));
  ASSERT_TRUE(join(parts->parts[0].id));
  EXPECT_EQ(charge_state("A1"), "remitted");
  expect_footer_adds_up();
}
TEST_F(SplitLines, TheSameFileAgainAndOneWithDetailsKnowTheWholeLine) {
  const auto id = mixed_line();
  ASSERT_TRUE(split(id, {350'001, 149'999}));
  const auto before = books();
  auto again = statement({line("FT1", 500'000, "nop tien thang 3")});
  again.opening = Money();
  again.closing = Money(500'000);
  const auto report = import_file(again);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->fresh_lines, 0U);
  EXPECT_NE(books(), before) << "the file itself is stored";
  EXPECT_EQ(listed(true), "149999 350001");
  expect_footer_adds_up();
}

TEST_F(SplitLines, AClosedPeriodKeepsItsLinesAndItsParts) {
  remitted("A1", 350'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 500'000, "x"), line("FT2", 90'000, "y")})));
  ASSERT_TRUE(split(line_id("FT2"), {40'000, 50'000}));
  session.sql_past_guards(
      "INSERT INTO period (public_id, account_no, from_day, to_day, state, last_by) "
      "VALUES (gen_random_uuid(), '1010001', '2026-03-02', '2026-03-02', 'signed', 'x')");
  now += 48h;
  EXPECT_EQ(refused([this] { (void)split(line_id("FT1"), {1'000, 499'000}); }), "BC014");
  EXPECT_EQ(refused([this] { (void)join(line_id("FT2")); }), "BC014");
  session.sql_past_guards("DELETE FROM period");
}

TEST_F(SplitLines, PostgresRefusesPartsThatDoNotMakeTheLineAndMoneyMatchedTwice) {
  const auto id = std::to_string(mixed_line());
  const std::string begin =
      "BEGIN; INSERT INTO line_split (line_id, split_at, actor, note) VALUES (" + id + ", now(), 'a', 'b');";
  const auto part = [&](const std::string& amount, const char* nth) {
    return "INSERT INTO statement_line (file_id, line_no, line_key, account_no, booked_on, amount, text, "
           "split_id) "
           "SELECT l.file_id, 1, s.id || '." +
           std::string(nth) + "/' || l.line_key, l.account_no, l.booked_on, " + amount +
           ", 'x', s.id FROM statement_line l JOIN line_split s ON s.line_id = l.id "
           "WHERE s.joined_at IS NULL;";
  };
  EXPECT_EQ(session.refusal(begin + "COMMIT"), "BC001") << "no parts";
  EXPECT_EQ(session.refusal(begin + part("500000", "1") + "COMMIT"), "BC001") << "one part";
  EXPECT_EQ(session.refusal(begin + part("400000", "1") + part("99999", "2") + "COMMIT"), "BC001");
  EXPECT_EQ(session.refusal(begin + part("600000", "1") + part("-100000", "2") + "COMMIT"), "BC001");
  ASSERT_TRUE(split(std::stoll(id), {200'000, 300'000}));
  EXPECT_EQ(session.refusal("BEGIN;" + part("1", "3") + "COMMIT"), "BC001") << "a part too many";
  EXPECT_EQ(session.refusal("INSERT INTO line_split (line_id, split_at, actor, note) VALUES (" + id +
                            ", now(), 'a', 'b')"),
            "23505");
  EXPECT_EQ(session.refusal("DELETE FROM line_split"), "BC009");
  EXPECT_EQ(session.refusal("TRUNCATE line_split CASCADE"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE line_split SET note = 'other'"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE line_split SET joined_at = now()"), "23514");
  const std::string hold =
      "INSERT INTO line_match (public_id, account_no, booked_on, rule, score, difference, evidence, "
      "matched_at, "
      "actor, booking) VALUES (gen_random_uuid(), '1010001', '2026-03-02', 'by_person', 100, 0, 'x', now(), "
      "'a', "
      "gen_random_uuid()); INSERT INTO matched_line (match_id, line_id) SELECT max(id), " +
      id + " FROM line_match";
  EXPECT_EQ(session.refusal("BEGIN;" + hold + ";COMMIT"), "BC001") << "the whole beside its parts";
}

TEST_F(SplitLines, TwoOfficersWhoSplitTheSameLineAtOnceSplitItOnce) {
  const auto id = mixed_line();
  std::atomic<int> done = 0, refused = 0;
  const auto officer = [&](const char* name) {
    test::Session own(database.dsn());
    const Actor actor{name, "finance", "", "", ""};
    const SplitWish wish{id, {{Money(350'000)}, {Money(150'000)}}, "two things", 0};
    const auto found = own.in_tx([&](sql::Tx& tx) { return split_line(tx, actor, wish, now, rules); });
    if (found)
      ++done;
    else if (found.error().code == Errc::conflict)
      ++refused;
  };
  std::thread one(officer, "finance-1"), two(officer, "finance-2");
  one.join();
  two.join();
  EXPECT_EQ(done, 1);
  EXPECT_EQ(refused, 1);
  EXPECT_EQ(session.number("SELECT count(*) FROM line_split"), 1);
}

}  // namespace
}  // namespace bccid
