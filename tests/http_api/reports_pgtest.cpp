#include "tests/http_api/api_test.hpp"
#include "tests/support/pdf_reader.hpp"

#include <gmock/gmock.h>

namespace bccid::test {
namespace {

namespace json = boost::json;

using testing::HasSubstr;
using testing::StartsWith;

class ApiReports : public ApiTest {
 protected:
  void paid(int number) {
    const auto order = placed_by_a(number);
    auto scan = scan_json(std::string(order.at("number").as_string()), "delivered", number);
    scan["cash"] = json::object{{"charge_vnd", 8'000}, {"postage_vnd", 26'000}};
    EXPECT_EQ(post("clerk-1", "/v1/scans", batch({scan})).status, 200);
  }
  const std::string period = "from=2025-11-22&to=2025-11-22";
};

TEST_F(ApiReports, MoneyIsAskedForByPeriodAndAxes) {
  paid(1);
  paid(2);
  const auto report = get("finance-1", "/v1/reports/money?by=agency,office&" + period).json();
  std::int64_t collected = 0;
  for (const auto& item : report.at("items").as_array()) {
    if (item.at("agency").is_string() && item.at("kind").as_string() == "charge")
      collected += item.at("collected_vnd").as_int64();
  }
  EXPECT_EQ(collected, 16'000);
  EXPECT_EQ(report.at("columns").at(0).at("title").as_string(), "Cơ quan");
  EXPECT_TRUE(get("agency-b", "/v1/reports/money?" + period).json().at("items").as_array().empty());
  EXPECT_EQ(get("clerk-1", "/v1/reports/money?" + period).status, 403);
}

TEST_F(ApiReports, AFileHasANameAndItsOwnKind) {
  paid(1);
  const auto csv = get("finance-1", "/v1/reports/money?format=csv&" + period);
  EXPECT_EQ(csv.header("Content-Type"), "text/csv; charset=utf-8");
  EXPECT_THAT(csv.header("Content-Disposition"), StartsWith("attachment; filename=\"thu-nop_"));
  EXPECT_THAT(csv.body, HasSubstr("Lệ phí"));
  const auto xlsx = get("finance-1", "/v1/reports/ageing?format=xlsx");
  EXPECT_THAT(xlsx.header("Content-Type"), HasSubstr("spreadsheetml"));
  EXPECT_THAT(xlsx.body, StartsWith("PK"));
}

TEST_F(ApiReports, EveryListGoesOutWhole) {
  paid(1);
  const auto receipts = get("finance-1", "/v1/exports/receipts?" + period).json();
  ASSERT_EQ(receipts.at("items").as_array().size(), 2U);
  EXPECT_EQ(receipts.at("items").at(0).at("amount_vnd").as_int64(), 8'000);
  EXPECT_TRUE(receipts.at("items").at(0).at("cancelled_at").is_null());
  for (const auto* list : {"remittances", "statement-lines", "breaks", "postings"})
    EXPECT_EQ(get("finance-1", std::string("/v1/exports/") + list + "?" + period).status, 200) << list;
  std::int64_t balance = 0;
  const auto postings = get("finance-1", "/v1/exports/postings?" + period).json();
  for (const auto& row : postings.at("items").as_array())
    balance +=
        row.at("debit_vnd").is_null() ? -row.at("credit_vnd").as_int64() : row.at("debit_vnd").as_int64();
  EXPECT_EQ(balance, 0);
  EXPECT_TRUE(get("agency-b", "/v1/exports/receipts?" + period).json().at("items").as_array().empty());
  EXPECT_EQ(get("finance-1", "/v1/exports/secrets?" + period).status, 404);
}

TEST_F(ApiReports, MinutesOfASettlementAreAPaper) {
  paid(1);
  const auto target = "/v1/reports/settlement/pdf?agency=" + std::string(kAgencyA) + "&" + period;
  const auto answer = get("finance-1", target);
  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.header("Content-Type"), "application/pdf");
  EXPECT_THAT(PdfReader(answer.body).text(), HasSubstr("người thu đang giữ 8.000"));
  EXPECT_EQ(get("agency-b", target).status, 404);
  EXPECT_EQ(get("finance-1", "/v1/reports/settlement/pdf?" + period).status, 400);
}

TEST_F(ApiReports, WrongQuestionsNameTheirPointer) {
  const auto refused = [&](const std::string& query) {
    const auto answer = get("finance-1", "/v1/reports/money?" + query);
    EXPECT_EQ(answer.status, 400) << query << answer.body;
    return answer.body;
  };
  EXPECT_THAT(refused("from=2026-03-02"), HasSubstr("?to"));
  EXPECT_THAT(refused("from=2026-03-02&to=2026-03-01"), HasSubstr("is before"));
  EXPECT_THAT(refused("from=2024-01-01&to=2026-03-01"), HasSubstr("366 days"));
  EXPECT_THAT(refused("from=2026-03-02&to=2026-03-02&by=moon"), HasSubstr("agency, procedure"));
  EXPECT_THAT(refused("from=2026-03-02&to=2026-03-02&by=day,day"), HasSubstr("named twice"));
  EXPECT_THAT(refused("from=2026-03-02&to=2026-03-02&format=pdf"), HasSubstr("json, csv or xlsx"));
  EXPECT_THAT(refused("from=02/03/2026&to=2026-03-02"), HasSubstr("?from"));
}

}  // namespace
}  // namespace bccid::test
