#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiMatches : public ApiTest {
 protected:
  // A remittance of agency A over 8 000 and a statement with one line of its money and one of nobody's.
  void imported(const std::string& text_of_first) {
    auto scan = scan_json(std::string(placed_by_a(1).at("number").as_string()), "delivered", 1);
    scan["cash"] = json::object{{"charge_vnd", 8'000}, {"postage_vnd", 26'000}};
    EXPECT_EQ(post("clerk-1", "/v1/scans", batch({scan})).status, 200);
    EXPECT_EQ(post("clerk-1", "/v1/cash/hand-ins", example("handIn"), "h-1").status, 201);
    const auto sent = post("finance-1", "/v1/remittances", example("remit"), "r-1").json();
    reference = sent.at("items").at(0).at("reference").as_string();
    const std::string rows = "22/11/2025,FT1,8.000," + text_of_first +
                             ",BUU DIEN\n22/11/2025,FT2,1.500,khac,NGUYEN VAN A\ntong,2,9.500,,\n";
    ApiCall file = posting("finance-1", std::string("/v1/statements?account=") + ApiServer::kAccount,
                           "tai_khoan,115000123456,,,\nTừ ngày,21/11/2025,,,\nĐến ngày,22/11/2025,,,\n"
                           "Số dư đầu kỳ,0,,,\nSố dư cuối kỳ,9.500,,,\n"
                           "ngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n" +
                               rows);
    file.content_type = "text/csv";
    EXPECT_EQ(ask(file).status, 201);
  }
  json::array open_lines(const std::string& who) {
    return get(who, "/v1/statement-lines").json().at("items").as_array();
  }
  std::string reference;
};

TEST_F(ApiMatches, AMatchIsUndoneThenMadeByHandAndToldOnce) {
  imported("BCCI82 R000001");
  const auto made = get("finance-1", "/v1/matches").json().at("items").as_array();
  ASSERT_EQ(made.size(), 1U);
  EXPECT_EQ(made[0].at("rule").as_string(), "reference");
  const std::string path = "/v1/matches/" + std::string(made[0].at("id").as_string());
  const auto undone = post("finance-1", path + "/undo", {{"reason", "wrong transfer"}}, "u-1");
  ASSERT_EQ(undone.status, 200) << undone.body;
  EXPECT_EQ(undone.json().at("undone_by").as_string(), "finance-1");
  EXPECT_EQ(post("finance-1", path + "/undo", {{"reason", "wrong transfer"}}, "u-2").status, 409);
  EXPECT_EQ(get("finance-1", "/v1/matches").json().at("items").as_array().size(), 0U);
  EXPECT_EQ(get("finance-1", "/v1/matches?state=all").json().at("items").as_array().size(), 1U);

  const auto lines = open_lines("finance-1");
  ASSERT_EQ(lines.size(), 2U);
  const auto id = lines[1].at("id").as_int64();
  const auto line = get("auditor-1", "/v1/statement-lines/" + std::to_string(id)).json();
  ASSERT_EQ(line.at("candidates").as_array().size(), 1U) << line;
  EXPECT_EQ(line.at("candidates").at(0).at("class").as_string(), "sure");
  EXPECT_TRUE(line.at("candidates").at(0).at("undone_before").as_bool());

  const json::object wish{{"lines", {id}}, {"remittances", {reference}}, {"note", "it is right after all"}};
  const auto again = post("finance-1", "/v1/matches", wish, "m-1");
  ASSERT_EQ(again.status, 201) << again.body;
  EXPECT_EQ(post("finance-1", "/v1/matches", wish, "m-1").header("Idempotency-Replayed"), "true");
  EXPECT_EQ(post("finance-1", "/v1/matches", wish, "m-2").status, 409);
  const std::string made_by_hand = "/v1/matches/" + std::string(again.json().at("id").as_string());
  EXPECT_EQ(get("agency-a", made_by_hand).json(), again.json());
  EXPECT_EQ(open_lines("finance-1").size(), 1U);
}

