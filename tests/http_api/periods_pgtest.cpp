#include "tests/http_api/api_test.hpp"

#include <gmock/gmock.h>

namespace bccid::test {
namespace {

namespace json = boost::json;

using testing::HasSubstr;

// A fee account with one statement of a day, and two officers of finance.
class ApiPeriods : public ApiTest {
 protected:
  ApiPeriods() {
    add_principal(session, "finance-2", "finance", "", "");
    add_token(session, "finance-2", token_of("finance-2"), now + std::chrono::hours(24));
  }
  ApiReply import_day(const std::string& day, const std::string& opening, const std::string& closing,
                      const std::string& reference) {
    ApiCall file = posting("finance-1", std::string("/v1/statements?account=") + ApiServer::kAccount,
                           "tai_khoan,115000123456,,,\ntu_ngay," + day + ",,,\nden_ngay," + day +
                               ",,,\nso_du_dau," + opening + ",,,\nso_du_cuoi," + closing +
                               ",,,\nngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n" + day + "," +
                               reference + ",1500,khac,NGUYEN VAN A\ntong,1,1500,,\n");
    file.content_type = "text/csv";
    return ask(file);
  }
  static json::object wish(const std::string& to = "2025-11-21") {
    return {{"account", ApiServer::kAccount}, {"to", to}, {"note", "the day is whole"}};
  }
  static json::object word(bool approve) {
    json::object body{{"approve", approve}};
    if (!approve) body["reason"] = "a line is missing";
    return body;
  }
  static std::string path_of(const ApiReply& period) { return "/v1/periods/" + period.text("id"); }
  // The path of a period that was proposed by the one and signed off by the other.
  std::string signed_off() {
    EXPECT_EQ(import_day("2025-11-21", "0", "1500", "FT1").status, 201);
    const auto proposed = post("finance-1", "/v1/periods", wish(), "p-1");
    EXPECT_EQ(proposed.status, 201) << proposed.body;
    EXPECT_EQ(post("finance-2", path_of(proposed) + "/sign-off", word(true), "s-1").status, 200);
    return path_of(proposed);
  }
};

TEST_F(ApiPeriods, OneProposesAnotherSignsAndTheEquationIsShown) {
  ASSERT_EQ(import_day("2025-11-21", "0", "1500", "FT1").status, 201);
  const auto proposed = post("finance-1", "/v1/periods", wish(), "p-1");
  ASSERT_EQ(proposed.status, 201) << proposed.body;
  EXPECT_EQ(proposed.text("state"), "proposed");
  EXPECT_EQ(proposed.json().at("unmatched_vnd").as_int64(), 1'500);
  EXPECT_EQ(proposed.json().at("difference_vnd").as_int64(), 0);
  EXPECT_EQ(post("finance-1", "/v1/periods", wish(), "p-1").header("Idempotency-Replayed"), "true");
  EXPECT_EQ(post("finance-2", "/v1/periods", wish(), "p-2").status, 409) << "one waits already";
  const auto own = post("finance-1", path_of(proposed) + "/sign-off", word(true), "s-1");
  EXPECT_EQ(own.status, 409) << "nobody signs his own proposal";
  const auto closed = post("finance-2", path_of(proposed) + "/sign-off", word(true), "s-2");
  ASSERT_EQ(closed.status, 200) << closed.body;
  EXPECT_EQ(closed.text("state"), "signed");
  const auto steps = closed.json().at("steps").as_array();
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(steps[0].at("by").as_string(), "finance-1");
  EXPECT_EQ(steps[1].at("by").as_string(), "finance-2");
  EXPECT_EQ(post("finance-2", path_of(proposed) + "/sign-off", word(true), "s-3").status, 409);
  EXPECT_EQ(get("auditor-1", path_of(proposed)).json(), closed.json());
}

TEST_F(ApiPeriods, WhatIsRejectedSaysWhyAndMayBeProposedAnew) {
  ASSERT_EQ(import_day("2025-11-21", "0", "1500", "FT1").status, 201);
  const auto proposed = post("finance-1", "/v1/periods", wish(), "p-1");
  EXPECT_EQ(post("finance-2", path_of(proposed) + "/sign-off", {{"approve", false}}, "s-1").status, 400);
  const auto rejected = post("finance-2", path_of(proposed) + "/sign-off", word(false), "s-2");
  EXPECT_EQ(rejected.text("state"), "rejected");
  EXPECT_EQ(rejected.json().at("steps").at(1).at("note").as_string(), "a line is missing");
  EXPECT_EQ(post("finance-1", "/v1/periods", wish(), "p-2").status, 201);
}

TEST_F(ApiPeriods, AClosedOneRefusesItsLinesAndNamesWhoSigned) {
  signed_off();
  const auto late = import_day("2025-11-21", "1500", "3000", "FT2");
  EXPECT_EQ(late.status, 409) << late.body;
  EXPECT_THAT(late.body, HasSubstr("finance-2"));
  EXPECT_EQ(count("statement_line"), 1);
  EXPECT_EQ(import_day("2025-11-22", "1500", "3000", "FT3").status, 201) << "the next day is open";
  EXPECT_EQ(post("finance-1", "/v1/periods", wish(), "p-2").status, 409) << "the day is closed already";
}

TEST_F(ApiPeriods, TwoPersonsOpenItAgainAndTheLateLineComesIn) {
  const auto path = signed_off();
  EXPECT_EQ(post("finance-2", path + "/reopen/decision", word(true), "d-0").status, 409) << "nobody asked";
  const json::object reason{{"reason", "the bank sent a late line"}};
  const auto asked = post("finance-1", path + "/reopen", reason, "r-1");
  ASSERT_EQ(asked.status, 201) << asked.body;
  EXPECT_EQ(asked.text("state"), "reopening");
  EXPECT_EQ(import_day("2025-11-21", "1500", "3000", "FT2").status, 409) << "closed until it is decided";
  EXPECT_EQ(post("finance-2", path + "/reopen", reason, "r-2").status, 409) << "asked once";
  EXPECT_EQ(post("finance-1", path + "/reopen/decision", word(true), "d-1").status, 409)
      << "nobody agrees with himself";
  const auto kept = post("finance-2", path + "/reopen/decision", word(false), "d-2");
  EXPECT_EQ(kept.text("state"), "signed") << kept.body;
  EXPECT_EQ(post("finance-2", path + "/reopen", reason, "r-3").status, 201);
  const auto opened = post("finance-1", path + "/reopen/decision", word(true), "d-3");
  ASSERT_EQ(opened.status, 200) << opened.body;
  EXPECT_EQ(opened.text("state"), "reopened");
  EXPECT_EQ(opened.json().at("steps").as_array().size(), 6U);
  EXPECT_EQ(import_day("2025-11-21", "1500", "3000", "FT2").status, 201);
}

TEST_F(ApiPeriods, WhatCannotBeClosedIsRefusedWithItsReason) {
  EXPECT_EQ(post("finance-1", "/v1/periods", wish(), "p-1").status, 404) << "no statement at all";
  auto stranger = wish();
  stranger["account"] = "999";
  EXPECT_EQ(post("finance-1", "/v1/periods", stranger, "p-2").status, 404);
  ASSERT_EQ(import_day("2025-11-20", "0", "1500", "FT1").status, 201);
  EXPECT_EQ(post("finance-1", "/v1/periods", wish(), "p-0").status, 409) << "no statement ends on that day";
  ASSERT_EQ(import_day("2025-11-21", "5000", "6500", "FT2").status, 201);
  const auto gap = post("finance-1", "/v1/periods", wish(), "p-3");
  EXPECT_EQ(gap.status, 409) << gap.body;
  EXPECT_EQ(count("period"), 0);
}

TEST_F(ApiPeriods, EverybodySeesHisOwnAndNobodyElseDecides) {
  const auto path = signed_off();
  for (const auto* who : {"finance-1", "auditor-1", "agency-a"}) {
    EXPECT_EQ(get(who, path).status, 200) << who;
    EXPECT_EQ(get(who, "/v1/periods").json().at("items").as_array().size(), 1U) << who;
  }
  EXPECT_EQ(get("agency-b", path).status, 404);
  EXPECT_TRUE(get("agency-b", "/v1/periods").json().at("items").as_array().empty());
  EXPECT_EQ(get("finance-1", "/v1/periods/x").status, 404);
  EXPECT_EQ(get("finance-1", "/v1/periods/0193a1b2-0000-7000-8000-000000000001").status, 404);
  for (const auto* who : {"clerk-1", "agency-a", "auditor-1", "admin-1"}) {
    EXPECT_EQ(post(who, "/v1/periods", wish("2025-11-22"), "x").status, 403) << who;
    EXPECT_EQ(post(who, path + "/reopen", {{"reason", "because"}}, "x").status, 403) << who;
    EXPECT_EQ(post(who, path + "/reopen/decision", word(true), "x").status, 403) << who;
    EXPECT_EQ(post(who, path + "/sign-off", word(true), "x").status, 403) << who;
  }
  EXPECT_EQ(post("", "/v1/periods", wish("2025-11-22"), "x").status, 401);
}

}  // namespace
}  // namespace bccid::test
