#include "tests/http_api/api_test.hpp"
#include "tests/support/pdf_reader.hpp"

#include <gmock/gmock.h>

namespace bccid::test {
namespace {

namespace json = boost::json;

using testing::HasSubstr;

class ApiReceipts : public ApiTest {
 protected:
  // A delivery whose lệ phí and cước the clerk has taken; the receipts' list.
  json::value paid(int number, std::int64_t charge = 8'000) {
    const auto order = placed_by_a(number);
    auto scan = scan_json(std::string(order.at("number").as_string()), "delivered", number);
    scan["cash"] = json::object{{"charge_vnd", charge}, {"postage_vnd", 26'000}};
    EXPECT_EQ(post("clerk-1", "/v1/scans", batch({scan})).status, 200);
    return get("clerk-1", "/v1/receipts?order=" + std::string(order.at("number").as_string())).json();
  }
  static std::string path_of(const json::value& receipt) {
    return "/v1/receipts/" + std::to_string(receipt.at("id").as_int64());
  }
  static json::value correction() { return {{"payer", "Đặng Thị Hoà"}, {"reason", "the name was misspelt"}}; }
};

TEST_F(ApiReceipts, WhoPaysGetsOneForEachKindWithTheAmountInWords) {
  const auto list = paid(1);
  ASSERT_EQ(list.at("items").as_array().size(), 2U);
  const auto receipt = get("agency-a", path_of(list.at("items").at(0))).json();
  EXPECT_EQ(receipt.at("kind").as_string(), "charge");
  EXPECT_EQ(receipt.at("issuer").as_string(), kAgencyA);
  EXPECT_EQ(receipt.at("number").as_int64(), 1);
  EXPECT_EQ(receipt.at("amount_in_words").as_string(), "Tám nghìn đồng chẵn");
  EXPECT_EQ(receipt.at("custody").as_string(), "collected");
  EXPECT_EQ(receipt.at("lines").as_array().size(), 1U);
  EXPECT_EQ(list.at("items").at(1).at("issuer").as_string(), "post");
  EXPECT_TRUE(list.at("items").at(1).at("remit_by").is_null());
}

TEST_F(ApiReceipts, AnAgencySeesItsOwnOnly) {
  const auto list = paid(1);
  EXPECT_EQ(get("agency-b", path_of(list.at("items").at(0))).status, 404);
  EXPECT_EQ(get("agency-b", "/v1/receipts").json().at("items").as_array().size(), 0U);
  EXPECT_EQ(get("agency-a", "/v1/receipts").json().at("items").as_array().size(), 2U);
}

TEST_F(ApiReceipts, WhatAnAgencyWaitsForShowsTheEndOfItsClock) {
  paid(1);
  const auto unsent = get("finance-1", "/v1/receipts?state=unsent").json().at("items");
  ASSERT_EQ(unsent.as_array().size(), 1U);
  const auto taken = parse_rfc3339(std::string(unsent.at(0).at("taken_at").as_string())).value();
  EXPECT_EQ(unsent.at(0).at("remit_by").as_string(), to_rfc3339(taken + std::chrono::hours(24)));
}

TEST_F(ApiReceipts, ADayHasWhatWasIssuedOnItInVietnam) {
  const auto of_day = [this](const char* day) {
    const auto reply = get("finance-1", std::string("/v1/receipts?day=") + day);
    EXPECT_EQ(reply.status, 200) << reply.body;
    return reply.json().at("items").as_array().size();
  };
  paid(1);
  session.sql("SET session_replication_role = replica");
  session.sql("UPDATE receipt SET issued_at = '2025-11-21T23:59:59+07:00' WHERE kind = 'charge'");
  session.sql("UPDATE receipt SET issued_at = '2025-11-22T00:00:00+07:00' WHERE kind = 'postage'");
  session.sql("SET session_replication_role = origin");
  EXPECT_EQ(of_day("2025-11-20"), 0U);
  EXPECT_EQ(of_day("2025-11-21"), 1U);
  EXPECT_EQ(of_day("2025-11-22"), 1U);
  EXPECT_EQ(get("agency-b", "/v1/receipts?day=2025-11-22").json().at("items").as_array().size(), 0U);
  EXPECT_EQ(get("finance-1", "/v1/receipts?day=2025-11-32").status, 400);
  EXPECT_EQ(get("finance-1", "/v1/receipts?day=2025-11-22&state=unsent").status, 400);
  EXPECT_EQ(get("finance-1", "/v1/receipts?day=2025-11-22&state=refused").status, 400);
  EXPECT_EQ(get("finance-1", "/v1/receipts?state=refused").json().at("items").as_array().size(), 0U);
}

TEST_F(ApiReceipts, AWrongNameIsReplacedOnceUnderOneKey) {
  const auto first = paid(1).at("items").at(0);
  const auto replaced = post("finance-1", path_of(first) + "/replace", correction(), "r-1");
  ASSERT_EQ(replaced.status, 201) << replaced.body;
  EXPECT_EQ(replaced.json().at("number").as_int64(), 2);
  EXPECT_EQ(replaced.json().at("payer").as_string(), "Đặng Thị Hoà");
  EXPECT_EQ(replaced.json().at("replaces"), first.at("id"));
  EXPECT_EQ(
      post("finance-1", path_of(first) + "/replace", correction(), "r-1").header("Idempotency-Replayed"),
      "true");
  EXPECT_EQ(post("finance-1", path_of(first) + "/replace", correction(), "r-2").status, 409);
  EXPECT_EQ(get("finance-1", path_of(first)).json().at("custody").as_string(), "cancelled");
  EXPECT_EQ(post("clerk-1", path_of(first) + "/replace", correction(), "r-3").status, 403);
  EXPECT_EQ(count("audit WHERE action = 'receipt.replace'"), 1);
}

TEST_F(ApiReceipts, PagesFollowOneAnotherAndWrongQueriesAreNamed) {
  for (int number = 1; number <= 3; ++number) paid(number);
  std::string after;
  std::size_t seen = 0;
  do {
    const auto page = get("finance-1", "/v1/receipts?limit=2" + after).json();
    seen += page.at("items").as_array().size();
    after = page.at("next").is_null() ? "" : "&after=" + std::string(page.at("next").as_string());
  } while (!after.empty());
  EXPECT_EQ(seen, 6U);
  for (const auto* bad :
       {"?state=lost", "?limit=0", "?limit=9999", "?after=x", "?after=-1", "?order=", "?colour=red"})
    EXPECT_EQ(get("finance-1", std::string("/v1/receipts") + bad).status, 400) << bad;
  EXPECT_EQ(get("finance-1", "/v1/receipts/x").status, 404);
}

TEST_F(ApiReceipts, IsPrintedForWhoeverMayReadIt) {
  session.sql("UPDATE post_office SET name = 'Bưu cục Mỹ Tho'");
  session.sql("UPDATE principal SET display_name = 'Trần Văn Bưu' WHERE id = 'clerk-1'");
  const auto items = paid(1).at("items");
  const std::string path = path_of(items.at(0)) + "/pdf";
  const auto reply = get("agency-a", path);
  ASSERT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.header("Content-Type"), "application/pdf");
  EXPECT_EQ(reply.header("Content-Disposition"), "inline; filename=\"bien-lai-L25-0000001.pdf\"");
  EXPECT_EQ(reply.header("Cache-Control"), "no-store");
  const std::string text = PdfReader(reply.body).text();
  for (const auto* words :
       {"BIÊN LAI THU LỆ PHÍ", "Ký hiệu: L25", "Số: 0000001", "Tám nghìn đồng chẵn",
        "Ngày 22 tháng 11 năm 2025, 09:00", "Bưu cục Mỹ Tho (82001)", "Trần Văn Bưu (clerk-1)", kAgencyA})
    EXPECT_THAT(text, HasSubstr(words));
  EXPECT_THAT(text, HasSubstr(std::string(items.at(0).at("order_number").as_string())));
  for (const auto* who : {"clerk-1", "finance-1", "auditor-1", "admin-1"})
    EXPECT_EQ(get(who, path).body, reply.body) << who << " holds the same bytes";
  EXPECT_EQ(get("agency-b", path).status, 404);
  EXPECT_EQ(get("", path).status, 401);
  EXPECT_EQ(get("agency-a", "/v1/receipts/999999/pdf").status, 404);
  EXPECT_EQ(get("agency-a", "/v1/receipts/x/pdf").status, 404);
  EXPECT_EQ(get("agency-a", path + "?size=a6").status, 400);

  const auto postage = get("agency-a", path_of(items.at(1)) + "/pdf");
  EXPECT_EQ(postage.header("Content-Disposition"), "inline; filename=\"du-lieu-hoa-don-C25-0000001.pdf\"");
  EXPECT_THAT(PdfReader(postage.body).text(), HasSubstr("Công ty Bưu chính Một Ký hiệu: C25"));
}

TEST_F(ApiReceipts, AReplacedOneIsPrintedCrossedAndNamesTheOtherNumber) {
  const auto first = paid(1).at("items").at(0);
  json::object wanted = correction().as_object();
  wanted["payer"] = "<b>Đặng</b> & \u202EHoà";
  const auto second = post("finance-1", path_of(first) + "/replace", wanted, "r-1").json();
  const PdfReader crossed(get("finance-1", path_of(first) + "/pdf").body);
  EXPECT_GT(crossed.red_points(1), 1'000U);
  for (const auto* words : {"ĐÃ HỦY Hủy lúc 09:00 ngày 22/11/2025", "Người hủy finance-1",
                            "the name was misspelt", "Thay bằng Số 0000002, ký hiệu L25"})
    EXPECT_THAT(crossed.text(), HasSubstr(words));
  const PdfReader stands(get("finance-1", path_of(second) + "/pdf").body);
  EXPECT_EQ(stands.red_points(1), 0U);
  EXPECT_THAT(stands.text(), HasSubstr("Thay cho Số 0000001, ký hiệu L25"));
  EXPECT_THAT(stands.text(), HasSubstr("Người nộp tiền <b>Đặng</b> & [U+202E]Hoà"));
}

TEST_F(ApiReceipts, WithoutItsFontNothingIsPrintedAndTheRestGoesOn) {
  const auto first = paid(1).at("items").at(0);
  settings.paper_family = "No Such Family";
  restart();
  const auto refused = get("finance-1", path_of(first) + "/pdf");
  EXPECT_EQ(refused.status, 503);
  EXPECT_EQ(refused.text("code"), "unavailable");
  EXPECT_EQ(get("finance-1", path_of(first)).status, 200);
}

TEST_F(ApiReceipts, TheDocumentOfAProviderIsShownPrintedAndExported) {
  session.sql("INSERT INTO receipt_provider VALUES ('" + std::string(kAgencyA) + "')");
  const auto items = paid(1).at("items");
  const std::string path = path_of(items.at(0));
  const auto waiting = get("agency-a", path).json().at("e_receipt");
  EXPECT_EQ(waiting.at("state").as_string(), "wanted");
  EXPECT_EQ(waiting.at("key").as_string(), "lephi-" + std::string(kAgencyA) + "-L25-0000001");
  EXPECT_TRUE(waiting.at("number").is_null());
  EXPECT_TRUE(items.at(1).at("e_receipt").is_null()) << "postage is the post's own";
  EXPECT_EQ(count("outbox WHERE target = 'receipt:" + std::string(kAgencyA) + "' AND kind = 'receipt.issue'"),
            1);
  EXPECT_THAT(PdfReader(get("agency-a", path + "/pdf").body).text(), testing::Not(HasSubstr("điện tử")));
  session.sql("UPDATE e_receipt SET state = 'sending', sent_at = now()");
  session.sql(
      "UPDATE e_receipt SET state = 'issued', pattern = '01BLP0-001', symbol = 'AA/25E', number = '0000345', "
      "url = 'https://tracuu.example/1', issued_at = now()");
  const auto issued = get("finance-1", "/v1/receipts").json().at("items").at(0).at("e_receipt");
  EXPECT_EQ(issued.at("symbol").as_string(), "AA/25E");
  EXPECT_EQ(issued.at("url").as_string(), "https://tracuu.example/1");
  const auto paper = PdfReader(get("agency-a", path + "/pdf").body).text();
  for (const auto* words : {"Đã có biên lai điện tử", "Số 0000345", "Tra cứu tại https://tracuu.example/1"})
    EXPECT_THAT(paper, HasSubstr(words));
  const auto exported = get("finance-1", "/v1/exports/receipts?from=2025-11-01&to=2025-11-30").json();
  EXPECT_EQ(exported.at("items").at(0).at("e_number").as_string(), "0000345");
  EXPECT_EQ(exported.at("items").at(0).at("e_state").as_string(), "issued");
  EXPECT_TRUE(exported.at("items").at(1).at("e_number").is_null());
}

TEST_F(ApiReceipts, CashIsTakenForTheOwnOfficeOnly) {
  add_office(session, "829999");
  auto scan = scan_json(std::string(placed_by_a(1).at("number").as_string()), "delivered", 1);
  scan["cash"] = json::object{{"charge_vnd", 8'000}};
  scan["office"] = "829999";
  const auto refused = post("clerk-1", "/v1/scans", batch({scan}));
  EXPECT_NE(refused.body.find("office that counts your cash"), std::string::npos) << refused.body;
  EXPECT_EQ(count("receipt"), 0);
  scan["office"] = kOffice;
  EXPECT_NE(post("clerk-1", "/v1/scans", batch({scan})).body.find("\"accepted\":1"), std::string::npos);
}

TEST_F(ApiReceipts, APartPaymentIsReceiptedForWhatWasPaid) {
  const auto list = paid(1, 5'000);
  EXPECT_EQ(list.at("items").at(0).at("amount_vnd").as_int64(), 5'000);
  const auto order = get("agency-a", "/v1/dossiers/" + dossier_code(1)).json().at("orders").at(0);
  std::string lines;
  for (const auto& charge : order.at("charges").as_array())
    lines += std::string(charge.at("kind").as_string()) + ' ' + std::string(charge.at("state").as_string()) +
             ' ' + std::to_string(charge.at("amount_vnd").as_int64()) + '\n';
  EXPECT_EQ(lines, "charge collected 5000\ncharge due 3000\npostage collected 26000\n");
}

}  // namespace
}  // namespace bccid::test
