#include <optional>
#include <thread>
#include "flow/matches_by_hand.hpp"

#include "flow/statement_lines.hpp"
#include "tests/flow/money_day.hpp"

namespace bccid {
namespace {

using namespace std::chrono_literals;

class MatchesByHand : public test::MoneyDay {
 protected:
  std::int64_t line_id(const std::string& ref) {
    return session.number("SELECT id FROM statement_line WHERE line_key = '1010001|" + ref + "'");
  }
  Result<MatchView> join(const std::vector<std::string>& refs, std::vector<std::string> references) {
    MatchWish wish;
    for (const auto& ref : refs) wish.lines.push_back(line_id(ref));
    wish.references = std::move(references);
    wish.note = "seen on the bank's page";
    return session.in_tx([&](sql::Tx& tx) { return match_by_person(tx, finance, wish, now, rules); });
  }
  Result<MatchView> undo(const Uuid& id) {
    return session.in_tx(
        [&](sql::Tx& tx) { return undo_match(tx, finance, id, "wrong transfer", now, rules); });
  }
  Uuid only_match() {
    return parse_uuid(session.text("SELECT public_id FROM line_match WHERE undone_at IS NULL")).value();
  }
  LineCase line_case(const std::string& ref) {
    return session.in_tx([&](sql::Tx& tx) { return find_line(tx, finance, line_id(ref), rules); }).value();
  }
};

TEST_F(MatchesByHand, ALineWithACutReferenceIsMatchedAndItsBreakEnds) {
  deliver_paid("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 45'000, "BCCI82 R0000"), line("FT2", 9'000, "khac")})));
  EXPECT_EQ(open_breaks_text(),
            "missing -50000, remitted_without_receipt 9000, remitted_without_receipt 45000");

  const auto match = join({"FT1"}, {"BCCI82 R000001"});
  ASSERT_TRUE(match) << match.error().text();
  EXPECT_EQ(match->rule, "by_person");
  EXPECT_EQ(match->difference, Money(-5'000));
  EXPECT_EQ(match->evidence, "seen on the bank's page");
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 9000, short -5000");
  EXPECT_EQ(balance("clearing/fee/H20.01/1010001|FT1"), 0);
  EXPECT_EQ(balance("transit/fee/H20.01/BCCI82 R000001"), 5'000);
  EXPECT_EQ(charge_state("A1"), "on_statement");
  EXPECT_EQ(session.number("SELECT count(*) FROM audit WHERE action = 'match.make'"), 1);
}

TEST_F(MatchesByHand, OneLinePaysSeveralAndSeveralLinesPayOneOnlyToTheDong) {
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  remitted("A3", 70'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 90'000, "a"), line("FT2", 31'000, "b"),
                                     line("FT3", 39'000, "c"), line("FT4", 38'999, "d")})));
  const auto sum = join({"FT1"}, {"BCCI82 R000001", "BCCI82 R000003"});
  ASSERT_FALSE(sum);
  EXPECT_NE(sum.error().text().find("-30000"), std::string::npos) << sum.error().text();
  ASSERT_TRUE(join({"FT1"}, {"BCCI82 R000002", "BCCI82 R000001"}));
  EXPECT_FALSE(join({"FT2", "FT4"}, {"BCCI82 R000003"}));
  ASSERT_TRUE(join({"FT2", "FT3"}, {"BCCI82 R000003"}));
  EXPECT_EQ(charge_state("A1"), "settled");
  EXPECT_EQ(charge_state("A2"), "settled");
  EXPECT_EQ(charge_state("A3"), "settled");
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 38999");
  EXPECT_EQ(balance("bank/fee/H20.01/1010001"), 38'999) << "what is settled belongs to the agency";
}

TEST_F(MatchesByHand, WhatCannotBeJoinedIsRefusedAndChangesNothing) {
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  remitted("B1", 30'000, "H20.02");
  ASSERT_TRUE(import_file(statement(
      {line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 40'500, "la"), line("FT3", -1'000, "phi")})));
  const auto before = books();
  EXPECT_EQ(join({"FT1"}, {"BCCI82 R000002"}).error().code, Errc::conflict) << "the line is used";
  EXPECT_EQ(join({"FT2"}, {"BCCI82 R000001"}).error().code, Errc::conflict) << "the remittance is met";
  EXPECT_EQ(join({"FT2"}, {"BCCI82 R000003"}).error().code, Errc::conflict) << "another account";
  EXPECT_EQ(join({"FT3"}, {"BCCI82 R000002"}).error().code, Errc::conflict) << "money that left";
  EXPECT_EQ(join({"FT2"}, {"BCCI82 R999999"}).error().code, Errc::not_found);
  EXPECT_EQ(join({"FT1", "FT2"}, {"BCCI82 R000001", "BCCI82 R000002"}).error().code, Errc::invalid_field);
  MatchWish nobody{{987'654}, {"BCCI82 R000002"}, "x"};
  const auto unknown =
      session.in_tx([&](sql::Tx& tx) { return match_by_person(tx, finance, nobody, now, rules); });
  EXPECT_EQ(unknown.error().code, Errc::not_found);
  EXPECT_EQ(books(), before);
}

TEST_F(MatchesByHand, AnUndoneMatchGivesBackEverythingItBookedAndIsNotMadeAgain) {
  deliver_paid("A1", 50'000);
  const auto sent = balances();
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  EXPECT_EQ(session.text("SELECT step FROM parcel"), "closed");
  const auto id = only_match();

  const auto undone = undo(id);
  ASSERT_TRUE(undone) << undone.error().text();
  EXPECT_EQ(undone->undone_by, finance.id);
  EXPECT_EQ(undone->lines.size(), 1U) << "it stays readable";
  EXPECT_EQ(charge_state("A1"), "remitted");
  EXPECT_EQ(session.text("SELECT state FROM remittance"), "sent");
  EXPECT_EQ(session.text("SELECT step FROM parcel"), "proved");
  EXPECT_EQ(open_breaks_text(), "missing -50000, remitted_without_receipt 50000");
  EXPECT_EQ(balance("transit/fee/H20.01/BCCI82 R000001"), 50'000);
  EXPECT_EQ(balance("clearing/fee/H20.01/1010001|FT1"), -50'000) << "the account did see the money";
  EXPECT_EQ(undo(id).error().code, Errc::conflict);

  session.in_tx([&](sql::Tx& tx) { return reconcile(tx, finance, now, rules); });
  EXPECT_EQ(session.number("SELECT count(*) FROM line_match WHERE undone_at IS NULL"), 0);
  const auto found = line_case("FT1");
  ASSERT_EQ(found.candidates.size(), 1U);
  EXPECT_TRUE(found.candidates[0].refused);
  EXPECT_EQ(found.line.break_type, "remitted_without_receipt");
  EXPECT_EQ(sent.find("clearing"), std::string::npos);
}

// What a day brought is one journal; one of its matches leaves it without the others.
TEST_F(MatchesByHand, AnUndoneMatchTakesItsPartOutOfTheJournalOfItsDay) {
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  ASSERT_TRUE(
      import_file(statement({line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 40'000, "BCCI82 R000002")})));
  ASSERT_EQ(session.number("SELECT count(*) FROM journal WHERE kind IN ('on_statement', 'settled')"), 2);
  const auto first =
      parse_uuid(session.text("SELECT m.public_id FROM line_match m JOIN matched_remittance x "
                              "ON x.match_id = m.id JOIN remittance r "
                              "ON r.id = x.remittance_id WHERE r.reference = 'BCCI82 R000001'"))
          .value();
  ASSERT_TRUE(undo(first));
  EXPECT_EQ(session.number("SELECT count(*) FROM journal WHERE part = '" + first.to_text() + "'"), 2);
  EXPECT_EQ(balance("transit/fee/H20.01/BCCI82 R000001"), 50'000);
  EXPECT_EQ(balance("transit/fee/H20.01/BCCI82 R000002"), 0);
  EXPECT_EQ(charge_state("A1"), "remitted");
  EXPECT_EQ(charge_state("A2"), "settled");
  EXPECT_EQ(session.refusal("WITH j AS (INSERT INTO journal (key, kind, occurred_at, actor, reverses, part) "
                            "SELECT 'again', kind, occurred_at, actor, reverses, part FROM journal "
                            "WHERE part IS NOT NULL LIMIT 1 RETURNING id) INSERT INTO posting (journal_id, "
                            "line, account_id, side, amount) SELECT j.id, p.line, p.account_id, p.side, "
                            "p.amount FROM j, posting p WHERE p.journal_id = (SELECT min(id) FROM journal "
                            "WHERE part IS NOT NULL)"),
            "23505");
}

TEST_F(MatchesByHand, AMatchMayBeMadeAndUndoneAgainAndAgain) {
  deliver_paid("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  for (int round = 0; round < 3; ++round) {
    now += 1h;
    ASSERT_TRUE(undo(only_match()));
    EXPECT_EQ(balance("clearing/fee/H20.01/1010001|FT1"), -50'000) << round;
    test::expect_verified(database.dsn());
    ASSERT_TRUE(join({"FT1"}, {"BCCI82 R000001"}));
    EXPECT_EQ(balance("clearing/fee/H20.01/1010001|FT1"), 0) << round;
    EXPECT_EQ(charge_state("A1"), "settled");
    EXPECT_EQ(session.text("SELECT step FROM parcel"), "closed");
    test::expect_verified(database.dsn());
  }
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(MatchesByHand, UndoingAShortMatchEndsItsBreak) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 45'000, "BCCI82 R000001")})));
  EXPECT_EQ(open_breaks_text(), "short -5000");
  ASSERT_TRUE(undo(only_match()));
  EXPECT_EQ(open_breaks_text(), "missing -50000, remitted_without_receipt 45000");
}

TEST_F(MatchesByHand, WhatTheUndoneLineHidIsMatchedInItsPlace) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  ASSERT_TRUE(import_file(statement({line("FT2", 50'000, "BCCI82 R000001")})));
  EXPECT_EQ(open_breaks_text(), "double 50000");
  ASSERT_TRUE(undo(only_match()));
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 50000");
  EXPECT_EQ(line_case("FT2").line.match, only_match());
}

TEST_F(MatchesByHand, AgenciesSeeTheirOwnLinesAndMatchesOnly) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 9'000, "la")})));
  const Actor own{"onestop-1", "agency", "H20.01", "", ""}, other{"onestop-2", "agency", "H20.02", "", ""};
  const Actor nobody{"onestop-3", "agency", "", "", ""};
  const auto seen = [&](const Actor& actor) {
    return session.in_tx([&](sql::Tx& tx) {
      return find_matches(tx, actor, false, {}).value().items.size() +
             10 * find_lines(tx, actor, "", false, {}).value().items.size() +
             100 * find_lines(tx, actor, "", true, {}).value().items.size();
    });
  };
  EXPECT_EQ(seen(own), 121U);
  EXPECT_EQ(seen(other), 0U);
  EXPECT_EQ(seen(nobody), 0U);
  EXPECT_EQ(seen(finance), 121U);
}

TEST_F(MatchesByHand, AFinanceOfficerOfOneAgencyMovesOnlyItsOwn) {
  session.sql("UPDATE agency SET bank_account = '1010001' WHERE code = 'H20.02'");
  remitted("A1", 50'000);
  remitted("B1", 40'000, "H20.02");
  ASSERT_TRUE(
      import_file(statement({line("FT1", 90'000, "BCCI82 R000001 BCCI82 R000002"), line("FT2", 7, "la")})));
  const Actor own{"finance-9", "finance", "H20.01", "", ""};
  const auto id = only_match();
  const auto part = session.in_tx([&](sql::Tx& tx) { return find_match(tx, own, id); });
  EXPECT_EQ(part.value().remittances.size(), 1U) << "of a shared match he sees his part";
  const auto undone =
      session.in_tx([&](sql::Tx& tx) { return undo_match(tx, own, id, "not mine", now, rules); });
  EXPECT_EQ(undone.error().code, Errc::not_found);
  remitted("B2", 30'000, "H20.02");
  const MatchWish wish{{line_id("FT2")}, {"BCCI82 R000003"}, "x"};
  const auto made = session.in_tx([&](sql::Tx& tx) { return match_by_person(tx, own, wish, now, rules); });
  EXPECT_EQ(made.error().code, Errc::not_found);
}

TEST_F(MatchesByHand, ASumOfTwoThatTheTransferNamesIsMatchedByRuleAndUndoneWhole) {
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 90'000, "BCCI82 R000001 BCCI82 R000002")})));
  EXPECT_EQ(session.text("SELECT rule FROM line_match"), "several_references");
  EXPECT_EQ(charge_state("A2"), "settled");
  ASSERT_TRUE(undo(only_match()));
  EXPECT_EQ(session.text("SELECT string_agg(state, ' ') FROM remittance"), "sent sent");
  EXPECT_EQ(open_breaks_text(), "missing -50000, missing -40000, remitted_without_receipt 90000");
}

// Exactly one wins; the other hears who was first and what he did.
TEST_F(MatchesByHand, OfTwoOfficersAtOnceOneMatchesAndOneUndoesAndTheOtherHearsWho) {
  remitted("A1", 60'000);
  remitted("A2", 70'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "khong ro")})));
  const Actor other{"finance-2", "finance", "", "", ""};
  const MatchWish first{{line_id("FT1")}, {"BCCI82 R000001"}, "seen on paper"};
  const MatchWish second{{line_id("FT1")}, {"BCCI82 R000002"}, "seen on paper"};
  const auto at_once = [&](auto mine, auto his) {
    std::optional<Result<MatchView>> his_end;
    std::thread thread([&] {
      test::Session session_of_other(database.dsn());
      his_end = session_of_other.in_tx([&](sql::Tx& tx) { return his(tx); });
    });
    const Result<MatchView> my_end = session.in_tx([&](sql::Tx& tx) { return mine(tx); });
    thread.join();
    EXPECT_NE(my_end.has_value(), his_end->has_value());
    const auto& lost = my_end ? *his_end : my_end;
    EXPECT_EQ(lost.error().code, Errc::conflict);
    EXPECT_NE(lost.error().text().find(my_end ? finance.id : other.id), std::string::npos)
        << lost.error().text();
  };
  for (int round = 0; round < 5; ++round) {
    at_once([&](sql::Tx& tx) { return match_by_person(tx, finance, first, now, rules); },
            [&](sql::Tx& tx) { return match_by_person(tx, other, second, now, rules); });
    const auto id = only_match();
    at_once([&](sql::Tx& tx) { return undo_match(tx, finance, id, "mine was wrong", now, rules); },
            [&](sql::Tx& tx) { return undo_match(tx, other, id, "his was wrong", now, rules); });
  }
}

}  // namespace
}  // namespace bccid
