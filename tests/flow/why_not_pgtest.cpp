#include "flow/why_not.hpp"

#include "flow/matches_by_hand.hpp"
#include "tests/flow/money_day.hpp"

namespace bccid {
namespace {

using namespace std::chrono_literals;

class WhyNotACandidate : public test::MoneyDay {
 protected:
  std::int64_t id_of(const std::string& ref) {
    return session.number("SELECT id FROM statement_line WHERE line_key = '1010001|" + ref + "'");
  }
  Result<WhyNot> ask(const std::string& ref, const std::string& reference) {
    return session.in_tx([&](sql::Tx& tx) { return why_not(tx, finance, id_of(ref), reference, rules); });
  }
  // The rules that exclude it, in order.
  std::string excluded(const std::string& ref, const std::string& reference) {
    const auto why = ask(ref, reference);
    std::string rules_named;
    for (const auto& reason : why.value().reasons) rules_named += std::string(name(reason.rule)) + ' ';
    return rules_named;
  }
};

TEST_F(WhyNotACandidate, EachRuleIsNamedWithWhatItCompared) {
  remitted("A1", 50'000);
  remitted("A2", 40'000);
  remitted("B1", 30'000, "H20.02");
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001"), line("FT2", 39'000, "nop"),
                                     line("FT3", 9'000, "khac"), line("FT4", -1'000, "phi")})));
  EXPECT_EQ(excluded("FT2", "BCCI82 R000002"), "");
  EXPECT_TRUE(ask("FT2", "BCCI82 R000002")->candidate);
  EXPECT_EQ(excluded("FT2", "BCCI82 R000001"), "met_already ");
  EXPECT_EQ(ask("FT2", "BCCI82 R000001")->match->to_text(), session.text("SELECT public_id FROM line_match"));
  EXPECT_EQ(excluded("FT1", "BCCI82 R000002"), "line_matched ");
  EXPECT_EQ(excluded("FT2", "BCCI82 R000003"), "other_account ");
  EXPECT_EQ(excluded("FT3", "BCCI82 R000002"), "amount ");
  EXPECT_EQ(excluded("FT4", "BCCI82 R000002"), "money_left ");
  EXPECT_FALSE(ask("FT2", "BCCI82 R000009"));
}

// What a payer's paper says leads to the remittance, or to where the money is instead.
TEST_F(WhyNotACandidate, AReceiptLeadsToItsRemittanceOrSaysThatItIsInNone) {
  remitted("A1", 50'000);
  const auto held = order("A2", {{"fee", Money(7'000)}, {"postage", Money(26'000)}});
  collect({cash(held, "A2", Money(7'000), {}, Money(26'000))});
  ASSERT_TRUE(import_file(statement({line("FT1", 90'000, "khac")})));
  const auto first = ask("FT1", "P26-0000001");
  ASSERT_TRUE(first) << first.error().text();
  EXPECT_EQ(first->receipt, "P26-0000001");
  EXPECT_EQ(first->reference, "BCCI82 R000001");
  EXPECT_EQ(excluded("FT1", "p26 1"), "amount ");
  EXPECT_EQ(excluded("FT1", "phi-H20.01-P26-0000001"), "amount ");
  const auto second = ask("FT1", "P26-2");
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->reference, "");
  EXPECT_EQ(excluded("FT1", "P26-2"), "not_remitted ");
  EXPECT_NE(second->reasons.at(0).detail.find("collected"), std::string::npos);
  const auto postage = session.text("SELECT symbol || '-1' FROM receipt_series WHERE kind = 'postage'");
  EXPECT_EQ(excluded("FT1", postage), "own_postage ");
  EXPECT_EQ(ask("FT1", "P26-3").error().code, Errc::not_found);
  EXPECT_EQ(ask("FT1", "P26-").error().code, Errc::not_found);
  session.in_tx([&](sql::Tx& tx) {
    return reverse_cash(tx,
                        {parse_uuid(session.text("SELECT event_key::text FROM receipt WHERE kind = 'fee' "
                                                 "ORDER BY id DESC LIMIT 1"))
                             .value()},
                        "postman-7", now);
  });
  EXPECT_EQ(excluded("FT1", "P26-2"), "receipt_cancelled ");
}

TEST_F(WhyNotACandidate, ANumberThatSeveralReceiptsBearIsAskedForByItsSymbol) {
  remitted("A1", 50'000);
  remitted("B1", 30'000, "H20.02");
  const auto both = order("A2", {{"fee", Money(7'000)}, {"charge", Money(9'000)}});
  collect({cash(both, "A2", Money(7'000), Money(9'000))});
  ASSERT_TRUE(import_file(statement({line("FT1", 90'000, "khac")})));
  EXPECT_EQ(ask("FT1", "1").error().code, Errc::conflict) << "of two kinds, both of this account's agency";
  EXPECT_EQ(ask("FT1", "P26-1")->reference, "BCCI82 R000001") << "not the other agency's";
}

TEST_F(WhyNotACandidate, AnUndonePairIsSaidAndDaysAreCounted) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  const auto match = parse_uuid(session.text("SELECT public_id FROM line_match")).value();
  ASSERT_TRUE(session.in_tx(
      [&](sql::Tx& tx) { return undo_match(tx, finance, match, "wrong transfer", now, rules); }));
  const auto why = ask("FT1", "BCCI82 R000001");
  EXPECT_TRUE(why->candidate);
  EXPECT_TRUE(why->undone_before);
  now += 24h * 40;
  ASSERT_TRUE(import_file(statement({line("FT2", 50'000, "nop tien")})));
  EXPECT_EQ(excluded("FT2", "BCCI82 R000001"), "outside_window ");
}

}  // namespace
}  // namespace bccid