TEST_F(ApiMatches, ADryRunTellsAndChangesNothing) {
  imported("BCCI82 R000001");
  const auto matches = count("line_match");
  const auto told = ask(posting("finance-1", "/v1/matching/dry-run", ""));
  ASSERT_EQ(told.status, 200) << told.body;
  EXPECT_EQ(told.json().at("items").as_array().size(), 0U) << "all that can be matched is";
  EXPECT_EQ(count("line_match"), matches);
}

TEST_F(ApiMatches, AgenciesSeeTheirOwn) {
  imported("BCCI82 R000001");
  const auto id = get("finance-1", "/v1/matches").json().at("items").at(0).at("id").as_string();
  EXPECT_EQ(get("agency-b", "/v1/matches/" + std::string(id)).status, 404);
  EXPECT_EQ(open_lines("agency-b").size(), 0U);
  EXPECT_EQ(open_lines("agency-a").size(), 1U);
  const auto all =
      get("agency-a", std::string("/v1/statement-lines?state=all&account=") + ApiServer::kAccount);
  EXPECT_EQ(all.json().at("items").as_array().size(), 2U);
  EXPECT_EQ(get("finance-1", "/v1/statement-lines?account=1").json().at("items").as_array().size(), 0U);
}

TEST_F(ApiMatches, WhoMayAskAndWhoMayJoin) {
  const json::object wish{{"lines", {1}}, {"remittances", {"BCCI82 R000001"}}, {"note", "seen"}};
  EXPECT_EQ(post("clerk-1", "/v1/matches", wish, "m-1").status, 403);
  EXPECT_EQ(post("auditor-1", "/v1/matches", wish, "m-1").status, 403);
  EXPECT_EQ(get("clerk-1", "/v1/statement-lines").status, 403);
  EXPECT_EQ(post("finance-1", "/v1/matches", wish).status, 400) << "without a key";
  EXPECT_EQ(post("finance-1", "/v1/matches", wish, "m-1").status, 404);
  for (const auto* nothing : {"/v1/statement-lines/x", "/v1/statement-lines/1", "/v1/matches/x"})
    EXPECT_EQ(get("finance-1", nothing).status, 404) << nothing;
  EXPECT_EQ(get("finance-1", "/v1/matches/" + new_uuid_v7(now).to_text()).status, 404);
  for (const auto* bad : {"?state=old", "?after=x", "?limit=0", "?colour=red"}) {
    EXPECT_EQ(get("finance-1", std::string("/v1/matches") + bad).status, 400) << bad;
    EXPECT_EQ(get("finance-1", std::string("/v1/statement-lines") + bad).status, 400) << bad;
  }
}

TEST_F(ApiMatches, ALineThatHasChangedSinceItWasReadIsNotMatched) {
  imported("BCCI82 R000001");
  const auto made = get("finance-1", "/v1/matches").json().at("items").at(0).at("id").as_string();
  const auto all = get("finance-1", "/v1/statement-lines?state=all").json().at("items").as_array();
  const auto id = all.at(1).at("id").as_int64();
  const std::string path = "/v1/statement-lines/" + std::to_string(id);
  const auto seen = get("finance-1", path).json().at("version").as_int64();
  EXPECT_EQ(
      post("finance-1", "/v1/matches/" + std::string(made) + "/undo", {{"reason", "wrong"}}, "u").status,
      200);
  const auto wish = [&](std::int64_t version) {
    return json::object{
        {"lines", {id}}, {"versions", {version}}, {"remittances", {reference}}, {"note", "it is right"}};
  };
  const auto late = post("finance-1", "/v1/matches", wish(seen), "m-1");
  EXPECT_EQ(late.status, 409) << late.body;
  EXPECT_NE(late.text("detail").find("has changed since you read it"), std::string::npos) << late.body;
  const auto now_seen = get("finance-1", path).json().at("version").as_int64();
  EXPECT_GT(now_seen, seen);
  EXPECT_EQ(post("finance-1", "/v1/matches", wish(now_seen), "m-2").status, 201);
  auto two = wish(now_seen);
  two["versions"] = {1, 2};
  EXPECT_EQ(post("finance-1", "/v1/matches", two, "m-3").status, 400);
}

