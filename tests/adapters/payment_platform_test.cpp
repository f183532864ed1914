#include "adapters/list.hpp"
#include "base/digest.hpp"
#include "tests/adapters/fixture_files.hpp"

#include <gtest/gtest.h>

namespace bccid::test {
namespace {

struct Taken final : PlatformSink {
  Status take(PlatformPayment payment) override {
    payments.push_back(std::move(payment));
    return {};
  }
  void refuse(const Failure& problem) override { problems.push_back(problem.detail); }

  std::vector<PlatformPayment> payments;
  std::vector<std::string> problems;
};

class PaymentPlatform : public testing::Test {
 protected:
  Result<PlatformFileHead> read(std::string_view text, PlatformBlock block = {}) {
    block.name = "portal";
    block.kind = "payment_platform";
    const auto port = open_platform(block).value();
    taken.payments.clear();
    taken.problems.clear();
    TextSource bytes(text);
    return port->read(bytes, taken);
  }
  static std::string day() { return adapter_fixture("payment_platform/fixtures/day.txt"); }
  static std::string replaced(std::string text, const std::string& what, const std::string& with) {
    const auto at = text.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    return text.replace(at, what.size(), with);
  }

  Taken taken;
};

TEST_F(PaymentPlatform, ReadsWhatWasPaidAndWhatWentBackAndLeavesTheRest) {
  const auto head = read(day());
  ASSERT_TRUE(head) << head.error().text();
  EXPECT_EQ(head->payments, 2U);
  EXPECT_EQ(head->total, Money(200'000));
  EXPECT_EQ(to_text(head->from), "2026-03-02");
  ASSERT_EQ(taken.payments.size(), 2U);
  EXPECT_EQ(taken.payments[0].reference, "PF-26-000123");
  EXPECT_EQ(taken.payments[0].account, "1010001");
  EXPECT_EQ(taken.payments[0].dossier_code, "D-T1");
  EXPECT_EQ(to_rfc3339(taken.payments[0].paid_at), "2026-03-02T01:15:00Z");
  EXPECT_FALSE(taken.payments[0].paid_back);
  EXPECT_TRUE(taken.payments[1].paid_back);
  EXPECT_EQ(to_rfc3339(taken.payments[1].paid_at), "2026-03-02T02:00:00Z");
}

TEST_F(PaymentPlatform, ReadsTheSameFileInBase64) {
  const std::string text = day();
  std::string encoded = base64({reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  ASSERT_TRUE(read(encoded));
  EXPECT_EQ(taken.payments.size(), 2U);
  for (std::size_t at = 76; at < encoded.size(); at += 78) encoded.insert(at, "\r\n");
  ASSERT_TRUE(read(encoded));
  EXPECT_EQ(taken.payments.size(), 2U);
  encoded.resize(encoded.size() / 2 / 4 * 4 - 1);
  EXPECT_FALSE(read(encoded));
}

TEST_F(PaymentPlatform, NamesEveryRowThatItCannotRead) {
  auto text = replaced(day(), "PF-26-000123", "BP 12");
  text = replaced(text, "|20000|", "|2OOOO|");
  text = replaced(text, "20260302091500", "yesterday");
  (void)read(text);
  ASSERT_EQ(taken.problems.size(), 4U);  // and the totals, which are those of other rows then
  EXPECT_EQ(taken.problems[0], "line 2: \"BP 12\" is no reference of a payment");
  EXPECT_EQ(taken.problems[1], "line 3: \"2OOOO\" is not an amount");
  EXPECT_EQ(taken.problems[2], "line 4: \"yesterday\" is not a time");
}

TEST_F(PaymentPlatform, RefusesWrongTotalsACutAndARowBehindTheEnd) {
  (void)read(replaced(day(), "TONG|3", "TONG|4"));
  EXPECT_EQ(taken.problems.size(), 1U);
  (void)read(replaced(day(), "250000", "250001"));
  EXPECT_EQ(taken.problems.size(), 1U);
  const auto cut = day().substr(0, day().find("TONG"));
  EXPECT_FALSE(read(cut));
  EXPECT_FALSE(read(day() + "PF-26-000126|x|1|1|1|1|1\n"));
  EXPECT_FALSE(read(""));
  EXPECT_FALSE(read("MaThamChieu|SoTien\n"));
}

TEST_F(PaymentPlatform, TakesOtherTitlesAndStatuses) {
  PlatformBlock block;
  block.column_titles = {{"reference", "Ref"}};
  block.paid_status = "OK";
  const auto text = replaced(replaced(day(), "MaThamChieu", "Ref"), "|00|", "|OK|");
  ASSERT_TRUE(read(text, block));
  EXPECT_EQ(taken.payments.size(), 2U);
  block.column_titles = {{"colour", "Ref"}};
  EXPECT_FALSE(open_platform(block));
}

}  // namespace
}  // namespace bccid::test
