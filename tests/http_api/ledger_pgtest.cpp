#include "tests/http_api/api_test.hpp"

#include <gmock/gmock.h>

namespace bccid::test {
namespace {

namespace json = boost::json;

using testing::HasSubstr;

class ApiLedger : public ApiTest {
 protected:
  // A delivery whose lệ phí and cước the clerk has taken.
  void paid(int number) {
    const auto order = placed_by_a(number);
    auto scan = scan_json(std::string(order.at("number").as_string()), "delivered", number);
    scan["cash"] = json::object{{"charge_vnd", 8'000}, {"postage_vnd", 26'000}};
    EXPECT_EQ(post("clerk-1", "/v1/scans", batch({scan})).status, 200);
  }
  json::value balances(const std::string& question) {
    const auto answer = get("finance-1", "/v1/ledger/balances" + question);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  json::value postings(const std::string& account, const std::string& more = {}) {
    const auto answer = get("finance-1", "/v1/ledger/postings?account=" + account + more);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return answer.json();
  }
  static std::string account_of(const json::value& report, std::size_t at) {
    return std::string(report.at("accounts").at(at).at("account").as_string());
  }
};

TEST_F(ApiLedger, ATotalIsTheSumOfItsPostingsAndThoseLeadToTheirJournal) {
  for (int number = 1; number <= 3; ++number) paid(number);
  const auto cash = balances("?role=cash&kind=charge");
  ASSERT_EQ(cash.at("accounts").as_array().size(), 1U);
  EXPECT_EQ(cash.at("debit_vnd").as_int64(), 24'000);
  const auto page = postings(account_of(cash, 0));
  std::int64_t sum = 0;
  for (const auto& posting : page.at("items").as_array()) {
    EXPECT_EQ(posting.at("side").as_string(), "debit");
    EXPECT_THAT(std::string(posting.at("dossier_code").as_string()), HasSubstr("H20"));
    sum += posting.at("amount_vnd").as_int64();
  }
  EXPECT_EQ(sum, 24'000);
  const auto id = page.at("items").at(0).at("journal").as_int64();
  const auto journal = get("finance-1", "/v1/ledger/journals/" + std::to_string(id)).json();
  EXPECT_EQ(journal.at("kind").as_string(), "collected");
  std::int64_t balance = 0;
  for (const auto& posting : journal.at("postings").as_array())
    balance += posting.at("amount_vnd").as_int64() * (posting.at("side").as_string() == "debit" ? 1 : -1);
  EXPECT_EQ(balance, 0);
}

TEST_F(ApiLedger, PagesOfPostingsMissAndRepeatNone) {
  for (int number = 1; number <= 5; ++number) paid(number);
  const auto account = account_of(balances("?role=cash&kind=postage"), 0);
  std::set<std::int64_t> seen;
  std::string after;
  do {
    const auto page = postings(account, "&limit=2" + after);
    for (const auto& posting : page.at("items").as_array())
      EXPECT_TRUE(seen.insert(posting.at("journal").as_int64()).second);
    const auto* next = page.at("next").if_string();
    after = next == nullptr ? "" : "&after=" + std::string(*next);
  } while (!after.empty());
  EXPECT_EQ(seen.size(), 5U);
}

TEST_F(ApiLedger, TheBooksOfAMomentStayAsTheyWere) {
  paid(1);
  const auto then = session.text(
      "SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', "
      "'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
  const auto before = balances("");
  paid(2);
  EXPECT_NE(balances(""), before);
  EXPECT_EQ(balances("?until=" + then), before);
  const auto account = account_of(balances("?role=cash&kind=charge"), 0);
  EXPECT_EQ(postings(account).at("items").as_array().size(), 2U);
  EXPECT_EQ(postings(account, "&until=" + then).at("items").as_array().size(), 1U);
}

TEST_F(ApiLedger, AnAgencySeesItsOwnBooksOnly) {
  paid(1);
  const auto account = account_of(balances("?role=cash&kind=charge"), 0);
  const auto journal = postings(account).at("items").at(0).at("journal").as_int64();
  const auto target = "/v1/ledger/journals/" + std::to_string(journal);
  EXPECT_EQ(get("agency-a", "/v1/ledger/postings?account=" + account).status, 200);
  EXPECT_EQ(get("agency-b", "/v1/ledger/postings?account=" + account).status, 404);
  EXPECT_EQ(get("agency-a", target).status, 200);
  EXPECT_EQ(get("agency-b", target).status, 404);
  EXPECT_EQ(get("agency-b", "/v1/ledger/balances?agency=" + std::string(kAgencyA)).json().at("debit_vnd"), 0);
}

TEST_F(ApiLedger, AWrongQuestionNamesItsPointer) {
  const auto wrong = [&](const std::string& target) {
    const auto answer = get("finance-1", "/v1/ledger/" + target);
    EXPECT_EQ(answer.status, 400) << target << answer.body;
    return answer.body;
  };
  EXPECT_THAT(wrong("balances?role=purse"), HasSubstr("receivable, payable, cash"));
  EXPECT_THAT(wrong("balances?until=yesterday"), HasSubstr("?until"));
  EXPECT_THAT(wrong("postings"), HasSubstr("?account"));
  EXPECT_THAT(wrong("postings?account=cash/fee/H20.12/x&limit=0"), HasSubstr("?limit"));
  paid(1);
  const auto account = account_of(balances("?role=cash"), 0);
  EXPECT_THAT(wrong("postings?account=" + account + "&after=1.x"), HasSubstr("?after"));
  EXPECT_EQ(get("finance-1", "/v1/ledger/postings?account=cash/fee/none/x").status, 404);
  EXPECT_EQ(get("finance-1", "/v1/ledger/journals/999999").status, 404);
}

}  // namespace
}  // namespace bccid::test
