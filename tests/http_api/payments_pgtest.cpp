#include "domain/payment/vietqr.hpp"
#include "tests/http_api/api_test.hpp"
#include "tests/support/pdf_reader.hpp"

#include <gmock/gmock.h>

namespace bccid::test {
namespace {

namespace json = boost::json;

using testing::HasSubstr;

class ApiPayments : public ApiTest {
 protected:
  ApiPayments() {
    session.sql(std::string("INSERT INTO fee_account VALUES ('") + ApiServer::kAccount +
                "', '970436', 'So Tu phap')");
  }
  static json::object line(const char* kind, std::int64_t amount) {
    return {{"kind", kind}, {"amount_vnd", amount}};
  }
  json::value placed(json::array charges) {
    auto body = example("placeOrder");
    body.as_object()["charges"] = std::move(charges);
    const auto reply = post("agency-a", "/v1/orders", body);
    EXPECT_EQ(reply.status, 201) << reply.body;
    return reply.json();
  }
  json::value placed_with_all() {
    return placed({line("fee", 180'000), line("charge", 8'000), line("postage", 26'000)});
  }
  static std::string path_of(const json::value& order) {
    return "/v1/orders/" + std::string(order.at("id").as_string());
  }
  json::value slip(const json::value& order) { return get("clerk-1", path_of(order) + "/payment").json(); }
  // A statement of the fee account with one line.
  ApiReply import_line(std::int64_t amount, const std::string& text) {
    const std::string sum = std::to_string(amount);
    ApiCall call = posting("finance-1", std::string("/v1/statements?account=") + ApiServer::kAccount,
                           "tai_khoan,115000123456\ntu_ngay,2025-11-22\nden_ngay,2025-11-22\nso_du_dau,0\n"
                           "so_du_cuoi," +
                               sum + "\nngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n22/11/2025,FT1," +
                               sum + "," + text + ",NGUYEN VAN A\ntong,1," + sum + ",,\n");
    call.content_type = "text/csv";
    return ask(call);
  }
  static std::string states(const json::value& order) {
    std::string text;
    for (const auto& charge : order.at("charges").as_array()) {
      text += std::string(charge.at("kind").as_string()) + ' ' + std::string(charge.at("state").as_string());
      if (charge.at("paid_by").is_string()) text += " by " + std::string(charge.at("paid_by").as_string());
      text += "; ";
    }
    return text;
  }
  static json::object late(const char* reference = "PF-26-000123", std::int64_t amount = 180'000) {
    return {{"reference", reference},
            {"paid_at", "2025-11-22T08:15:00+07:00"},
            {"kinds", json::array{"fee"}},
            {"amount_vnd", amount}};
  }
};

TEST_F(ApiPayments, AnOrderHasACodeForItsAccountThatTheBankLineFindsAgain) {
  const auto order = placed_with_all();
  const auto asked = slip(order);
  ASSERT_EQ(asked.at("codes").as_array().size(), 1U);
  const auto& code = asked.at("codes").at(0);
  EXPECT_EQ(code.at("amount_vnd").as_int64(), 188'000);
  const auto read = decode_vietqr(code.at("vietqr").as_string());
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->account, ApiServer::kAccount);
  EXPECT_EQ(read->amount, Money(188'000));
  EXPECT_EQ(read->purpose, code.at("purpose").as_string());
  EXPECT_EQ(asked.at("to_the_post").at(0).at("amount_vnd").as_int64(), 26'000);
  ASSERT_EQ(import_line(188'000, "IBFT " + read->purpose + " chuyen tien").status, 201);
  EXPECT_EQ(states(get("clerk-1", path_of(order)).json()),
            "charge settled by transfer; fee settled by transfer; postage due; ");
  EXPECT_EQ(slip(order).at("codes").as_array().size(), 0U);
  const auto receipts = get("finance-1", "/v1/receipts").json();
  ASSERT_EQ(receipts.at("items").as_array().size(), 2U);
  EXPECT_EQ(receipts.at("items").at(0).at("collector").as_string(), "transfer");
  const auto paper = get(
      "finance-1", "/v1/receipts/" + std::to_string(receipts.at("items").at(0).at("id").as_int64()) + "/pdf");
  EXPECT_THAT(PdfReader(paper.body).text(), HasSubstr("Chuyển khoản"));
}

TEST_F(ApiPayments, WhatWasPaidAtTheDoorHasNoCodeAnyMore) {
  const auto order = placed_with_all();
  auto scan = scan_json(std::string(order.at("number").as_string()), "delivered", 1);
  scan["cash"] = json::object{{"fee_vnd", 180'000}};
  ASSERT_EQ(post("clerk-1", "/v1/scans", batch({scan})).status, 200);
  const auto rest = slip(order);
  ASSERT_EQ(rest.at("codes").as_array().size(), 1U);
  EXPECT_EQ(rest.at("codes").at(0).at("amount_vnd").as_int64(), 8'000);
}

TEST_F(ApiPayments, PostageHasACodeOfItsOwnWhereThePostHasAnAccount) {
  session.sql("INSERT INTO fee_account VALUES ('999000820012', '970436', 'BUU DIEN', 'post')");
  const auto order = placed_with_all();
  const auto asked = slip(order);
  ASSERT_EQ(asked.at("codes").as_array().size(), 2U);
  EXPECT_EQ(asked.at("to_the_post").as_array().size(), 0U);
  const auto& code = asked.at("codes").at(1);
  EXPECT_EQ(code.at("account").as_string(), "999000820012");
  EXPECT_EQ(code.at("amount_vnd").as_int64(), 26'000);
  EXPECT_TRUE(code.at("purpose").as_string().starts_with("BC"));
  const auto read = decode_vietqr(code.at("vietqr").as_string());
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->account, "999000820012");
  const auto paper = get("clerk-1", path_of(order) + "/payment/pdf");
  EXPECT_THAT(PdfReader(paper.body).text(), HasSubstr("Nộp vào tài khoản của bưu điện"));
}

TEST_F(ApiPayments, WhoPaysByTransferAtTheDoorIsShownWithTheOrder) {
  const auto order = placed_with_all();
  EXPECT_TRUE(order.at("promised_transfer").is_null());
  const std::string number(order.at("number").as_string());
  auto scan = scan_json(number, "delivered", 1);
  scan["payment"] = "transfer";
  const auto taken = post("clerk-1", "/v1/scans", batch({scan}));
  ASSERT_EQ(taken.status, 200) << taken.body;
  EXPECT_EQ(taken.json().at("accepted").as_int64(), 1);
  EXPECT_EQ(post("clerk-1", "/v1/scans", batch({scan})).json().at("duplicate").as_int64(), 1);
  const auto promised = get("agency-a", path_of(order)).json().at("promised_transfer");
  EXPECT_EQ(promised.at("by").as_string(), "clerk-1");
  EXPECT_EQ(promised.at("event_id"), scan.at("event_id"));
  EXPECT_EQ(slip(order).at("promised_transfer"), promised);
  const auto parcel = get("clerk-1", "/v1/parcels/" + number).json();
  EXPECT_EQ(parcel.at("events").at(0).at("payment").as_string(), "transfer");
  EXPECT_EQ(get("finance-1", "/v1/money/clock").json().at("groups").as_array().size(), 0U);
  EXPECT_EQ(count("receipt"), 0);
}

TEST_F(ApiPayments, APromiseWithCashOrOfARetractionIsRefusedAlone) {
  const std::string number(placed_with_all().at("number").as_string());
  auto both = scan_json(number, "delivered", 1);
  both["payment"] = "transfer";
  both["cash"] = json::object{{"fee_vnd", 180'000}};
  auto back = scan_json(number, "retracted", 2);
  back["retracts"] = both.at("event_id");
  back["payment"] = "transfer";
  auto nothing = scan_json(number, "collected", 3);
  nothing["payment"] = nullptr;
  const auto reply = post("clerk-1", "/v1/scans", batch({both, back, nothing}));
  ASSERT_EQ(reply.status, 200) << reply.body;
  const auto answers = reply.json();
  EXPECT_EQ(answers.at("rejected").as_int64(), 2);
  EXPECT_EQ(answers.at("accepted").as_int64(), 1);
  EXPECT_EQ(answers.at("items").at(0).at("errors").at(0).at("pointer").as_string(), "/items/0/payment");
  EXPECT_EQ(answers.at("items").at(1).at("errors").at(0).at("pointer").as_string(), "/items/1/payment");
}

TEST_F(ApiPayments, APromiseThatNothingCanKeepIsTakenAndSaidSo) {
  const auto order = placed({line("postage", 26'000)});
  auto scan = scan_json(std::string(order.at("number").as_string()), "collected", 1);
  scan["payment"] = "transfer";
  const auto answer = post("clerk-1", "/v1/scans", batch({scan})).json().at("items").at(0);
  EXPECT_EQ(answer.at("outcome").as_string(), "accepted");
  EXPECT_EQ(answer.at("reason").as_string(), "nothing_that_a_transfer_can_pay");
}

TEST_F(ApiPayments, WithoutABankThereIsAnAccountButNoCode) {
  session.sql("DELETE FROM fee_account");
  const auto order = placed_with_all();
  const auto asked = slip(order);
  const auto& code = asked.at("codes").at(0);
  EXPECT_TRUE(code.at("vietqr").is_null());
  EXPECT_EQ(code.at("account").as_string(), ApiServer::kAccount);
  const std::string reference(code.at("references").at(0).as_string());
  EXPECT_EQ(get("clerk-1", path_of(order) + "/payment/qr/" + reference).status, 404);
}

TEST_F(ApiPayments, ThePaperSaysWhatTheCodeSaysAndThatItIsNoReceipt) {
  const auto order = placed_with_all();
  const auto paper = get("clerk-1", path_of(order) + "/payment/pdf");
  ASSERT_EQ(paper.status, 200) << paper.body;
  const auto text = PdfReader(paper.body).text();
  EXPECT_THAT(text, HasSubstr("THÔNG BÁO THU PHÍ, LỆ PHÍ"));
  EXPECT_THAT(text, HasSubstr("188.000 đồng"));
  EXPECT_THAT(text, HasSubstr("Một trăm tám mươi tám nghìn đồng chẵn"));
  EXPECT_THAT(text, HasSubstr(std::string(slip(order).at("codes").at(0).at("purpose").as_string())));
  EXPECT_THAT(text, HasSubstr("không phải biên lai"));
  EXPECT_EQ(PdfReader(paper.body).info("Pages"), "1");
}

TEST_F(ApiPayments, TheCodeIsDrawnForATelephone) {
  const auto order = placed_with_all();
  const std::string reference(slip(order).at("codes").at(0).at("references").at(0).as_string());
  const auto picture = get("clerk-1", path_of(order) + "/payment/qr/" + reference);
  ASSERT_EQ(picture.status, 200) << picture.body;
  EXPECT_EQ(picture.header("Content-Type"), "image/svg+xml");
  EXPECT_THAT(picture.body, HasSubstr("<svg"));
  EXPECT_EQ(get("clerk-1", path_of(order) + "/payment/qr/BP999").status, 404);
  EXPECT_EQ(get("agency-b", path_of(order) + "/payment").status, 404);
  EXPECT_EQ(get("agency-b", path_of(order) + "/payment/pdf").status, 404);
  EXPECT_EQ(get("clerk-1", "/v1/orders/x/payment").status, 404);
}

TEST_F(ApiPayments, WhatWasPaidOnlineIsNeverAskedForAgain) {
  auto paid = line("fee", 180'000);
  paid["paid_online"] = json::object{{"reference", "PF-26-000123"}, {"paid_at", "2025-11-22T08:15:00+07:00"}};
  const auto order = placed({paid, line("charge", 8'000)});
  EXPECT_EQ(states(order), "charge due; fee remitted by online; ");
  EXPECT_EQ(slip(order).at("codes").at(0).at("amount_vnd").as_int64(), 8'000);
  auto scan = scan_json(std::string(order.at("number").as_string()), "delivered", 1);
  scan["cash"] = json::object{{"fee_vnd", 180'000}};
  ASSERT_EQ(post("clerk-1", "/v1/scans", batch({scan})).status, 200);
  EXPECT_EQ(session.text("SELECT type || ' ' || amount FROM recon_break"), "paid_twice 180000");
}

TEST_F(ApiPayments, PostageAndPricedLinesCannotBePaidOnline) {
  auto body = example("placeOrder");
  auto paid = line("postage", 26'000);
  paid["paid_online"] = json::object{{"reference", "PF-26-000123"}, {"paid_at", "2025-11-22T08:15:00+07:00"}};
  body.as_object()["charges"] = json::array{paid};
  EXPECT_EQ(post("agency-a", "/v1/orders", body).status, 400);
  paid["kind"] = "fee";
  body.as_object()["charges"] = json::array{paid};
  body.as_object()["price"] = json::object{{"fees", true}};
  EXPECT_EQ(post("agency-a", "/v1/orders", body).status, 400);
  paid["paid_online"].as_object()["paid_at"] = "2035-11-22T08:15:00+07:00";
  body.as_object().erase("price");
  body.as_object()["charges"] = json::array{paid};
  EXPECT_EQ(post("agency-a", "/v1/orders", body).status, 400);
  EXPECT_EQ(count("orders"), 0);
}

TEST_F(ApiPayments, APaymentThatIsToldLaterPaysWhatIsDue) {
  const auto order = placed_with_all();
  const auto told = post("agency-a", path_of(order) + "/online-payments", late());
  ASSERT_EQ(told.status, 201) << told.body;
  EXPECT_EQ(states(told.json()), "charge due; fee remitted by online; postage due; ");
  EXPECT_EQ(post("agency-a", path_of(order) + "/online-payments", late()).status, 200);
  EXPECT_EQ(count("remittance"), 1);
}

TEST_F(ApiPayments, APaymentOfAnotherAmountOrOfAnotherOrderIsRefusedAndChangesNothing) {
  const auto order = placed_with_all();
  const auto other = placed_by_a(7);
  ASSERT_EQ(post("agency-a", path_of(order) + "/online-payments", late()).status, 201);
  const auto before = all_counts();
  EXPECT_EQ(post("agency-a", path_of(other) + "/online-payments", late()).status, 409);
  EXPECT_EQ(post("agency-a", path_of(order) + "/online-payments", late("PF-26-000124")).status, 409);
  EXPECT_EQ(post("agency-b", path_of(order) + "/online-payments", late("PF-26-000125")).status, 404);
  EXPECT_EQ(post("agency-a", path_of(order) + "/online-payments", late("BP1203")).status, 409);
  EXPECT_EQ(post("agency-a", path_of(order) + "/online-payments", late("PF 26")).status, 400);
  EXPECT_EQ(post("clerk-1", path_of(order) + "/online-payments", late("PF-26-000126")).status, 403);
  EXPECT_EQ(all_counts(), before);
}

}  // namespace
}  // namespace bccid::test