TEST_F(ApiMatches, ALineTellsWhyARemittanceIsNoCandidate) {
  imported("BCCI82 R000001");
  const auto path =
      "/v1/statement-lines/" + std::to_string(open_lines("finance-1").at(0).at("id").as_int64()) + "/why";
  const auto why = get("finance-1", path + "?reference=BCCI82%20R000001");
  ASSERT_EQ(why.status, 200) << why.body;
  EXPECT_EQ(why.json().at("reasons").at(0).at("rule").as_string(), "met_already");
  EXPECT_EQ(get("finance-1", path + "?reference=BCCI82%20R000099").status, 404);
  EXPECT_EQ(get("finance-1", path).status, 400);
  EXPECT_EQ(get("clerk-1", path + "?reference=BCCI82%20R000001").status, 403);
}

TEST_F(ApiMatches, AReceiptIsFoundInTheRemittanceThatItsMoneyWentInto) {
  imported("BCCI82 R000001");
  const auto path =
      "/v1/statement-lines/" + std::to_string(open_lines("finance-1").at(0).at("id").as_int64()) + "/why";
  const auto paper = session.text(
      "SELECT s.symbol || '-' || r.number FROM receipt r JOIN receipt_series s ON s.id = r.series_id "
      "WHERE r.kind = 'charge'");
  const auto why = get("finance-1", path + "?reference=" + paper);
  ASSERT_EQ(why.status, 200) << why.body;
  EXPECT_EQ(why.json().at("reference").as_string(), reference);
  EXPECT_EQ(why.json().at("reasons").at(0).at("rule").as_string(), "met_already");
  EXPECT_EQ(why.json().at("reasons").at(0).at("values").at("with").as_string(), reference);
  EXPECT_EQ(get("agency-b", path + "?reference=" + paper).status, 404);
  EXPECT_EQ(get("finance-1", path + "?reference=P99-0000001").status, 404);
}

