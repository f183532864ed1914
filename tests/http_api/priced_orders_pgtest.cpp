#include "flow/fee_schedules.hpp"
#include "flow/tariffs.hpp"
#include "store/reference_store.hpp"
#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiPricedOrders : public ApiTest {
 protected:
  ApiPricedOrders() {
    EXPECT_TRUE(load_reference(database.dsn()));
    session.sql(std::string("UPDATE agency SET commune_code = '28249' WHERE code = '") + kAgencyA + "'");
    TariffEntry tariff;
    tariff.id = "DT-2025-1";
    tariff.carrier = "post";
    tariff.valid_from = parse_day("2025-07-01").value();
    tariff.forwarding = ForwardingPrice{Money(4'000), Money(0)};
    tariff.prices = "leg,zone,weight_step_g,price_vnd\nreturn,intra_district,any,20000\n";
    FeeScheduleEntry fees;
    fees.id = "NQ-2025";
    fees.province = "82";
    fees.valid_from = parse_day("2025-07-01").value();
    fees.rules =
        "procedure,case,channel,kind,code,name,amount_vnd,timing,destination,basis\n"
        "1.001193,,,charge,khai-sinh,Lệ phí khai sinh,8000,4,,NQ 01/2025\n"
        "1.001193,,,fee,ban-sao,Phí cấp bản sao,5000,4,,NQ 01/2025\n"
        "1.001193,,,fee,nhan,Phí thẩm định,9000,1,,NQ 01/2025\n";
    fees.exemptions = "group,procedure,code,percent,basis\nho-ngheo,,khai-sinh,100,NQ 02/2025\n";
    session.in_tx([&](sql::Tx& tx) {
      EXPECT_TRUE(import_tariff(tx, tariff, "test"));
      EXPECT_TRUE(import_fee_schedule(tx, fees, "test"));
    });
  }
  ApiReply place(json::object price, json::array promised = {}) {
    auto body = example("placeOrder");
    body.as_object()["dossier_code"] = dossier_code(1);
    body.as_object()["charges"] = std::move(promised);
    body.as_object()["price"] = std::move(price);
    return post("agency-a", "/v1/orders", body);
  }
  static std::string lines_of(const json::value& order) {
    std::string text;
    for (const auto& charge : order.at("charges").as_array())
      text += std::string(charge.at("kind").as_string()) + ' ' +
              std::to_string(charge.at("amount_vnd").as_int64()) + ' ' +
              std::string(charge.at("version").as_string()) + '\n';
    return text;
  }
};

TEST_F(ApiPricedOrders, TheLinesOfTheLegAreFrozenWithTheirVersions) {
  const auto reply = place({{"result_g", 100}});
  ASSERT_EQ(reply.status, 201) << reply.body;
  EXPECT_EQ(lines_of(reply.json()),
            "charge 8000 fees:NQ-2025\nfee 5000 fees:NQ-2025\npostage 24000 tariff:DT-2025-1\n");
  const std::string rule(reply.json().at("charges").at(2).at("rule").as_string());
  EXPECT_NE(rule.find("postage.return 20000"), std::string::npos) << rule;
  EXPECT_NE(rule.find("forwarding 4000"), std::string::npos) << rule;
}

TEST_F(ApiPricedOrders, ALaterTableChangesNothingThatWasQuoted) {
  const auto before = place({{"result_g", 100}}).json();
  session.in_tx([&](sql::Tx& tx) {
    EXPECT_TRUE(end_fee_schedule(tx, "NQ-2025", parse_day("2025-11-22").value(), "test"));
  });
  const auto after = get("agency-a", "/v1/orders/" + std::string(before.at("id").as_string())).json();
  EXPECT_EQ(after.at("charges"), before.at("charges"));
  EXPECT_EQ(session.refusal("UPDATE charge SET version = 'x'"), "BC009");
  EXPECT_EQ(session.refusal("UPDATE charge SET rule = 'x'"), "BC009");
}

TEST_F(ApiPricedOrders, AnExemptionIsGrantedAndKept) {
  const auto reply = place({{"groups", {"ho-ngheo"}}, {"result_g", 100}, {"postage_group", "half"}});
  ASSERT_EQ(reply.status, 201) << reply.body;
  EXPECT_EQ(lines_of(reply.json()), "fee 5000 fees:NQ-2025\npostage 14000 tariff:DT-2025-1\n");
  EXPECT_EQ(
      session.text(
          "SELECT string_agg(kind || ' ' || relieved || ' of ' || listed, ', ' ORDER BY kind) FROM relief"),
      "charge 8000 of 8000, postage 10000 of 24000");
  EXPECT_EQ(session.refusal("DELETE FROM relief"), "BC009");
}

TEST_F(ApiPricedOrders, APromiseThatDiffersFromTheTablesIsRefusedAndLeavesNothing) {
  const auto before = all_counts();
  const auto refused = place({{"result_g", 100}}, {json::object{{"kind", "charge"}, {"amount_vnd", 9'000}}});
  EXPECT_EQ(refused.status, 409) << refused.body;
  EXPECT_NE(refused.body.find("promised as 9000 VND, the tables say 8000 VND"), std::string::npos)
      << refused.body;
  EXPECT_EQ(all_counts(), before);
  EXPECT_EQ(place({{"result_g", 100}}, {json::object{{"kind", "charge"}, {"amount_vnd", 8'000}}}).status,
            201);
}

TEST_F(ApiPricedOrders, WhatHasNoPriceIsRefusedWithTheFieldThatAskedForIt) {
  session.in_tx([&](sql::Tx& tx) {
    EXPECT_TRUE(end_tariff(tx, "DT-2025-1", parse_day("2025-07-02").value(), "test"));
  });
  const auto reply = place({{"result_g", 100}});
  EXPECT_EQ(reply.status, 404);
  EXPECT_NE(reply.body.find("no tariff of \\\"post\\\" holds on 2025-11-22"), std::string::npos)
      << reply.body;
  EXPECT_EQ(place({{"fees", true}}).status, 201);
}

TEST_F(ApiPricedOrders, WrongQuestionsAreNamed) {
  EXPECT_EQ(place({{"receipt_g", 100}}).status, 400);  // a delivery takes no papers to the agency
  EXPECT_EQ(place({{"fees", false}}).status, 400);
  EXPECT_EQ(place({{"result_g", 0}}).status, 400);
  EXPECT_EQ(place({{"result_g", 30'001}}).status, 400);
  EXPECT_EQ(place({{"postage_group", "rich"}}).status, 400);
  EXPECT_EQ(place({{"groups", {""}}}).status, 400);
  EXPECT_EQ(place({{"colour", "red"}}).status, 400);
}

TEST_F(ApiPricedOrders, SeveralLinesOfAKindAreToldApartByTheirCodes) {
  auto body = example("placeOrder");
  body.as_object()["dossier_code"] = dossier_code(1);
  body.as_object()["charges"] =
      json::array{json::object{{"kind", "fee"}, {"code", "a"}, {"amount_vnd", 1'000}},
                  json::object{{"kind", "fee"}, {"code", "b"}, {"amount_vnd", 2'000}}};
  EXPECT_EQ(post("agency-a", "/v1/orders", body).json().at("charges").as_array().size(), 2U);
  body.as_object()["dossier_code"] = dossier_code(2);
  body.as_object()["charges"].as_array()[1].as_object()["code"] = "a";
  EXPECT_EQ(post("agency-a", "/v1/orders", body).status, 400);
}

}  // namespace
}  // namespace bccid::test
