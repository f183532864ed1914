#include "domain/tariff/postage.hpp"

#include "base/embedded.hpp"

#include <gtest/gtest.h>

#include <numeric>

namespace bccid {
namespace {

const TariffPlace kMyTho{"28249", "82", "815", 3};
const TariffPlace kChauThanh{"28520", "82", "821", 3};
const TariffPlace kHue{"19753", "46", "474", 2};
const TariffPlace kHaNoi{"00004", "01", "001", 1};

TariffVersion version(const std::string& prices = {}) {
  TariffVersion made;
  made.id = "DT-2026-1";
  made.valid_from = parse_day("2026-01-01").value();
  made.prices =
      prices.empty()
          ? PriceTable::parse(embedded_file("reference/tariff_ceiling_tt22_2017.csv"), "max_vnd").value()
          : PriceTable::parse("leg,zone,weight_step_g,price_vnd\n" + prices, "price_vnd").value();
  return made;
}

PostageQuestion both_ways(const TariffPlace& citizen, const TariffPlace& agency, int grams = 100) {
  PostageQuestion question;
  question.receipt_g = question.result_g = grams;
  question.citizen = citizen;
  question.agency = agency;
  return question;
}

// "rule amount" of each line.
std::string lines(const PostageQuote& quote) {
  std::string out;
  for (const auto& line : quote.lines)
    out += (out.empty() ? "" : ", ") + line.rule + ' ' + std::to_string(line.amount.dong());
  return out;
}

TEST(ZoneTest, ComesFromTheProvinceTheOldDistrictAndTheRegion) {
  EXPECT_EQ(zone_between(kMyTho, kMyTho).zone, Zone::intra_district);
  EXPECT_EQ(zone_between(kMyTho, {"28255", "82", "815", 3}).zone, Zone::intra_district);
  EXPECT_EQ(zone_between(kMyTho, kChauThanh).zone, Zone::inter_district);
  EXPECT_EQ(zone_between(kMyTho, {"31000", "92", "916", 3}).zone, Zone::same_region);
  EXPECT_EQ(zone_between(kMyTho, kHue).zone, Zone::adjacent_region);
  EXPECT_EQ(zone_between(kMyTho, kHaNoi).zone, Zone::far_region);
  EXPECT_EQ(zone_between(kHue, kHaNoi).zone, Zone::adjacent_region);
}

TEST(ZoneTest, DoesNotDependOnTheDirection) {
  for (const auto& from : {kMyTho, kChauThanh, kHue, kHaNoi})
    for (const auto& to : {kMyTho, kChauThanh, kHue, kHaNoi})
      EXPECT_EQ(zone_between(from, to).zone, zone_between(to, from).zone);
}

TEST(ZoneTest, AnUnknownDistrictIsAnotherDistrictAndSaysSo) {
  const TariffPlace unknown{"28999", "82", "", 3};
  const auto found = zone_between(unknown, kMyTho);
  EXPECT_EQ(found.zone, Zone::inter_district);
  EXPECT_EQ(found.why, "commune 28999 has no known old district");
  EXPECT_EQ(zone_between(unknown, unknown).zone, Zone::intra_district);
}

TEST(PostageTest, TwoWaysAreTheSumWhereTheContractHasNoPriceForBoth) {
  const auto quote = quote_postage(version(), both_ways(kMyTho, kChauThanh, 300)).value();
  EXPECT_EQ(lines(quote), "postage.receipt 30500, postage.return 32500");
  EXPECT_EQ(quote.total, Money(63'000));
  EXPECT_EQ(quote.version, "DT-2026-1");
  EXPECT_EQ(quote.lines[1].detail, "up to 500 g, inter_district: old districts 815 and 821 of province 82");
}

TEST(PostageTest, TheContractsPriceForBothIsThatOfTheHeavierOne) {
  const auto tariff = version(
      "both,intra_district,100,40000\nboth,intra_district,500,45000\nreceipt,intra_district,any,25000\n");
  auto question = both_ways(kMyTho, kMyTho);
  EXPECT_EQ(lines(quote_postage(tariff, question).value()), "postage.both 40000");
  question.result_g = 101;
  EXPECT_EQ(lines(quote_postage(tariff, question).value()), "postage.both 45000");
  question.result_g.reset();
  EXPECT_EQ(lines(quote_postage(tariff, question).value()), "postage.receipt 25000");
}

TEST(PostageTest, ReductionsAreOfTheLegsOnlyAndRoundForTheCitizen) {
  auto tariff = version("return,intra_district,any,26501\n");
  tariff.forwarding = ForwardingPrice{Money(8'000), Money(0)};
  auto question = both_ways(kMyTho, kMyTho);
  question.receipt_g.reset();
  question.forwarded = Money(120'000);
  question.group = PostageGroup::half;
  auto quote = quote_postage(tariff, question).value();
  EXPECT_EQ(lines(quote), "postage.return 26501, reduction.half -13251, forwarding 8000");
  EXPECT_EQ(quote.total, Money(21'250));
  question.group = PostageGroup::full;
  quote = quote_postage(tariff, question).value();
  EXPECT_EQ(lines(quote), "postage.return 26501, reduction.full -26501, forwarding 8000");
}

TEST(PostageTest, SmallSumsAreForwardedForNothingWhereTheContractSaysSo) {
  auto tariff = version();
  tariff.forwarding = ForwardingPrice{Money(8'000), Money(500'000)};
  auto question = both_ways(kMyTho, kMyTho);
  question.receipt_g.reset();
  question.forwarded = Money(499'999);
  EXPECT_EQ(lines(quote_postage(tariff, question).value()), "postage.return 26000, forwarding 0");
  question.forwarded = Money(500'000);
  EXPECT_EQ(lines(quote_postage(tariff, question).value()), "postage.return 26000, forwarding 8000");
  question.forwarded = Money(0);
  EXPECT_EQ(lines(quote_postage(tariff, question).value()), "postage.return 26000");
}

TEST(PostageTest, TaxIsInThePriceOrOnTopOfItAsTheVersionSays) {
  auto tariff = version();
  auto question = both_ways(kMyTho, kMyTho);
  question.receipt_g.reset();
  tariff.vat_basis_points = 800;
  EXPECT_EQ(quote_postage(tariff, question).value().vat, Money(0));
  tariff.vat = VatMode::included;
  auto quote = quote_postage(tariff, question).value();
  EXPECT_EQ(quote.total, Money(26'000));
  EXPECT_EQ(quote.vat, Money(1'926));
  tariff.vat = VatMode::added;
  quote = quote_postage(tariff, question).value();
  EXPECT_EQ(lines(quote), "postage.return 26000, vat.added 2080");
  EXPECT_EQ(quote.total, Money(28'080));
  question.group = PostageGroup::full;
  EXPECT_EQ(quote_postage(tariff, question).value().total, Money(0));
}

TEST(PostageTest, WhatHasNoPriceIsNotFree) {
  const auto tariff = version("return,intra_district,500,20000\n");
  auto question = both_ways(kMyTho, kMyTho);
  EXPECT_EQ(quote_postage(tariff, question).error().code, Errc::not_found);
  question.receipt_g.reset();
  EXPECT_TRUE(quote_postage(tariff, question));
  question.result_g = 501;
  EXPECT_EQ(quote_postage(tariff, question).error().detail,
            "tariff DT-2026-1 has no price for return in intra_district at 501 g");
  for (const int grams : {0, -1, kWeightMax + 1}) {
    question.result_g = grams;
    EXPECT_EQ(quote_postage(tariff, question).error().code, Errc::invalid_field) << grams;
  }
  question.result_g.reset();
  EXPECT_EQ(quote_postage(tariff, question).error().code, Errc::invalid_field);
}

TEST(PostageTest, TheLinesAlwaysAddUpToTheTotalAndNobodyIsPaid) {
  auto tariff = version();
  tariff.forwarding = ForwardingPrice{Money(8'000), Money(500'000)};
  tariff.vat_basis_points = 1'000;
  for (const auto vat : {VatMode::exempt, VatMode::included, VatMode::added}) {
    tariff.vat = vat;
    for (const auto group : {PostageGroup::none, PostageGroup::half, PostageGroup::full}) {
      for (const int grams : {1, 100, 101, 499, 501, 777, 2'001, kWeightMax}) {
        for (const std::int64_t forwarded : {0, 1, 600'000}) {
          auto question = both_ways(kMyTho, kHaNoi, grams);
          question.group = group;
          question.forwarded = Money(forwarded);
          const auto quote = quote_postage(tariff, question).value();
          const auto sum =
              std::accumulate(quote.lines.begin(), quote.lines.end(), Money{},
                              [](Money all, const QuoteLine& line) { return all + line.amount; });
          EXPECT_EQ(sum, quote.total);
          EXPECT_GE(quote.total, Money{});
          EXPECT_LE(quote.vat, quote.total);
        }
      }
    }
  }
}

TEST(PostageTest, AVersionHoldsFromItsFirstToItsLastDay) {
  auto tariff = version();
  EXPECT_FALSE(tariff.holds_on(parse_day("2025-12-31").value()));
  EXPECT_TRUE(tariff.holds_on(parse_day("2026-01-01").value()));
  EXPECT_TRUE(tariff.holds_on(parse_day("2036-01-01").value()));
  tariff.valid_to = parse_day("2026-06-30").value();
  EXPECT_TRUE(tariff.holds_on(parse_day("2026-06-30").value()));
  EXPECT_FALSE(tariff.holds_on(parse_day("2026-07-01").value()));
}

}  // namespace
}  // namespace bccid
