#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiIdempotency : public ApiTest {};

TEST_F(ApiIdempotency, TheSameRequestAgainIsTheKeptAnswer) {
  const auto body = example("placeOrder");
  const auto first = post("agency-a", "/v1/orders", body, "key-1");
  ASSERT_EQ(first.status, 201) << first.body;
  EXPECT_EQ(first.header("Idempotency-Replayed"), "");
  const auto again = post("agency-a", "/v1/orders", body, "key-1");
  EXPECT_EQ(again.status, 201);
  EXPECT_EQ(again.body, first.body);
  EXPECT_EQ(again.header("Location"), first.header("Location"));
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(post("agency-a", "/v1/orders", body, "\"key-1\"").header("Idempotency-Replayed"), "true");
  EXPECT_EQ(count("orders"), 1);
}

TEST_F(ApiIdempotency, AnotherBodyIs422AndAnotherCallerIsAnother) {
  auto body = example("placeOrder");
  ASSERT_EQ(post("agency-a", "/v1/orders", body, "key-1").status, 201);
  body.as_object()["dossier_code"] = dossier_code(2);
  const auto refused = post("agency-a", "/v1/orders", body, "key-1");
  EXPECT_EQ(refused.status, 422);
  EXPECT_EQ(refused.text("code"), "key_reused");
  EXPECT_EQ(count("orders"), 1);
  EXPECT_EQ(post("clerk-1", "/v1/orders", body, "key-1").status, 201);
  // The same key on another path is another request.
  EXPECT_EQ(post("agency-a", "/v1/onestop/triggers", example("takeTrigger"), "key-1").status, 201);
}

TEST_F(ApiIdempotency, WhileTheFirstIsWorkedOnTheOthersWait) {
  session.sql(
      "BEGIN; SELECT pg_advisory_xact_lock(hashtextextended('agency-a POST /v1/orders' || chr(10) || "
      "'key-1', 7))");
  const auto waiting = post("agency-a", "/v1/orders", example("placeOrder"), "key-1");
  EXPECT_EQ(waiting.status, 409);
  EXPECT_EQ(waiting.text("code"), "key_in_flight");
  session.sql("ROLLBACK");
  EXPECT_EQ(post("agency-a", "/v1/orders", example("placeOrder"), "key-1").status, 201);
}

TEST_F(ApiIdempotency, AFailureIsNotKept) {
  auto body = example("placeOrder");
  body.as_object()["portal_status"] = 4;
  EXPECT_EQ(post("agency-a", "/v1/orders", body, "key-1").status, 409);
  EXPECT_EQ(count("idempotency_key"), 0);
  EXPECT_EQ(post("agency-a", "/v1/orders", example("placeOrder"), "key-1").status, 201);
}

TEST_F(ApiIdempotency, MoneyMovesWithAKeyOnly) {
  for (const auto& operation : Contract::instance().operations()) {
    if (!operation.key_required) continue;
    const bool by_uuid = operation.path.starts_with("/v1/breaks/") ||
                         operation.path.starts_with("/v1/matches/") ||
                         operation.path.starts_with("/v1/periods/");
    const auto* who = operation.roles.contains("clerk")     ? "clerk-1"
                      : operation.roles.contains("finance") ? "finance-1"
                                                            : "admin-1";
    std::string path = operation.path;
    if (const auto id = path.find("{id}"); id != std::string::npos)
      path.replace(id, 4, by_uuid ? new_uuid_v7(now).to_text() : "1");
    const auto reply = post(who, path, example(operation.id.c_str()));
    EXPECT_EQ(reply.status, 400) << operation.id;
    EXPECT_EQ(reply.text("code"), "missing_field");
    EXPECT_EQ(reply.json().at("errors").at(0).at("pointer").as_string(), "Idempotency-Key");
  }
}

TEST_F(ApiIdempotency, KeysHaveOneTo255PrintableCharacters) {
  const auto body = example("placeOrder");
  EXPECT_EQ(post("agency-a", "/v1/orders", body, std::string(256, 'k')).status, 400);
  EXPECT_EQ(post("agency-a", "/v1/orders", body, "\"\"").status, 400);
  EXPECT_EQ(post("agency-a", "/v1/orders", body, "caf\xC3\xA9").status, 400);
  EXPECT_EQ(post("agency-a", "/v1/orders", body, "\xFF\xFE").status, 400);
  EXPECT_EQ(count("orders"), 0);
  EXPECT_EQ(post("agency-a", "/v1/orders", body, std::string(255, 'k')).status, 201);
}

TEST_F(ApiIdempotency, ACancelIsReplayedToo) {
  const auto order = placed_by_a(1);
  const std::string target = "/v1/orders/" + std::string(order.at("id").as_string()) + "/cancel";
  const auto first = post("agency-a", target, example("cancelOrder"), "c-1");
  EXPECT_EQ(first.status, 200) << first.body;
  const auto again = post("agency-a", target, example("cancelOrder"), "c-1");
  EXPECT_EQ(again.header("Idempotency-Replayed"), "true");
  EXPECT_EQ(again.body, first.body);
}

}  // namespace
}  // namespace bccid::test
