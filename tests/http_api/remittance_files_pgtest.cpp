#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiRemittanceFiles : public ApiTest {
 protected:
  // An order whose 8 000 of lệ phí were taken and handed in; its number.
  std::string handed_in() {
    const std::string number(placed_by_a(42).at("number").as_string());
    json::array scans;
    scans.push_back(scan_json(number, "collected", 0));
    scans.push_back(scan_json(number, "out_for_delivery", 1));
    auto handed = scan_json(number, "delivered", 2);
    handed["cash"] = json::object{{"charge_vnd", 8000}, {"postage_vnd", 26000}};
    handed["recipient"] = json::object{{"kind", "self"}, {"id_checked", true}};
    scans.push_back(handed);
    EXPECT_EQ(post("clerk-1", "/v1/scans", batch(scans)).json().at("accepted").as_int64(), 3);
    EXPECT_EQ(post("clerk-1", "/v1/cash/hand-ins", example("handIn"), "h-1").status, 201);
    return number;
  }
  ApiReply send(const std::string& rows, const std::string& query = {}, const std::string& who = "finance-1",
                int total = 3) {
    ApiCall call = posting(who, "/v1/remittances/files" + query,
                           std::string("Mã chuyển tiền;VNP1\nTài khoản thụ hưởng;") + ApiServer::kAccount +
                               "\nNgày chuyển;22/11/2025\nTổng số tiền;" + std::to_string(total) +
                               "\nSố đơn hàng;Số tiền\n" + rows);
    call.content_type = "text/csv";
    return ask(call);
  }
};

TEST_F(ApiRemittanceFiles, AListMakesItsRemittancesOnce) {
  const auto row = handed_in() + ";8.000\n";
  const auto made = send(row, "", "finance-1", 8'000);
  EXPECT_EQ(made.status, 201) << made.body;
  const auto first = made.json().at("remittances").at(0);
  EXPECT_EQ(first.at("reference").as_string(), "VNP1");
  EXPECT_EQ(first.at("kind").as_string(), "charge");
  EXPECT_EQ(first.at("amount_vnd").as_int64(), 8'000);
  const auto again = send(row, "", "finance-1", 8'000);
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_TRUE(again.json().at("already_imported").as_bool());
  EXPECT_EQ(again.json().at("remittances").at(0), first);
  EXPECT_EQ(count("remittance"), 1);
}

TEST_F(ApiRemittanceFiles, ARefusedListIsAnsweredWithEveryRowThatIsWrong) {
  const auto refused = send("A1;1\nA2;2\n");
  EXPECT_EQ(refused.status, 422) << refused.body;
  std::string pointers;
  const auto problem = refused.json();
  for (const auto& error : problem.at("errors").as_array())
    pointers += std::string(error.at("pointer").as_string()) + " ";
  EXPECT_EQ(pointers, "line 6 line 7 ");
  const auto preview = send("A1;1\nA2;2\n", "?dry_run=true&carrier=post");
  EXPECT_EQ(preview.status, 200) << preview.body;
  EXPECT_EQ(preview.json().at("refusals").as_array().size(), 2U);
  EXPECT_EQ(preview.json().at("total_vnd").as_int64(), 3);
  EXPECT_EQ(count("remittance_file"), 0);
}

TEST_F(ApiRemittanceFiles, SaysWhatTheCallItselfHasWrong) {
  EXPECT_EQ(send("A1;3\n", "?carrier=nobody").status, 400);
  EXPECT_EQ(send("A1;3\n", "?dry_run=maybe").status, 400);
  EXPECT_EQ(send("A1;3\n", "", "clerk-1").status, 403);
  for (const auto* body : {"", "x", "\xFF\xFE", "PK\x03\x04"}) {
    ApiCall call = posting("finance-1", "/v1/remittances/files", body);
    call.content_type = "text/csv";
    EXPECT_GE(ask(call).status, 400) << body;
    EXPECT_LT(ask(call).status, 500) << body;
  }
}

}  // namespace
}  // namespace bccid::test
