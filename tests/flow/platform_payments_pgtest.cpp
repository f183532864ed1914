#include "flow/platform_payments.hpp"

#include "flow/payer_transfers.hpp"
#include "tests/flow/money_day.hpp"

namespace bccid {
namespace {

class PlatformPayments : public test::MoneyDay {
 protected:
  PlatformPayment paid(const std::string& reference, std::int64_t amount,
                       const std::string& dossier = {}) const {
    PlatformPayment made;
    made.reference = reference;
    made.account = "1010001";
    made.amount = Money(amount);
    made.paid_at = now;
    made.dossier_code = dossier;
    return made;
  }
  Result<PlatformReport> import(const std::vector<PlatformPayment>& payments, const std::string& name,
                                bool dry_run = false) {
    const auto digest = sha256(name);
    PlatformUpload upload{"portal", digest, {}, dry_run};
    upload.read = [&payments, this](PlatformSink& sink) -> Result<PlatformFileHead> {
      PlatformFileHead head;
      head.from = head.to = business_day(now);
      for (auto one : payments) {
        one.line = 2 + head.payments++;
        head.total += one.amount;
        if (auto taken = sink.take(one); !taken) return taken.error();
      }
      return head;
    };
    return session.in_tx(
        [&](sql::Tx& tx) { return import_platform_file(tx, finance, upload, problems, now); });
  }
  // The one-stop system told us of it.
  void told(std::int64_t order, const std::string& reference, std::int64_t amount) {
    const PayerTransfer one{order, ChargeKind::fee, "1010001", Money(amount), reference, now, kPaidOnline};
    session.in_tx([&](sql::Tx& tx) { (void)book_transfers(tx, finance, {one}, now); });
  }
};

TEST_F(PlatformPayments, WhatTheBooksHoldToTheDongAgrees) {
  told(order("T1", {{"fee", Money(180'000)}}), "PF-26-1001", 180'000);
  const auto report = import({paid("PF-26-1001", 180'000)}, "a");
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->agreed, 1U);
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(PlatformPayments, WhatNobodyToldIsBookedWhereOneOrderOwesIt) {
  order("T1", {{"fee", Money(180'000)}, {"charge", Money(20'000)}});
  order("T2", {{"fee", Money(50'000)}, {"charge", Money(7'000)}});
  const auto report = import({paid("PF-26-1001", 200'000, "D-T1"), paid("PF-26-1002", 7'000, "D-T2")}, "a");
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(report->booked, 2U);
  EXPECT_EQ(charge_state("T1"), "remitted");
  EXPECT_EQ(charge_state("T1", "charge"), "remitted");
  EXPECT_EQ(charge_state("T2"), "due");
  EXPECT_EQ(charge_state("T2", "charge"), "remitted");
  EXPECT_EQ(open_breaks_text(), "");
  // The next file names the same payments: what was booked for them agrees.
  const auto again = import({paid("PF-26-1001", 200'000), paid("PF-26-1002", 7'000)}, "b");
  EXPECT_EQ(again->agreed, 2U);
}

TEST_F(PlatformPayments, WhatDoesNotAgreeIsABreakOfItsName) {
  const auto first = order("T1", {{"fee", Money(180'000)}});
  const auto second = order("T2", {{"fee", Money(50'000)}});
  const auto third = order("T3", {{"fee", Money(60'000)}});
  told(first, "PF-26-1001", 180'000);
  told(second, "PF-26-1002", 50'000);
  told(third, "PF-26-1003", 60'000);
  auto back = paid("PF-26-1002", 50'000);
  back.paid_back = true;
  const auto report = import({paid("PF-26-1001", 170'000), back, paid("PF-26-1004", 9'000, "D-none")}, "a");
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_EQ(
      open_breaks_text(),
      "platform_differs -50000, platform_differs -10000, platform_missing -60000, platform_unknown 9000");
  EXPECT_EQ(session.text("SELECT DISTINCT owner FROM recon_break"), "agency_finance");
  // What the platform corrects ends its break.
  ASSERT_TRUE(import({paid("PF-26-1001", 180'000), paid("PF-26-1003", 60'000)}, "b"));
  EXPECT_EQ(open_breaks_text(), "platform_differs -50000, platform_unknown 9000");
}

TEST_F(PlatformPayments, MoneyOnAnotherAccountDiffersThoughTheAmountIsRight) {
  told(order("T1", {{"fee", Money(180'000)}}), "PF-26-1001", 180'000);
  auto elsewhere = paid("PF-26-1001", 180'000);
  elsewhere.account = "1020002";
  ASSERT_TRUE(import({elsewhere}, "a"));
  EXPECT_EQ(open_breaks_text(), "platform_differs 0");
}

TEST_F(PlatformPayments, TheSameFileAndADryRunChangeNothing) {
  order("T1", {{"fee", Money(180'000)}});
  const std::vector payments{paid("PF-26-1001", 180'000, "D-T1"), paid("PF-26-1002", 5)};
  const auto before = books();
  const auto preview = import(payments, "a", true);
  ASSERT_TRUE(preview);
  EXPECT_EQ(preview->head->total, Money(180'005));
  EXPECT_EQ(books(), before);
  ASSERT_TRUE(import(payments, "a"));
  const auto after = books();
  const auto again = import(payments, "a");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->already_imported);
  EXPECT_EQ(books(), after);
}

TEST_F(PlatformPayments, AReferenceTwiceRefusesTheFileWhole) {
  order("T1", {{"fee", Money(180'000)}});
  const auto before = books();
  const auto payment = paid("PF-26-1001", 180'000, "D-T1");
  EXPECT_FALSE(import({payment, payment}, "a"));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].detail, "line 3: it repeats the reference of line 2");
  EXPECT_EQ(books(), before);
}

}  // namespace
}  // namespace bccid
