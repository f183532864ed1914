#include "flow/ledger_books.hpp"
#include "flow/reconcile.hpp"
#include "flow/rehearse_matching.hpp"

#include "store/verify.hpp"

#include "flow/decide_breaks.hpp"
#include "tests/flow/money_day.hpp"

#include <algorithm>
#include <optional>
#include <thread>

namespace bccid {
namespace {

using namespace std::chrono_literals;

class Reconcile : public test::MoneyDay {
 public:
  // Two days of statements, imported in either order; returns what is on the books then.
  std::string play_two_files(bool forward) {
    remitted("A1", 50'000);
    remitted("A2", 40'000);
    const auto one = statement({line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 9'000, "la")});
    now += 24h;
    const auto two = statement({line("FT3", 38'000, "BCCI82 R000002")});
    EXPECT_TRUE(import_file(forward ? one : two));
    EXPECT_TRUE(import_file(forward ? two : one));
    test::expect_verified(database.dsn());
    return balances() + "\n" + open_breaks_text();
  }

 protected:
  ReconReport run() {
    return session.in_tx([&](sql::Tx& tx) { return reconcile(tx, finance, now, rules); });
  }
  std::string resolutions() {
    return session.text(
        "SELECT coalesce(string_agg(type || ': ' || resolution, ', ' ORDER BY id), '') "
        "FROM recon_break WHERE resolved_at IS NOT NULL");
  }
};

TEST_F(Reconcile, WhatArrivesExactlyIsSettledAndClosesTheParcel) {
  const auto id = order("A1", {{"fee", Money(50'000)}, {"postage", Money(26'000)}});
  deliver("A1", "proved");
  collect({cash(id, "A1", Money(50'000), {}, Money(26'000))});
  ASSERT_TRUE(hand_all_in(Money(76'000)));
  const auto sent = send()->at(0);
  EXPECT_EQ(run().matched, 0U);
  EXPECT_EQ(session.text("SELECT step FROM parcel"), "proved");

  const auto report = import_file(statement({line("FT1", 50'000, "CT DEN BCCI82R000001 NOP PHI")}));
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->matched, 1U);
  EXPECT_EQ(report->fresh_lines, 1U);
  EXPECT_EQ(report->breaks_opened, 0U);
  EXPECT_EQ(charge_state("A1"), "settled");
  EXPECT_EQ(charge_state("A1", "postage"), "handed_in");
  EXPECT_EQ(session.text("SELECT step FROM parcel"), "closed");
  EXPECT_EQ(balance("transit/fee/H20.01/" + sent.reference), 0);
  EXPECT_EQ(balance("payable/fee/H20.01/-"), 0);
  EXPECT_EQ(session.number("SELECT count(*) FROM line_match WHERE score = 100 AND evidence <> ''"), 1);
}

TEST_F(Reconcile, AParcelWithoutChargesClosesWhenItIsProved) {
  order("A1", {});
  deliver("A1", "proved");
  order("A2", {});
  deliver("A2", "provisional");
  run();
  EXPECT_EQ(session.text("SELECT string_agg(step, ' ' ORDER BY id) FROM parcel"), "closed provisional");
}

TEST_F(Reconcile, TheSameFileAndTheSameRunChangeNothing) {
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  const auto file = statement({line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 39'000, "BCCI82 R000002"),
                               line("FT3", 5'000, "khong ro"), line("FT4", -1'000, "phi dich vu")});
  ASSERT_TRUE(import_file(file, "one"));
  const auto before = books();
  const auto again = import_file(file, "one");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_imported);
  EXPECT_EQ(again->lines, 4U);
  const auto rerun = run();
  EXPECT_EQ(rerun.matched, 0U);
  EXPECT_EQ(rerun.breaks_opened, 0U);
  EXPECT_EQ(books(), before);
}

TEST_F(Reconcile, AShortLineLeavesTheRestInTransitUnderABreak) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 45'000, "BCCI82 R000001")})));
  EXPECT_EQ(charge_state("A1"), "on_statement");
  EXPECT_EQ(balance("transit/fee/H20.01/BCCI82 R000001"), 5'000);
  EXPECT_EQ(balance("bank/fee/H20.01/1010001"), 45'000);
  EXPECT_EQ(open_breaks_text(), "short -5000");
  EXPECT_EQ(session.text("SELECT subject FROM recon_break"), "remittance:BCCI82 R000001");
}

TEST_F(Reconcile, ALineThatIsTooMuchPutsTheSurplusInClearing) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 52'000, "BCCI82 R000001")})));
  EXPECT_EQ(charge_state("A1"), "on_statement");
  EXPECT_EQ(balance("transit/fee/H20.01/BCCI82 R000001"), 0);
  EXPECT_EQ(balance("clearing/fee/H20.01/BCCI82 R000001"), -2'000);
  EXPECT_EQ(open_breaks_text(), "over 2000");
}

TEST_F(Reconcile, ASecondLineForOneRemittanceIsADouble) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  now += 24h;
  ASSERT_TRUE(import_file(statement({line("FT2", 50'000, "BCCI82 R000001")})));
  EXPECT_EQ(open_breaks_text(), "double 50000");
  EXPECT_EQ(session.text("SELECT subject FROM recon_break"), "line:1010001|FT2");
  EXPECT_EQ(balance("clearing/fee/H20.01/1010001|FT2"), -50'000);
  EXPECT_EQ(charge_state("A1"), "settled");
}

TEST_F(Reconcile, AMissingRemittanceIsABreakUntilItArrives) {
  const auto sent = remitted("A1", 50'000);
  EXPECT_EQ(run().breaks_opened, 0U);
  ASSERT_TRUE(import_file(statement({}, "1020002")));
  EXPECT_EQ(open_breaks_text(), "");
  now += 1h;
  ASSERT_TRUE(import_file(statement({})));
  EXPECT_EQ(open_breaks_text(), "missing -50000");
  EXPECT_EQ(
      session.number("SELECT count(*) FROM recon_break WHERE since = '" + to_rfc3339(sent.sent_at) + "'"), 1);
  now += 24h;
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  EXPECT_EQ(open_breaks_text(), "");
  EXPECT_EQ(resolutions(), "missing: rule match: matched with statement line 1010001|FT1");
  EXPECT_EQ(charge_state("A1"), "settled");
}

// The bank was quicker than our own books.
TEST_F(Reconcile, AnUnannouncedLineIsMatchedWhenItsRemittanceIsBooked) {
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001 NOP PHI")})));
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 50000");
  EXPECT_EQ(balance("clearing/fee/H20.01/1010001|FT1"), -50'000);
  remitted("A1", 50'000);
  EXPECT_EQ(run().matched, 1U);
  EXPECT_EQ(open_breaks_text(), "");
  EXPECT_EQ(resolutions(), "remitted_without_receipt: rule match: matched with remittance BCCI82 R000001");
  EXPECT_EQ(balance("clearing/fee/H20.01/1010001|FT1"), 0);
  EXPECT_EQ(balance("payable/fee/H20.01/-"), 0);
}

TEST_F(Reconcile, ADryRunSaysWhatARunWouldMatchAndLeavesNothing) {
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001 NOP PHI"), line("FT2", 7'000, "a"),
                                     line("FT3", 40'000, "BCCI82 R000002")})));
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  remitted("A3", 7'000);
  remitted("A4", 7'000);
  const auto before = books();
  const auto rehearse = [&](const std::string& after, std::size_t limit) {
    std::optional<Rehearsal> made;
    session.in_tx_undone([&](sql::Tx& tx) {
      made = rehearse_matching(tx, finance, {after, limit}, now, rules).value();
    });
    return *made;
  };
  const auto first = rehearse("", 1);
  ASSERT_EQ(first.rules.size(), 1U);
  EXPECT_EQ(first.rules[0].rule, "reference");
  EXPECT_EQ(first.rules[0].matches, 2U);
  EXPECT_EQ(first.rules[0].amount, Money(90'000));
  EXPECT_EQ(first.ties, 1U);
  const auto second = rehearse(first.next, 1);
  EXPECT_EQ(first.matches.at(0).remittances.at(0).reference, "BCCI82 R000001");
  EXPECT_EQ(second.matches.at(0).remittances.at(0).reference, "BCCI82 R000002");
  EXPECT_EQ(second.next, "");
  EXPECT_EQ(books(), before);
  EXPECT_EQ(run().matched, 2U);
}

TEST_F(Reconcile, AReferenceOnAnotherAgencysAccountIsAStranger) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")}, "1020002")));
  EXPECT_EQ(open_breaks_text(), "remitted_without_receipt 50000");
  EXPECT_EQ(session.text("SELECT agency_code FROM recon_break"), "H20.02");
}

TEST_F(Reconcile, MoneyThatLeftTheAccountIsBookedAndNamed) {
  ASSERT_TRUE(import_file(statement({line("FT1", -700, "PHI SMS")})));
  EXPECT_EQ(open_breaks_text(), "bank_debit -700");
  EXPECT_EQ(balance("bank/fee/H20.01/1010001"), -700);
}

TEST_F(Reconcile, LinesOfOverlappingFilesAreTakenOnce) {
  remitted("A1", 50'000);
  const auto first = line("FT1", 50'000, "BCCI82 R000001");
  ASSERT_TRUE(import_file(statement({first})));
  const auto second = import_file(statement({first, line("FT2", 3'000, "khac")}));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->lines, 2U);
  EXPECT_EQ(second->fresh_lines, 1U);
  EXPECT_EQ(balance("bank/fee/H20.01/1010001"), 3'000);  // the matched 50 000 are the agency's by now
}

TEST_F(Reconcile, IdenticalLinesWithoutAReferenceAreAsManyAsTheFileSays) {
  const auto twin = line("", 20'000, "NOP TIEN MAT");
  ASSERT_TRUE(import_file(statement({twin, twin})));
  EXPECT_EQ(session.number("SELECT count(*) FROM statement_line"), 2);
  const auto again = import_file(statement({twin, twin, twin}));
  EXPECT_EQ(again->fresh_lines, 1U);
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break"), 3);
}

TEST_F(Reconcile, AFileThatContradictsAnEarlierOneOrBelongsToNobodyIsRefused) {
  ASSERT_TRUE(import_file(statement({line("FT1", 20'000, "x")})));
  const auto changed = import_file(statement({line("FT1", 21'000, "x")}));
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, Errc::statement_refused);
  const auto stranger = import_file(statement({line("FT9", 1, "x")}, "999"));
  ASSERT_FALSE(stranger);
  EXPECT_EQ(stranger.error().code, Errc::statement_refused);
}

TEST_F(Reconcile, TheOrderOfFilesDoesNotChangeTheBooks) {
  class OtherDay : public Reconcile {
    void TestBody() override {}
  };
  OtherDay backward;
  EXPECT_EQ(play_two_files(true), backward.play_two_files(false));
}

TEST_F(Reconcile, MoneyHeldForMoreThanADayIsABreakUntilItIsSent) {
  const auto id = order("A1", {{"fee", Money(50'000)}, {"postage", Money(26'000)}});
  collect({cash(id, "A1", Money(50'000), {}, Money(26'000))});
  const auto collected_at = now;
  now += 24h - 1s;
  EXPECT_EQ(run().breaks_opened, 0U);
  now += 2s;
  EXPECT_EQ(run().breaks_opened, 1U);
  EXPECT_EQ(run().breaks_opened, 0U);
  EXPECT_EQ(open_breaks_text(), "collected_not_remitted -50000");
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break WHERE since = '" +
                           to_rfc3339(collected_at + 24h) + "'"),
            1);
  ASSERT_TRUE(hand_all_in(Money(76'000)));
  run();
  EXPECT_EQ(open_breaks_text(), "collected_not_remitted -50000");
  ASSERT_TRUE(send());
  run();
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(Reconcile, HowLongMoneyMayBeHeldIsARule) {
  rules.remit_within = 48h;
  const auto id = order("A1", {{"fee", Money(50'000)}});
  collect({cash(id, "A1", Money(50'000))});
  now += 47h;
  EXPECT_EQ(run().breaks_opened, 0U);
  now += 2h;
  EXPECT_EQ(run().breaks_opened, 1U);
}

TEST_F(Reconcile, HowLateALineWithoutAReferenceMayBeIsARule) {
  remitted("A1", 50'000);
  now += 4 * 24h;
  rules.window_days = 3;
  EXPECT_EQ(import_file(statement({line("FT1", 50'000, "khong ro")}))->matched, 0U);
  rules.window_days = 4;
  EXPECT_EQ(run().matched, 1U);
}

TEST_F(Reconcile, ADeliveredParcelWhoseFeeIsStillDueIsABreak) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  order("A2", {{"fee", Money(50'000)}});
  deliver("A1", "proved");
  EXPECT_EQ(run().breaks_opened, 1U);
  EXPECT_EQ(open_breaks_text(), "delivered_unpaid -50000");
  EXPECT_EQ(session.text("SELECT step FROM parcel WHERE order_number = 'A1'"), "proved");
  collect({cash(id, "A1", Money(50'000))});
  run();
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(Reconcile, WhatAPersonResolvedIsNotOpenedAgain) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({})));
  const auto id = parse_uuid(session.text("SELECT public_id FROM recon_break")).value();
  session.in_tx([&](sql::Tx& tx) {
    const BreakWish wish{BreakAction::accept, "paid in cash", ""};
    EXPECT_TRUE(propose_end(tx, finance, id, wish, now));
    EXPECT_TRUE(decide_end(tx, Actor{"finance-2", "finance", "", "", ""}, id, true, "", now));
  });
  EXPECT_EQ(run().breaks_opened, 0U);
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(Reconcile, TheDatabaseRefusesALineOrARemittanceThatIsUsedTwice) {
  remitted("A1", 50'000);
  remitted("A2", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 1'000, "khac")})));
  const auto match = [](const std::string& line_ref, const std::string& reference) {
    return "WITH m AS (INSERT INTO line_match (public_id, account_no, booked_on, rule, score, difference, "
           "evidence, matched_at, actor, booking) "
           "VALUES (gen_random_uuid(), '1010001', '2026-03-02', 'by_person', 1, 0, 'x', now(), 'psql', "
           "gen_random_uuid()) "
           "RETURNING id), "
           "l AS (INSERT INTO matched_line (match_id, line_id) SELECT m.id, l.id FROM m, statement_line l "
           "WHERE l.line_key = '1010001|" +
           line_ref +
           "') INSERT INTO matched_remittance (match_id, remittance_id) SELECT m.id, r.id FROM m, remittance "
           "r "
           "WHERE r.reference = '" +
           reference + "'";
  };
  EXPECT_EQ(session.refusal(match("FT1", "BCCI82 R000002")), "23505");
  EXPECT_EQ(session.refusal(match("FT2", "BCCI82 R000001")), "23505");
}

// The checks that guard this room see what they are made for.
TEST_F(Reconcile, VerifySeesBooksThatDoNotAgreeWithTheStatements) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  const auto findings = [&] {
    std::string checks;
    const auto report = run_verify(database.dsn());
    for (const auto& finding : report.value().findings) checks += finding.check + " ";
    return checks;
  };
  session.sql_past_guards("UPDATE statement_line SET amount = amount - 1");
  EXPECT_EQ(findings(), "matches_are_whole statements_are_booked ");
  session.sql_past_guards("UPDATE statement_line SET amount = amount + 1");
  session.sql_past_guards("UPDATE charge SET taken = taken + 1");
  EXPECT_EQ(findings(),
            "charges_agree_with_the_ledger receipts_equal_the_money remittances_equal_their_charges ");
  session.sql_past_guards("UPDATE charge SET taken = taken - 1");
}

TEST_F(Reconcile, VerifySeesMoreTakenBackThanWasBooked) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  session.sql_past_guards(
      "WITH j AS (INSERT INTO journal (key, kind, occurred_at, actor, reverses) SELECT 'x', 'reversal', "
      "occurred_at, actor, id FROM journal WHERE kind = 'settled' RETURNING id, reverses) "
      "INSERT INTO posting (journal_id, line, account_id, side, amount) SELECT j.id, p.line, p.account_id, "
      "CASE p.side WHEN 'D' THEN 'C' ELSE 'D' END::\"char\", p.amount + 1 FROM j JOIN posting p "
      "ON p.journal_id = j.reverses");
  const auto report = run_verify(database.dsn());
  EXPECT_TRUE(std::ranges::any_of(report.value().findings, [](const auto& finding) {
    return finding.check == "reversals_fit_their_journals";
  }));
  session.sql_past_guards(
      "DELETE FROM posting WHERE journal_id = (SELECT id FROM journal WHERE key = 'x'); "
      "DELETE FROM journal WHERE key = 'x'");
}

TEST_F(Reconcile, TwoRunsAtOnceMatchOnce) {
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 1'000, "khac")})));
  remitted("A1", 50'000);
  std::size_t other_matched = 0;
  std::thread other([&] {
    test::Session mine(database.dsn());
    other_matched = mine.in_tx([&](sql::Tx& tx) { return reconcile(tx, finance, now); }).matched;
  });
  const auto matched = run().matched;
  other.join();
  EXPECT_EQ(matched + other_matched, 1U);
  EXPECT_EQ(charge_state("A1"), "settled");
}

// The number of statements does not grow with the file.
TEST_F(Reconcile, TwoThousandLinesCostAsManyStatementsAsTwo) {
  const auto lines_of = [&](const std::string& prefix, int count) {
    std::vector<BankLine> lines;
    for (int at = 0; at < count; ++at)
      lines.push_back(
          line(prefix + std::to_string(at), 1'000 + at, at % 2 == 0 ? "BCCI82 R000001" : "nop tien"));
    return statement(lines);
  };
  remitted("A1", 1'000);
  remitted("A2", 77'777);
  auto before = session.statements();
  ASSERT_TRUE(import_file(lines_of("S", 2)));
  const auto few = session.statements() - before;
  before = session.statements();
  ASSERT_TRUE(import_file(lines_of("T", 2'000)));
  EXPECT_LE(session.statements() - before, few + 6) << "the older lines are read with them";
  EXPECT_LE(few, 50);
  EXPECT_EQ(session.number("SELECT count(*) FROM recon_break"), 2'002);
}

TEST_F(Reconcile, BreaksAreListedByRiskThenAgeInPages) {
  ASSERT_TRUE(import_file(statement({line("FT1", 5'000, "a"), line("FT2", 90'000, "b"),
                                     line("FT3", 5'000, "c"), line("FT4", 7'000, "d")})));
  ASSERT_TRUE(import_file(statement({line("FT5", 6'000, "e")}, "1020002")));
  now += 3h;
  const auto page = [&](const Actor& actor, const std::string& after, std::size_t limit) {
    return session.in_tx([&](sql::Tx& tx) { return list_breaks(tx, actor, {}, {after, limit}, now); });
  };
  std::vector<std::string> subjects;
  std::string after;
  do {
    const auto found = page(finance, after, 2);
    ASSERT_TRUE(found);
    for (const auto& item : found->items) subjects.push_back(item.subject.substr(item.subject.find('|') + 1));
    after = found->next;
  } while (!after.empty());
  EXPECT_EQ(subjects, (std::vector<std::string>{"FT2", "FT4", "FT5", "FT1", "FT3"}));
  EXPECT_EQ(page(finance, "", 1)->items[0].age_hours, 12);  // since the morning's midnight

  Actor agency{"agency-2", "agency", "H20.02", "", ""};
  EXPECT_EQ(page(agency, "", 50)->items.size(), 1U);
  agency.agency.clear();
  EXPECT_TRUE(page(agency, "", 50)->items.empty());
  for (const auto* bad :
       {"x", "1", "1.2", "1.2.3.4", "1.2.", "99999999999999999999.1.1", "1.9100000000000000000.1"})
    EXPECT_EQ(page(finance, bad, 50).error().code, Errc::invalid_field) << bad;
}

TEST_F(Reconcile, BalancesAgreeForEverybodyWhoSeesThem) {
  remitted("A1", 50'000);
  remitted("A2", 30'000, "H20.02");
  ASSERT_TRUE(import_file(statement({line("FT1", 45'000, "BCCI82 R000001")})));
  const auto report = [&](const Actor& actor) {
    return session.in_tx([&](sql::Tx& tx) { return ledger_balances(tx, actor, {}); });
  };
  const auto all = report(finance);
  EXPECT_EQ(all.debit, all.credit);
  EXPECT_GT(all.accounts.size(), 8U);
  const auto own = report(Actor{"agency-2", "agency", "H20.02", "", ""});
  EXPECT_EQ(own.debit, own.credit);
  EXPECT_GT(all.debit, own.debit);
  for (const auto& account : own.accounts) EXPECT_NE(account.account.find("/H20.02/"), std::string::npos);
}

}  // namespace
}  // namespace bccid
