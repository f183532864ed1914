#include "flow/import_remittance.hpp"

#include "adapters/list.hpp"
#include "store/verify.hpp"
#include "tests/adapters/statement_files.hpp"
#include "tests/flow/money_day.hpp"

#include <algorithm>

namespace bccid {
namespace {

using test::with;

// Two orders of one agency, handed in at the office: 50 000 phí and 8 000 lệ phí, 30 000 phí.
class ImportRemittance : public test::MoneyDay {
 protected:
  ImportRemittance() {
    const auto one =
        order("A1", {{"fee", Money(50'000)}, {"charge", Money(8'000)}, {"postage", Money(26'000)}});
    const auto two = order("A2", {{"fee", Money(30'000)}});
    collect({cash(one, "A1", Money(50'000), Money(8'000), Money(26'000)), cash(two, "A2", Money(30'000))});
    EXPECT_TRUE(hand_all_in(Money(114'000)));
    session.sql("UPDATE parcel SET item_code = 'EA123456785VN' WHERE order_number = 'A2'");
  }
  std::string file(const std::string& rows, std::int64_t total,
                   const std::string& reference = "VNP 0001") const {
    return "Mã chuyển tiền;" + reference +
           "\nTài khoản thụ hưởng;1010001\nNgày chuyển;02/03/2026\nTổng số tiền;" + std::to_string(total) +
           "\nSố đơn hàng;Số hiệu bưu gửi;Loại;Số tiền thu hộ\n" + rows;
  }
  Result<ForwardedReport> import_list(const std::string& text, bool dry_run = false) {
    static const auto reader = open_remittance_file(CarrierBlock{}).value();
    const auto digest = sha256(text);
    const RemittanceUpload upload{"post", digest,
                                  [&text](std::vector<Failure>& found) {
                                    TextSource source(text);
                                    return reader->read(source, found);
                                  },
                                  dry_run};
    return session.in_tx([&](sql::Tx& tx) { return import_remittance(tx, finance, upload, problems, now); });
  }
  // Refused for that alone, at that row; nothing is different afterwards.
  void expect_refused(const std::string& text, const std::string& detail) {
    const auto before = books();
    const auto refused = import_list(text);
    ASSERT_FALSE(refused) << detail;
    EXPECT_EQ(refused.error().code, Errc::statement_refused);
    EXPECT_EQ(problems.size(), 1U);
    EXPECT_NE(refused.error().detail.find(detail), std::string::npos) << refused.error().detail;
    EXPECT_EQ(books(), before);
    EXPECT_EQ(session.number("SELECT count(*) FROM remittance_file"), 0);
  }

  const std::string fees_ = "A1;;Phí;50.000\n;EA123456785VN;phí;30000\n";
};

TEST_F(ImportRemittance, MakesTheRemittanceOfExactlyTheListedCharges) {
  const auto made = import_list(file(fees_, 80'000));
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_EQ(made->remittances.size(), 1U);
  EXPECT_EQ(made->remittances[0].reference, "VNP 0001");
  EXPECT_EQ(made->remittances[0].kind, "fee");
  EXPECT_EQ(made->remittances[0].amount, Money(80'000));
  EXPECT_EQ(made->remittances[0].charges, 2U);
  EXPECT_EQ(charge_state("A1", "fee"), "remitted");
  EXPECT_EQ(charge_state("A1", "charge"), "handed_in") << "it is not in the list";
  EXPECT_EQ(charge_state("A1", "postage"), "handed_in");
  EXPECT_EQ(balance("office/fee/H20.01/82001"), 0);
  const auto arrived = import_file(statement({line("FT1", 80'000, "VNP 0001 BUU DIEN")}));
  ASSERT_TRUE(arrived) << arrived.error().text();
  EXPECT_EQ(arrived->matched, 1U);
}

TEST_F(ImportRemittance, ARowWithoutKindIsAllOfItsOrderAndKindsStayApart) {
  const auto made = import_list(file("A1;;;58000\nA2;EA123456785VN;;30000\n", 88'000));
  ASSERT_TRUE(made) << made.error().text();
  ASSERT_EQ(made->remittances.size(), 2U);
  EXPECT_EQ(made->remittances[0].reference, "VNP 0001/1");
  EXPECT_EQ(made->remittances[0].amount, Money(80'000));
  EXPECT_EQ(made->remittances[1].reference, "VNP 0001/2");
  EXPECT_EQ(made->remittances[1].kind, "charge");
  EXPECT_EQ(made->remittances[1].amount, Money(8'000));
  // The transfer is one, and so is the bank's line.
  const auto arrived = import_file(statement({line("FT1", 88'000, "VNP 0001 BUU DIEN")}));
  ASSERT_TRUE(arrived) << arrived.error().text();
  EXPECT_EQ(arrived->matched, 1U);
  EXPECT_EQ(open_breaks_text(), "");
}

TEST_F(ImportRemittance, TheSameListAgainChangesNothing) {
  const auto made = import_list(file(fees_, 80'000));
  ASSERT_TRUE(made);
  const auto before = books();
  for (const bool dry_run : {false, true}) {
    const auto again = import_list(file(fees_, 80'000), dry_run);
    ASSERT_TRUE(again) << again.error().text();
    EXPECT_TRUE(again->already_imported);
    EXPECT_EQ(again->id, made->id);
    EXPECT_EQ(again->total, Money(80'000));
    ASSERT_EQ(again->remittances.size(), 1U);
    EXPECT_EQ(again->remittances[0].id, made->remittances[0].id);
  }
  EXPECT_EQ(books(), before);
  const auto other = import_list(file(fees_, 80'000) + "\n;;;\n");
  ASSERT_FALSE(other);
  EXPECT_EQ(problems.size(), 3U) << "two rows, and the transfer";
  EXPECT_EQ(problems[0].detail, "line 6: it was remitted before");
  EXPECT_EQ(problems[2].detail, "the transfer \"VNP 0001\" was told before");
  EXPECT_EQ(books(), before);
}

TEST_F(ImportRemittance, ADryRunSaysWhatWouldBeRefusedAndStoresNothing) {
  const auto before = books();
  const auto good = import_list(file(fees_, 80'000), true);
  ASSERT_TRUE(good);
  EXPECT_TRUE(problems.empty());
  EXPECT_EQ(good->items, 2U);
  EXPECT_EQ(good->id, Uuid{});
  ASSERT_TRUE(import_list(file("A9;;;1\nA8;;;2\n", 3), true));
  EXPECT_EQ(problems.size(), 2U);
  EXPECT_EQ(books(), before);
}

TEST_F(ImportRemittance, RefusesARowThatIsNotWhatWasHandedIn) {
  expect_refused(file("A7;;;50000\n", 50'000), "line 6: \"A7\" is no parcel that is known");
  expect_refused(file("A1;EA123456785VN;;50000\n", 50'000), "line 6: \"A1\" is no parcel that is known");
  expect_refused(file("A1;;phí;50001\n", 50'001), "line 6: it says 50.001 đ, what was handed in is 50.000 đ");
  expect_refused(file("A2;;lệ phí;50000\n", 50'000), "line 6: \"A2\" has no such charge");
  expect_refused(file("A2;;;30000\n;EA123456785VN;;30000\n", 60'000), "line 7: line 6 forwards it already");
  order("A3", {{"fee", Money(5'000)}});
  expect_refused(file("A3;;;5000\n", 5'000), "line 6: nothing was taken for it");
  const auto id = order("A4", {{"fee", Money(5'000)}});
  collect({cash(id, "A4", Money(5'000))});
  expect_refused(file("A4;;;5000\n", 5'000), "line 6: its cash was not handed in");
}

TEST_F(ImportRemittance, RefusesMoneyOfAnotherAccountOrDay) {
  const auto id = order("B1", {{"fee", Money(7'000)}}, "H20.02");
  collect({cash(id, "B1", Money(7'000))});
  ASSERT_TRUE(hand_all_in(Money(7'000)));
  expect_refused(file("B1;;;7000\n", 7'000),
                 "line 6: its money goes to account \"1020002\", not to this one");
  expect_refused(with(file(fees_, 80'000), "02/03/2026", "03/03/2026"), "is of 2026-03-03, in the future");
  session.sql("UPDATE agency SET bank_account = '1010001' WHERE code = 'H20.02'");
  expect_refused(file("A2;;;30000\nB1;;;7000\n", 37'000), "line 7: its agency is H20.02");
}

TEST_F(ImportRemittance, RefusesAListThatIsNotWhatItSays) {
  expect_refused(file(fees_, 80'001), "line 4: its rows add up to 80.000 đ, the total is 80.001 đ");
  expect_refused(file(fees_, 80'000, std::string(26, 'X')), "is not 1 to 25 characters of ASCII");
  expect_refused(file("A1;;;58000\n", 58'000, std::string(25, 'X')),
                 "leaves no room to tell phí and lệ phí apart");
  expect_refused(file("A1;;cước;50000\n", 50'000), "line 6: \"cước\" is neither phí nor lệ phí");
  expect_refused(file("A1;;;-5\n", 5), "line 6: \"-5\" is no amount that is forwarded");
  expect_refused(file("", 5), "it lists no item");
  expect_refused(with(file(fees_, 80'000), "Ngày chuyển;", "Ghi chú;"), "\"day\" is missing");
  remitted("C1", 1'000, "H20.02");
  expect_refused(file(fees_, 80'000, "BCCI82 R000001"), "was told before");
}

TEST_F(ImportRemittance, AListThatIsNotItsRemittancesIsFoundOut) {
  ASSERT_TRUE(import_list(file(fees_, 80'000)));
  session.sql_past_guards("UPDATE remittance_file SET total = 79000");
  const auto report = run_verify(database.dsn());
  ASSERT_TRUE(report) << report.error().text();
  const auto found = std::ranges::find(report->findings, "remittance_files_are_whole", &Finding::check);
  ASSERT_NE(found, report->findings.end());
  EXPECT_EQ(found->text, "file of transfer VNP 0001 says 79000, its remittances are 80000");
  session.sql_past_guards("UPDATE remittance_file SET total = 80000");
  for (const auto* change : {"UPDATE remittance_file SET total = 1", "DELETE FROM remittance_file_part"})
    EXPECT_EQ(session.refusal(change), "BC009") << change;
}

}  // namespace
}  // namespace bccid
