#include "tests/flow/break_day.hpp"

namespace bccid {
namespace {

using namespace std::chrono_literals;

class BreakRules : public test::BreakDay {};

TEST_F(BreakRules, MoneyIsLateToTheMinute) {
  collect({cash(order("A1", {{"fee", Money(50'000)}}), "A1", Money(50'000))});
  now += 23h + 59min;
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "");
  now += 1min;
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "collected_not_remitted -50000");
}

TEST_F(BreakRules, ABreakNamesWhatItIsAbout) {
  const auto id = order("A1", {{"fee", Money(50'000)}});
  session.sql("UPDATE parcel SET item_code = 'EA000000001VN' WHERE order_number = 'A1'");
  collect({cash(id, "A1", Money(50'000))});
  now += 25h;
  look_for_breaks();
  const auto found = session.in_tx([&](sql::Tx& tx) { return list_breaks(tx, finance, {}, {}, now); });
  ASSERT_EQ(found->items.size(), 1U);
  const auto& one = found->items[0];
  EXPECT_EQ(one.order_number + ' ' + one.item_code + ' ' + one.dossier_code, "A1 EA000000001VN D-A1");
  EXPECT_EQ(one.receipts, std::vector<std::int64_t>{session.number("SELECT id FROM receipt")});
  EXPECT_EQ(one.owner, "post_finance");
  EXPECT_EQ(one.age_hours, 1);

  const auto sent = [&] {
    EXPECT_TRUE(hand_all_in(Money(50'000)));
    return send().value().at(0);
  }();
  ASSERT_TRUE(
      import_file(statement({line("FT1", 50'000, sent.reference), line("FT2", 50'000, sent.reference)})));
  const auto twice = session.in_tx([&](sql::Tx& tx) { return list_breaks(tx, finance, {}, {}, now); });
  ASSERT_EQ(twice->items.size(), 1U);
  EXPECT_EQ(twice->items[0].remittance, sent.reference);
  EXPECT_EQ(twice->items[0].line.substr(0, 8), "1010001|");
}

TEST_F(BreakRules, AreAskedForByTypeOwnerAndAgency) {
  ASSERT_TRUE(import_file(statement({line("FT1", 5'000, "a"), line("FT2", -700, "b")})));
  ASSERT_TRUE(import_file(statement({line("FT3", 6'000, "c")}, "1020002")));
  const auto count = [&](const BreakQuestion& question) {
    const auto found =
        session.in_tx([&](sql::Tx& tx) { return list_breaks(tx, finance, question, {}, now); });
    return found->items.size();
  };
  EXPECT_EQ(count({}), 3U);
  EXPECT_EQ(count({.type = "bank_debit"}), 1U);
  EXPECT_EQ(count({.owner = "post_finance"}), 2U);
  EXPECT_EQ(count({.agency = "H20.02"}), 1U);
  EXPECT_EQ(count({.type = "bank_debit", .agency = "H20.02"}), 0U);
}

// Never to be: PostgreSQL refuses to remove a receipt. What damage does all the same has a name.
TEST_F(BreakRules, ANumberThatNoReceiptBearsIsFoundOnce) {
  for (const auto* number : {"A1", "A2", "A3"})
    collect({cash(order(number, {{"fee", Money(1'000)}}), number, Money(1'000))});
  session.sql_past_guards(
      "UPDATE receipt_series SET next_no = 5; UPDATE receipt SET number = 4 WHERE number = 3");
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "number_gap 0");
  EXPECT_EQ(session.text("SELECT action FROM recon_break"),
            "Find what became of number 3 of series P26 of H20.01.");
  look_for_breaks();
  EXPECT_EQ(open_breaks_text(), "number_gap 0");
  session.sql_past_guards(
      "UPDATE receipt SET number = 3 WHERE number = 4; UPDATE receipt_series SET next_no = 4");
}

}  // namespace
}  // namespace bccid
