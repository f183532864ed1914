#include "domain/payment/payment_reference.hpp"

#include <gtest/gtest.h>

#include <set>

namespace bccid {
namespace {

std::vector<PaymentReference> named(const std::string& text, const std::string& end_to_end = "") {
  CreditLine line;
  line.text = text;
  line.end_to_end = end_to_end;
  return payment_references_in(line);
}

TEST(PaymentReference, IsReadAsItWasWritten) {
  for (const auto kind : {ChargeKind::fee, ChargeKind::charge, ChargeKind::postage})
    for (const std::int64_t order : {1LL, 7LL, 12'048LL, 99'999'999LL, 9'223'372'036'854'775'807LL})
      for (int attempt = 0; attempt < kPaymentAttempts; ++attempt) {
        const PaymentReference reference{kind, order, attempt};
        const auto text = payment_reference_text(reference);
        ASSERT_EQ(parse_payment_reference(text), reference) << text;
      }
}

TEST(PaymentReference, TwoOfThemFitIntoATransfersTextWhileOrdersHaveEightDigits) {
  const auto fee = payment_reference_text({ChargeKind::fee, 99'999'999, 9});
  const auto charge = payment_reference_text({ChargeKind::charge, 99'999'999, 9});
  EXPECT_LE((fee + " " + charge).size(), 25U);
}

TEST(PaymentReference, TellsEveryWrongDigitAndEverySwapOfNeighbours) {
  const auto text = payment_reference_text({ChargeKind::charge, 4'815'162, 3});
  for (std::size_t at = 2; at < text.size(); ++at) {
    for (char digit = '0'; digit <= '9'; ++digit) {
      auto wrong = text;
      wrong[at] = digit;
      EXPECT_EQ(parse_payment_reference(wrong).has_value(), wrong == text) << wrong;
    }
    if (at + 1 == text.size() || text[at] == text[at + 1]) continue;
    auto swapped = text;
    std::swap(swapped[at], swapped[at + 1]);
    EXPECT_FALSE(parse_payment_reference(swapped)) << swapped;
  }
  auto other_kind = text;
  other_kind[1] = 'P';
  EXPECT_FALSE(parse_payment_reference(other_kind));
}

TEST(PaymentReference, RefusesWhatIsNoReference) {
  for (const auto* text : {"", "BP", "BP1", "BP12", "bp1203", "BX1203", "BP0103", "BP12a3", "XP1203",
                           "BP99999999999999999999990"})
    EXPECT_FALSE(parse_payment_reference(text)) << text;
  EXPECT_FALSE(parse_payment_reference("BP" + std::string(400, '1')));
}

TEST(PaymentReference, IsFoundInWhatBanksMakeOfAText) {
  const PaymentReference fee{ChargeKind::fee, 12'048, 0}, charge{ChargeKind::charge, 12'048, 1};
  const auto one = payment_reference_text(fee), other = payment_reference_text(charge);
  const std::vector<PaymentReference> both{fee, charge};
  EXPECT_EQ(named(one + " " + other), both);
  EXPECT_EQ(named(one + other), both);
  EXPECT_EQ(named("MBVCB.6812345." + one + " " + other + ".CT tu 0071000 NGUYEN VAN A"), both);
  EXPECT_EQ(named("chuyển tiền phí " + one), std::vector{fee});
  EXPECT_EQ(named("", other), std::vector{charge});
  const auto cut = one.substr(0, 4) + " " + one.substr(4);
  const auto readings = named("nop " + cut);
  EXPECT_TRUE(std::set(readings.begin(), readings.end()).contains(fee));
}

TEST(PaymentReference, IsNotFoundInALongerNumber) {
  const auto text = payment_reference_text({ChargeKind::fee, 12'048, 0});
  EXPECT_TRUE(named(text + "00").empty() || named(text + "00").front().order_id != 12'048);
  EXPECT_TRUE(named("nothing of the kind").empty());
  EXPECT_TRUE(named("").empty());
}

}  // namespace
}  // namespace bccid
