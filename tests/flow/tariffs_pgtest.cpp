#include "flow/tariffs.hpp"

#include "store/reference_store.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/session.hpp"
#include "tests/support/verified.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bccid {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr const char* kPrices =
    "leg,zone,weight_step_g,price_vnd\n"
    "return,intra_district,any,20000\n"
    "return,inter_district,any,25000\n"
    "return,inter_province_same_region,any,30000\n"
    "return,inter_province_adjacent_region,any,31000\n"
    "return,inter_province_far_region,any,31500\n";

Day day(const char* text) { return parse_day(text).value(); }

// The country's real communes, and the contract of one post.
class Tariffs : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    database_ = std::make_unique<test::TestDatabase>(test::to_current_schema);
    ASSERT_TRUE(load_reference(database_->dsn()));
  }
  static void TearDownTestSuite() { database_.reset(); }

  Tariffs() { session_.sql_past_guards("DELETE FROM tariff"); }
  void TearDown() override { test::expect_verified(database_->dsn()); }

  static TariffEntry entry(const char* id = "DT-2026-1") {
    TariffEntry made;
    made.id = id;
    made.carrier = "vnpost";
    made.valid_from = day("2026-01-01");
    made.prices = kPrices;
    return made;
  }
  Input<PutOutcome> put(const TariffEntry& entry) {
    Input<PutOutcome> outcome = PutOutcome::unchanged;
    session_.in_tx([&](sql::Tx& tx) { outcome = import_tariff(tx, entry, "test"); });
    return outcome;
  }
  std::string refusal(const TariffEntry& entry) {
    const auto outcome = put(entry);
    if (outcome) return "stored";
    std::string text;
    for (const auto& error : outcome.error().errors) text += error.pointer + ' ' + error.detail + '\n';
    return text;
  }
  Status end(const char* id, const char* on) {
    return session_.in_tx([&](sql::Tx& tx) { return end_tariff(tx, id, day(on), "test"); });
  }
  // What a result of 100 g costs, with the reason: "25000 inter_district: ...".
  std::string price(const char* citizen, const char* agency, const char* on = "2026-07-01") {
    PostageQuestion question;
    question.result_g = 100;
    const Journey journey{"vnpost", day(on), citizen, agency};
    const auto quote =
        session_.in_tx([&](sql::Tx& tx) { return quote_journey(tx, journey, std::move(question)); });
    if (!quote) return quote.error().text();
    return std::to_string(quote->total.dong()) + ' ' + quote->version + ' ' + quote->lines.front().detail;
  }
  std::int64_t stored() { return session_.number("SELECT count(*) FROM tariff"); }

  static inline std::unique_ptr<test::TestDatabase> database_;
  test::Session session_{database_->dsn()};
};

TEST_F(Tariffs, AVersionIsStoredOnceAndNeverWithOtherContent) {
  EXPECT_EQ(put(entry()).value(), PutOutcome::stored);
  EXPECT_EQ(put(entry()).value(), PutOutcome::unchanged);
  auto other = entry();
  other.vat = VatMode::included;
  other.vat_basis_points = 800;
  EXPECT_THAT(refusal(other), HasSubstr("/id tariff DT-2026-1 exists with other content"));
  EXPECT_EQ(stored(), 1);
  EXPECT_EQ(session_.number("SELECT count(*) FROM audit WHERE action = 'tariff.import' AND subject = "
                            "'tariff:DT-2026-1'"),
            session_.number("SELECT count(*) FROM audit WHERE action = 'tariff.import'"));
}

TEST_F(Tariffs, APriceAboveTheCeilingIsRefusedWithItsLineAndNothingIsStored) {
  auto dear = entry();
  dear.prices =
      "leg,zone,weight_step_g,price_vnd\n"
      "return,intra_district,100,26001\n"
      "return,intra_district,250,27000\n"
      "both,intra_district,100,52001\n";
  const auto text = refusal(dear);
  EXPECT_THAT(
      text,
      HasSubstr("/line/2 return intra_district costs 26.001 đ from 1 g, the ceiling there is 26.000 đ"));
  EXPECT_THAT(text, HasSubstr("/line/4 both intra_district costs 52.001 đ"));
  EXPECT_EQ(stored(), 0);
}

TEST_F(Tariffs, EverythingThatIsWrongIsSaidAtOnce) {
  auto bad = entry("-x y");
  bad.carrier.clear();
  bad.valid_to = day("2025-12-31");
  bad.vat = VatMode::added;
  bad.prices = "leg,zone\n";
  const auto text = refusal(bad);
  for (const auto* part : {"/id the id \"-x y\"", "/carrier the post is missing", "/to the version ends",
                           "/vat_rate a rate of 0", "the column price_vnd is missing"})
    EXPECT_THAT(text, HasSubstr(part));
}

