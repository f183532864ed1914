#include "domain/parcel/scan_code.hpp"

#include "base/text.hpp"
#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using test::tables;

TEST(ScanCodes, KeepTheListsOfOneNumberApart) {
  const auto& codes = tables().scan_codes;
  EXPECT_EQ(codes.find("vnpost_legacy", "1", "100")->canonical, ParcelEvent::delivered);
  EXPECT_EQ(codes.find("vnpost_order_reply", "1", "100")->canonical, ParcelEvent::registered);
  EXPECT_EQ(codes.find("vnpost_my", "1", "100"), nullptr);
}

TEST(ScanCodes, HoldOnlyTheObservedCodeOfThePublicFeed) {
  const auto& codes = tables().scan_codes;
  const auto published = codes.list("vnpost_ngsp_feed", "1");
  ASSERT_EQ(published.size(), 1U);
  EXPECT_EQ(published.front()->code, "4");
  EXPECT_EQ(published.front()->canonical, ParcelEvent::delivered);
  EXPECT_EQ(codes.find("vnpost_ngsp_feed", "sim", "8")->canonical, ParcelEvent::out_for_delivery);
}

TEST(ScanCodes, OfOurOwnNameEveryEvent) {
  for (const auto text : EnumNames<ParcelEvent>::kNames) {
    const auto* code = tables().scan_codes.find_own(text);
    ASSERT_NE(code, nullptr) << text;
    EXPECT_EQ(code->canonical, from_name<ParcelEvent>(text));
  }
  EXPECT_EQ(tables().scan_codes.find_own("disputed"), nullptr) << "nobody scans a dispute";
}

TEST(ScanCodes, DoNotClaimSuccessForAnUnconfirmedReply) {
  const auto* reply = tables().scan_codes.find("vnpost_order_reply", "1", "101");
  ASSERT_NE(reply, nullptr);
  EXPECT_FALSE(reply->canonical);
  EXPECT_EQ(reply->reason, "outcome_unknown");
}

TEST(ScanCodes, SayInTwoLanguagesWhatHappenedAndMarkFinals) {
  for (const auto* source : {"bccid", "vnpost_my", "vnpost_legacy"}) {
    for (const auto* code : tables().scan_codes.list(source, "1")) {
      EXPECT_TRUE(code->vi.ends_with('.')) << code->vi;
      EXPECT_TRUE(code->en.ends_with('.')) << code->en;
      EXPECT_EQ(to_nfc(code->vi), code->vi);
      const bool final = code->canonical && *code->canonical >= ParcelEvent::delivered &&
                         *code->canonical <= ParcelEvent::lost;
      EXPECT_EQ(code->terminal, final) << source << " " << code->code;
    }
  }
}

TEST(ScanCodes, PassMoneyOnOnlyWhereTheListSaysSo) {
  const auto& codes = tables().scan_codes;
  EXPECT_EQ(codes.find("vnpost_my", "1", "21")->money, MoneyEffect::cod_settled);
  EXPECT_EQ(codes.find("vnpost_my", "1", "14")->money, MoneyEffect::none) << "delivered is not settled";
  EXPECT_EQ(codes.find("vnpost_legacy", "1", "110")->money, MoneyEffect::cod_collected);
}

TEST(ScanCodes, RefuseAWrongRowByLineAndColumn) {
  const std::string header =
      "source,version,code,canonical,reason,terminal,money_effect,dossier_effect,evidence,vi,en\n";
  const std::string right = "x,1,7,collected,,no,none,step,none,a,b\n";
  EXPECT_TRUE(ScanCodes::parse(header + right));
  const auto unknown = ScanCodes::parse(header + right + "x,1,8,vanished,,no,none,step,none,a,b\n");
  EXPECT_EQ(unknown.error().code, Errc::invalid_field);
  EXPECT_NE(unknown.error().detail.find("line 3 has a wrong 'canonical'"), std::string::npos);
  EXPECT_FALSE(ScanCodes::parse(header + "x,1,8,collected,,maybe,none,step,none,a,b\n"));
  EXPECT_FALSE(ScanCodes::parse(header + "x,1,8,collected,,no,none,step,none,,b\n"));
  EXPECT_EQ(ScanCodes::parse(header + right + right).error().code, Errc::duplicate);
}

}  // namespace
}  // namespace bccid
