#include "flow/settlement.hpp"

#include "tests/flow/money_day.hpp"

#include <algorithm>

namespace bccid {
namespace {

using namespace std::chrono_literals;

class SettlementDay : public test::MoneyDay {
 protected:
  Settlement read(const std::string& from, const std::string& to, const std::string& agency = "H20.01") {
    const auto made = session.in_tx([&](sql::Tx& tx) {
      return read_settlement(tx, finance, agency, parse_day(from).value(), parse_day(to).value(), now);
    });
    EXPECT_TRUE(made);
    return made.value();
  }
};

TEST_F(SettlementDay, WhatIsOwedIsWhatSomebodyHolds) {
  const auto sent = remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, sent.reference)})));
  const auto second = remitted("A2", 40'000);
  const auto third = order("A3", {{"fee", Money(30'000)}, {"charge", Money(8'000)}});
  collect({cash(third, "A3", Money(30'000), Money(8'000))});
  const auto first_day = read("2026-03-02", "2026-03-02");
  ASSERT_EQ(first_day.lines.size(), 2U);
  const auto& fee = first_day.lines[0];
  EXPECT_EQ(fee.kind, ChargeKind::fee);
  EXPECT_EQ(fee.opening, Money{});
  EXPECT_EQ(fee.collected, Money(120'000));
  EXPECT_EQ(fee.arrived, Money(50'000));
  EXPECT_EQ(fee.under_way, Money(40'000));
  EXPECT_EQ(fee.with_collectors, Money(30'000));
  EXPECT_EQ(first_day.remittances.size(), 2U);
  now += 24h;
  ASSERT_TRUE(import_file(statement({line("FT2", 38'000, second.reference)})));
  const auto second_day = read("2026-03-03", "2026-03-03");
  EXPECT_EQ(second_day.lines[0].opening, fee.closing());
  EXPECT_EQ(second_day.lines[0].arrived, Money(38'000));
  EXPECT_EQ(std::ranges::count(second_day.breaks, "short", &SettlementBreak::type), 1);
  const auto both = read("2026-03-02", "2026-03-03");
  for (const auto* settled : {&first_day, &second_day, &both})
    for (const auto& line : settled->lines) {
      EXPECT_EQ(line.closing(), line.held());
      EXPECT_EQ(line.adjusted, Money{});
    }
  EXPECT_EQ(both.lines[0].closing(), second_day.lines[0].closing());
  EXPECT_EQ(both.remittances[0].booked_on, parse_day("2026-03-02").value());
}

TEST_F(SettlementDay, AnAgencySeesItsOwnMinutesOnly) {
  const Actor theirs{"agency-b", "agency", "H20.02", "", ""};
  const auto day = parse_day("2026-03-02").value();
  session.in_tx([&](sql::Tx& tx) {
    EXPECT_EQ(read_settlement(tx, theirs, "H20.01", day, day, now).error().code, Errc::not_found);
    EXPECT_TRUE(read_settlement(tx, theirs, "H20.02", day, day, now));
    EXPECT_EQ(read_settlement(tx, finance, "H99.99", day, day, now).error().code, Errc::not_found);
  });
  EXPECT_TRUE(read("2026-03-02", "2026-03-02", "H20.03").lines.empty());
}

}  // namespace
}  // namespace bccid
