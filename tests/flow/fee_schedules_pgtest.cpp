#include "flow/fee_schedules.hpp"

#include "tests/support/pg_cluster.hpp"
#include "tests/support/session.hpp"
#include "tests/support/verified.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bccid {
namespace {

using testing::HasSubstr;

Day day(const char* text) { return parse_day(text).value(); }

class FeeSchedules : public testing::Test {
 protected:
  FeeSchedules() : database(test::to_current_schema), session(database.dsn()) {}
  void TearDown() override { test::expect_verified(database.dsn()); }

  static FeeScheduleEntry entry(const char* id = "NQ-2026", const char* from = "2026-01-01") {
    FeeScheduleEntry made;
    made.id = id;
    made.province = "82";
    made.valid_from = day(from);
    made.rules =
        "procedure,case,channel,kind,code,name,amount_vnd,timing,destination,basis\n"
        "1.001193,,,charge,khai-sinh,Lệ phí đăng ký khai sinh,8000,1,,NQ 01/2025\n"
        "1.001193,,2,charge,khai-sinh,Lệ phí đăng ký khai sinh,0,1,,NQ 09/2025\n";
    made.exemptions = "group,procedure,code,percent,basis\nho-ngheo,,,100,QĐ 45/2016\n";
    return made;
  }
  Input<PutOutcome> put(const FeeScheduleEntry& entry) {
    Input<PutOutcome> outcome = PutOutcome::unchanged;
    session.in_tx([&](sql::Tx& tx) { outcome = import_fee_schedule(tx, entry, "test"); });
    return outcome;
  }
  std::string refusal(const FeeScheduleEntry& entry) {
    const auto outcome = put(entry);
    if (outcome) return "stored";
    std::string text;
    for (const auto& error : outcome.error().errors) text += error.pointer + ' ' + error.detail + '\n';
    return text;
  }
  Status end(const char* id, const char* on) {
    return session.in_tx([&](sql::Tx& tx) { return end_fee_schedule(tx, id, day(on), "test"); });
  }
  // "8000 by NQ-2026", or why there is no price.
  std::string price(const char* on, Channel channel = Channel::direct, std::vector<std::string> groups = {}) {
    const FeeQuestion question{"1.001193", "", channel, std::move(groups)};
    const auto quote = session.in_tx([&](sql::Tx& tx) { return quote_fees(tx, "82", day(on), question); });
    return quote ? std::to_string(quote->total().dong()) + " by " + quote->version : quote.error().text();
  }
  std::int64_t stored() { return session.number("SELECT count(*) FROM fee_schedule"); }

  test::TestDatabase database;
  test::Session session;
};

TEST_F(FeeSchedules, TheDayDecidesTheVersionAndAChannelMayBeFree) {
  ASSERT_TRUE(put(entry()));
  ASSERT_TRUE(end("NQ-2026", "2026-06-30"));
  auto dearer = entry("NQ-2026-B", "2026-07-01");
  dearer.rules.replace(dearer.rules.find("8000"), 4, "9000");
  ASSERT_TRUE(put(dearer));
  EXPECT_EQ(price("2026-06-30"), "8000 by NQ-2026");
  EXPECT_EQ(price("2026-07-01"), "9000 by NQ-2026-B");
  EXPECT_EQ(price("2026-07-01", Channel::online), "0 by NQ-2026-B");
  EXPECT_EQ(price("2026-07-01", Channel::direct, {"ho-ngheo"}), "0 by NQ-2026-B");
  EXPECT_THAT(price("2025-12-31"), HasSubstr("no fee schedule of province 82 holds on 2025-12-31"));
}

TEST_F(FeeSchedules, AVersionIsStoredOnceAndNeverWithOtherContent) {
  EXPECT_EQ(put(entry()).value(), PutOutcome::stored);
  EXPECT_EQ(put(entry()).value(), PutOutcome::unchanged);
  auto other = entry();
  other.exemptions.clear();
  EXPECT_THAT(refusal(other), HasSubstr("/id fee schedule NQ-2026 exists with other content"));
  EXPECT_THAT(refusal(entry("NQ-X", "2026-05-01")), HasSubstr("/from fee schedule NQ-2026 holds on some"));
  EXPECT_EQ(stored(), 1);
  EXPECT_EQ(session.number("SELECT count(*) FROM audit WHERE action = 'fees.import'"), 1);
}

TEST_F(FeeSchedules, EverythingThatIsWrongIsSaidAtOnceAndNothingIsStored) {
  auto bad = entry("-x y");
  bad.province = "8a";
  bad.valid_to = day("2025-12-31");
  bad.rules += "1.001193,,9,tip,khai-sinh,x,-1,7,,\n";
  const auto text = refusal(bad);
  for (const char* pointer : {"/id ", "/province ", "/to ", "/rules/line/4 "})
    EXPECT_THAT(text, HasSubstr(pointer));
  EXPECT_EQ(stored(), 0);
}

TEST_F(FeeSchedules, AnEndIsGivenOnceAndNotBeforeTheBeginning) {
  ASSERT_TRUE(put(entry()));
  EXPECT_EQ(end("NQ-2026", "2025-12-31").error().code, Errc::conflict);
  EXPECT_TRUE(end("NQ-2026", "2026-12-31"));
  EXPECT_EQ(end("NQ-2026", "2026-12-31").error().code, Errc::conflict);
  EXPECT_EQ(end("NQ-1", "2026-12-31").error().code, Errc::not_found);
  EXPECT_EQ(put(entry()).value(), PutOutcome::unchanged);
}

TEST_F(FeeSchedules, TheDatabaseAloneKeepsVersionsAsTheyAreAndOneADay) {
  ASSERT_TRUE(put(entry()));
  EXPECT_EQ(session.refusal("UPDATE fee_schedule SET rules = 'x'"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE fee_schedule SET valid = daterange('2025-01-01', NULL)"), "BC009");
  EXPECT_EQ(session.refusal("DELETE FROM fee_schedule"), "BC009");
  EXPECT_EQ(session.refusal("TRUNCATE fee_schedule"), "BC009");
  EXPECT_EQ(session.refusal("INSERT INTO fee_schedule (id, province, valid, rules, exemptions, actor) "
                            "VALUES ('Y', '82', daterange('2027-01-01', NULL), 'x', '', 'psql')"),
            "23P01");
}

}  // namespace
}  // namespace bccid
