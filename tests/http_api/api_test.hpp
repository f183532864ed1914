#pragma once

#include "base/time_text.hpp"
#include "tests/http_api/contract.hpp"
#include "tests/support/api_server.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>

namespace bccid::test {

// Everybody of builders.hpp with a token in his pocket, in front of the real API. Every answer is held to
// the contract, and every test to the invariants.
class ApiTest : public testing::Test {
 protected:
  ApiTest() : database(to_current_schema), session(database.dsn()) {
    // The audit goes by the server's clock.
    session.sql("SELECT make_partitions(name, '2025-11-01', 2) FROM partitioned_table");
    add_reference_rows(session);
    add_agency(session, kAgencyA, ApiServer::kAccount);
    add_agency(session, kAgencyB, "1020002");
    add_office(session, kOffice);
    add_everybody(session);
    for (const auto* who : kEverybody) add_token(session, who, token_of(who), now + std::chrono::hours(24));
    settings.now = now;
    restart();
  }
  void TearDown() override {
    client.reset();
    server.reset();
    expect_verified(database.dsn());
    expect_folded(database.dsn());
  }
  void restart() {
    client.reset();
    server.reset();
    server = std::make_unique<ApiServer>(database.dsn(), settings);
    client = std::make_unique<ApiClient>(server->port());
  }

  static constexpr std::array<const char*, 6> kEverybody{"clerk-1",   "agency-a",  "agency-b",
                                                         "finance-1", "auditor-1", "admin-1"};
  static std::string token_of(const std::string& who) { return "token-of-" + who; }

  ApiReply ask(const ApiCall& call) {
    ApiReply reply = client->send(call);
    hold_to_contract(call, reply);
    return reply;
  }
  ApiReply get(const std::string& who, const std::string& target) {
    ApiCall call;
    call.target = target;
    if (!who.empty()) call.token = token_of(who);
    return ask(call);
  }
  ApiCall posting(const std::string& who, const std::string& target, const std::string& body,
                  const std::string& key = {}) {
    ApiCall call;
    call.method = "POST";
    call.target = target;
    call.body = body;
    if (!who.empty()) call.token = token_of(who);
    if (!key.empty()) call.headers.emplace_back("Idempotency-Key", key);
    return call;
  }
  ApiReply post(const std::string& who, const std::string& target, const boost::json::value& body,
                const std::string& key = {}) {
    return ask(posting(who, target, boost::json::serialize(body), key));
  }

  static void hold_to_contract(const ApiCall& call, const ApiReply& reply) {
    const auto& contract = Contract::instance();
    const std::string what =
        call.method + " " + call.target + " -> " + std::to_string(reply.status) + " " + reply.body;
    ASSERT_NE(reply.status, 0) << what;
    EXPECT_NE(reply.header("X-Request-Id"), "") << what;
    const auto* operation = contract.find(call.method, call.target);
    if (operation != nullptr) {
      EXPECT_EQ(contract.check_answer(*operation, reply.status, reply.header("Content-Type"), reply.body), "")
          << what;
    }
    if (reply.status < 400) return;
    EXPECT_EQ(contract.check_named("Problem", reply.json()), "") << what;
    EXPECT_EQ(reply.json().at("status").as_int64(), reply.status);
    EXPECT_EQ(reply.text("instance"), reply.header("X-Request-Id"));
    const bool later = reply.status == 503 || reply.status == 429;
    EXPECT_TRUE(!later || !reply.header("Retry-After").empty()) << what;
    EXPECT_TRUE(reply.status != 401 || !reply.header("WWW-Authenticate").empty()) << what;
  }

  // Bodies of the contract's examples, as a start for variations.
  static boost::json::value example(const char* operation, std::size_t which = 0) {
    const auto& contract = Contract::instance();
    return contract.examples(contract.by_id(operation)).at(which);
  }
  // An order of agency A with that dossier number; its answer.
  boost::json::value placed_by_a(int number) {
    auto body = example("placeOrder");
    body.as_object()["dossier_code"] = dossier_code(number);
    return post("agency-a", "/v1/orders", body).json();
  }
  static boost::json::object scan_json(const std::string& item, const std::string& code, int minute) {
    boost::json::object scan;
    scan["event_id"] = new_uuid_v7(Time{}).to_text();
    scan["item"] = item;
    scan["code"] = code;
    scan["occurred_at"] = to_rfc3339(now - std::chrono::hours(1) + std::chrono::minutes(minute));
    scan["device"] = "pda-1";
    return scan;
  }
  static boost::json::value batch(boost::json::array items) {
    return boost::json::object{{"items", std::move(items)}};
  }

  std::int64_t count(const std::string& from) { return session.number("SELECT count(*) FROM " + from); }
  // How many rows every table has, but for the counts of refusals.
  std::string all_counts() {
    return session.text(
        "SELECT string_agg(relname || ' ' || (xpath('/row/c/text()', query_to_xml('SELECT count(*) AS c FROM "
        "' || "
        "quote_ident(relname), false, true, '')))[1]::text, ', ' ORDER BY relname) FROM pg_class "
        "WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace AND NOT relispartition "
        "AND relname <> 'refusal_count'");
  }

  inline static const Time now = parse_rfc3339("2025-11-22T09:00:00+07:00").value();
  TestDatabase database;
  Session session;
  ApiServerSettings settings;
  std::unique_ptr<ApiServer> server;
  std::unique_ptr<ApiClient> client;
};

}  // namespace bccid::test