TEST_F(Tariffs, OnADayAPostHasOnePrice) {
  ASSERT_TRUE(put(entry()));
  auto later = entry("DT-2027-1");
  later.valid_from = day("2027-01-01");
  EXPECT_THAT(refusal(later), HasSubstr("/from tariff DT-2026-1 holds on some of these days"));
  auto elsewhere = entry("KT-2026-1");
  elsewhere.carrier = "other-post";
  EXPECT_TRUE(put(elsewhere));
  ASSERT_TRUE(end("DT-2026-1", "2026-12-31"));
  EXPECT_TRUE(put(later));
  EXPECT_THAT(price("28249", "28249", "2026-12-31"), HasSubstr("DT-2026-1"));
  EXPECT_THAT(price("28249", "28249", "2027-01-01"), HasSubstr("DT-2027-1"));
  EXPECT_THAT(price("28249", "28249", "2025-12-31"),
              HasSubstr("no tariff of \"vnpost\" holds on 2025-12-31"));
}

TEST_F(Tariffs, PostgreSqlItselfKeepsVersionsApartAndAsTheyAre) {
  ASSERT_TRUE(put(entry()));
  EXPECT_EQ(session_.refusal("INSERT INTO tariff (id, carrier, valid, vat, vat_basis_points, prices, actor) "
                             "VALUES ('X', 'vnpost', '[2026-05-01,2026-06-01)', 'exempt', 0, 'x', 'x')"),
            "23P01");
  EXPECT_EQ(session_.refusal("UPDATE tariff SET prices = 'x'"), "BC009");
  EXPECT_EQ(session_.refusal("UPDATE tariff SET valid = '[2025-01-01,2027-01-01)'"), "BC009");
  EXPECT_EQ(session_.refusal("DELETE FROM tariff"), "BC009");
  EXPECT_EQ(session_.refusal("TRUNCATE tariff"), "BC009");
  EXPECT_EQ(session_.refusal("UPDATE tariff SET valid = '[2026-01-01,2027-01-01)'"), "");
  EXPECT_EQ(session_.refusal("UPDATE tariff SET valid = '[2026-01-01,2028-01-01)'"), "BC009");
}

TEST_F(Tariffs, AnEndIsSetOnce) {
  ASSERT_TRUE(put(entry()));
  EXPECT_EQ(end("DT-2026-1", "2025-12-31").error().code, Errc::conflict);
  EXPECT_EQ(end("nobody", "2026-12-31").error().code, Errc::not_found);
  EXPECT_TRUE(end("DT-2026-1", "2026-06-30"));
  EXPECT_EQ(end("DT-2026-1", "2026-12-31").error().detail, "tariff DT-2026-1 ends on 2026-06-30");
  EXPECT_EQ(put(entry()).value(), PutOutcome::unchanged);
}

TEST_F(Tariffs, AMergerMakesTwoProvincesOneFromItsDayOn) {
  ASSERT_TRUE(put(entry()));
  auto before = entry("DT-2025-1");
  before.valid_from = day("2025-01-01");
  before.valid_to = day("2025-12-31");
  ASSERT_TRUE(put(before));
  // Mỹ Tho of old Tiền Giang and Cao Lãnh of old Đồng Tháp.
  EXPECT_THAT(price("28249", "29869"), HasSubstr("25000 DT-2026-1 any weight, inter_district"));
  EXPECT_THAT(price("28249", "29869", "2025-06-30"),
              HasSubstr("30000 DT-2025-1 any weight, inter_province_same_region"));
  EXPECT_THAT(price("28249", "29869", "2025-07-01"), HasSubstr("25000 DT-2025-1"));
}

TEST_F(Tariffs, ZonesComeFromTheCommunesOfTheCountry) {
  ASSERT_TRUE(put(entry()));
  EXPECT_THAT(price("28249", "28249"), HasSubstr("20000"));
  EXPECT_THAT(price("28249", "00004"), HasSubstr("31500"));
  EXPECT_THAT(price("28249", "99999"), HasSubstr("commune \"99999\" is not one of 2026-07-01"));
  EXPECT_EQ(session_.number("SELECT count(DISTINCT old_province_code) FROM commune_conversion WHERE "
                            "old_province_code NOT IN (SELECT old_province_code FROM tariff_region)"),
            0);
}

TEST_F(Tariffs, TheWholePriceListIsReadBackAsItWasImported) {
  auto whole = entry();
  whole.vat = VatMode::added;
  whole.vat_basis_points = 800;
  whole.forwarding = ForwardingPrice{Money(8'000), Money(500'000)};
  ASSERT_TRUE(put(whole));
  PostageQuestion question;
  question.result_g = 100;
  question.forwarded = Money(600'000);
  const Journey journey{"vnpost", day("2026-07-01"), "28249", "28249"};
  const auto quote =
      session_.in_tx([&](sql::Tx& tx) { return quote_journey(tx, journey, std::move(question)); }).value();
  EXPECT_EQ(quote.total, Money(30'240));
  EXPECT_THAT(quote.lines, SizeIs(3));
  const auto rows = session_.in_tx([](sql::Tx& tx) { return list_tariffs(tx); });
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().str(0) + ' ' + rows.front().str(2) + ' ' + rows.front().str(3) + rows.front().str(4),
            "DT-2026-1 2026-01-01 added");
}

}  // namespace
}  // namespace bccid