TEST_F(ApiMatches, ALineIsSplitOnceUnderItsKeyAndJoinedAgain) {
  imported("BCCI82 R000001");
  const auto line = open_lines("finance-1").at(0);
  const std::string path = "/v1/statement-lines/" + std::to_string(line.at("id").as_int64());
  const json::object wish{
      {"parts", {json::object{{"amount_vnd", 1'000}, {"note", "copies"}}, json::object{{"amount_vnd", 500}}}},
      {"version", line.at("version")},
      {"note", "two things"}};
  EXPECT_EQ(post("clerk-1", path + "/split", wish, "s-0").status, 403);
  EXPECT_EQ(post("auditor-1", path + "/split", wish, "s-0").status, 403);
  const auto made = post("finance-1", path + "/split", wish, "s-1");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto told = made.json();
  const auto parts = told.at("parts").as_array();
  ASSERT_EQ(parts.size(), 2U);
  EXPECT_EQ(parts[0].at("part_note").as_string(), "copies");
  EXPECT_EQ(parts[0].at("part_of"), line.at("id"));
  EXPECT_EQ(told.at("split").at("by").as_string(), "finance-1");
  EXPECT_EQ(post("finance-1", path + "/split", wish, "s-1").header("Idempotency-Replayed"), "true");
  EXPECT_EQ(post("finance-1", path + "/split", wish, "s-2").status, 409);
  EXPECT_EQ(open_lines("finance-1").size(), 2U);
  const auto sums = get("finance-1", "/v1/statements").json().at("items").at(0);
  EXPECT_EQ(sums.at("open_vnd").as_int64(), 1'500);
  EXPECT_EQ(sums.at("difference_vnd").as_int64(), 0);
  const json::object back{{"reason", "one thing after all"}};
  const std::string of_part = "/v1/statement-lines/" + std::to_string(parts[0].at("id").as_int64());
  EXPECT_EQ(post("finance-1", of_part + "/join", back, "j-0").status, 409);
  ASSERT_EQ(post("finance-1", path + "/join", back, "j-1").status, 200);
  EXPECT_EQ(post("finance-1", path + "/join", back, "j-1").header("Idempotency-Replayed"), "true");
  EXPECT_EQ(open_lines("finance-1").size(), 1U);
  EXPECT_EQ(get("finance-1", of_part).json().at("candidates").as_array().size(), 0U) << "it stays readable";
  EXPECT_EQ(post("finance-1", "/v1/statement-lines/999/split", wish, "s-3").status, 404);
  EXPECT_EQ(post("finance-1", "/v1/statement-lines/x/join", back, "j-3").status, 404);
}

TEST_F(ApiMatches, AMatchOfAnAmountLeavesTheRestOpen) {
  imported("BCCI82 R000001");
  const auto by_rule = get("finance-1", "/v1/matches").json().at("items").at(0).at("id").as_string();
  post("finance-1", "/v1/matches/" + std::string(by_rule) + "/undo", {{"reason", "wrong transfer"}}, "u");
  const auto id = open_lines("finance-1").at(1).at("id").as_int64();
  json::object wish{
      {"lines", {id}}, {"remittances", {reference}}, {"amount_vnd", 6'000}, {"note", "the rest comes"}};
  const auto made = post("finance-1", "/v1/matches", wish, "m-1");
  ASSERT_EQ(made.status, 201) << made.body;
  const auto match = made.json();
  EXPECT_EQ(match.at("lines").at(0).at("amount_vnd").as_int64(), 6'000);
  EXPECT_EQ(match.at("difference_vnd").as_int64(), -2'000);
  const auto lines = open_lines("finance-1");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0].at("amount_vnd").as_int64(), 2'000);
  wish["lines"] = {id, lines[0].at("id")};
  EXPECT_EQ(post("finance-1", "/v1/matches", wish, "m-2").status, 400) << "an amount of several lines";
}

TEST_F(ApiMatches, ALineBearsTheLastNoteAndItsBalance) {
  imported("BCCI82 R000001");
  const auto line = open_lines("finance-1").at(0);
  EXPECT_TRUE(line.at("note").is_null());
  const std::string of_break = "/v1/breaks/" + std::string(line.at("break").as_string());
  for (const auto* text : {"first", "second"})
    EXPECT_EQ(post("finance-1", of_break + "/comments", {{"text", text}}).status, 201);
  const auto noted =
      get("finance-1", "/v1/statement-lines/" + std::to_string(line.at("id").as_int64())).json();
  EXPECT_EQ(noted.at("note").at("text").as_string(), "second");
  EXPECT_EQ(noted.at("note").at("by").as_string(), "finance-1");
  EXPECT_EQ(noted.at("balance_vnd").as_int64(), 9'500);
}

TEST_F(ApiMatches, AStatementAddsUpWhateverIsMatchedOrOpen) {
  imported("BCCI82 R000001");
  const auto sums = [&](const std::string& who) {
    return get(who, "/v1/statements").json().at("items").as_array();
  };
  const auto before = sums("finance-1").at(0);
  EXPECT_EQ(before.at("closing_vnd").as_int64(), 9'500);
  EXPECT_EQ(before.at("matched_vnd").as_int64(), 8'000);
  EXPECT_EQ(before.at("open_vnd").as_int64(), 1'500);
  EXPECT_EQ(before.at("difference_vnd").as_int64(), 0);
  EXPECT_EQ(before.at("id"), open_lines("finance-1").at(0).at("statement"));
  const auto made = get("finance-1", "/v1/matches").json().at("items").at(0).at("id").as_string();
  post("finance-1", "/v1/matches/" + std::string(made) + "/undo", {{"reason", "wrong transfer"}}, "u");
  const auto after = sums("auditor-1").at(0);
  EXPECT_EQ(after.at("matched_lines").as_int64(), 0);
  EXPECT_EQ(after.at("open_vnd").as_int64(), 9'500);
  EXPECT_EQ(after.at("difference_vnd").as_int64(), 0);
  EXPECT_EQ(sums("agency-a").size(), 1U);
  EXPECT_EQ(sums("agency-b").size(), 0U);
  EXPECT_EQ(get("clerk-1", "/v1/statements").status, 403);
  EXPECT_EQ(get("finance-1", "/v1/statements?account=1").json().at("items").as_array().size(), 0U);
  EXPECT_EQ(get("finance-1", "/v1/statements?after=x").status, 400);
}

}  // namespace
}  // namespace bccid::test
