// What PostgreSQL refuses by itself, also from psql: schemas/sql/0002 to 0006.
#include "store/verify.hpp"
#include "tests/flow/money_day.hpp"
#include "tests/flow/post_day.hpp"

namespace bccid {
namespace {

using namespace std::chrono_literals;

class KeptParcels : public test::PostDay {
 protected:
  std::string proved(int number) {
    const auto parcel_number = delivery(number);
    walk(parcel_number, {"collected", "out_for_delivery"}, now);
    auto given = test::scan_of(parcel_number, "delivered", now + 1h);
    given.evidence = true;
    scan_one(given);
    return parcel_number;
  }
};

TEST_F(KeptParcels, AProvedDeliveryIsTakenBackByARetractionOnly) {
  const auto number = proved(1);
  for (const auto* step : {"none", "provisional"})
    EXPECT_EQ(session.refusal(std::string("UPDATE parcel SET step = '") + step + "'"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE parcel SET final_at = final_at - interval '1 day'"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE parcel SET evidence = false"), "23514");
  EXPECT_EQ(
      session.refusal("UPDATE parcel SET refold_at = received_at, refold_id = e.id, step = 'provisional' "
                      "FROM parcel_event e WHERE e.event = 'delivered'"),
      "BC001");
  EXPECT_EQ(parcel("step", number), "proved");
}

TEST_F(KeptParcels, ADeliveryThatHappenedEarlierThanThoughtIsCorrectedByItsLateScan) {
  const auto number = proved(1);
  auto late = test::scan_of(number, "delivered", now + 30min);
  late.evidence = true;
  EXPECT_EQ(scan_one(late).outcome, ScanOutcome::accepted);
  EXPECT_EQ(count("parcel WHERE state = 'delivered' AND step = 'proved' AND final_at = '" +
                  to_rfc3339(now + 30min) + "'"),
            1);
}

TEST_F(KeptParcels, NobodyDecidesStatus10WithoutAProvedDelivery) {
  const auto number = delivery(1);
  walk(number, {"collected", "out_for_delivery", "delivered"}, now);
  EXPECT_EQ(parcel("step", number), "provisional");
  EXPECT_EQ(session.refusal("UPDATE dossier SET told_status = 10, delivered_at = now()"), "BC001");
  EXPECT_EQ(
      session.refusal("INSERT INTO dossier (public_id, agency_code, code, procedure_code, told_status, "
                      "delivered_at) VALUES (gen_random_uuid(), 'H20.01', 'D1', '1.000001', 10, now())"),
      "BC001");
}

TEST_F(KeptParcels, AMessageThatArrivedIsNotSentAgainAndNoneIsRewritten) {
  placed(test::delivery_wish(test::dossier_code(1)));
  EXPECT_EQ(session.refusal("UPDATE outbox SET payload = '{}'"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE outbox SET target = 'carrier:other'"), "BC001");
  session.sql("UPDATE outbox SET state = 'delivered', finished_at = now(), lease_until = NULL");
  EXPECT_EQ(session.refusal("UPDATE outbox SET state = 'scheduled', finished_at = NULL"), "BC001");
  EXPECT_EQ(session.refusal("UPDATE outbox SET state = 'void'"), "BC001");
}

TEST_F(KeptParcels, WhatWasAcceptedIsNeitherRemovedNorEmptied) {
  walk(delivery(1), {"collected"}, now);
  session.sql("INSERT INTO audit (actor, role, action, subject) VALUES ('a', 'admin', 'test', 'x')");
  const auto month = session.text("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMM')");
  for (const auto* table : {"dossier", "orders", "parcel", "parcel_event", "scan_key", "outbox", "audit"}) {
    EXPECT_EQ(session.refusal(std::string("DELETE FROM ") + table), "BC009") << table;
    EXPECT_EQ(session.refusal(std::string("TRUNCATE ") + table + " CASCADE"), "BC009") << table;
  }
  for (const auto* table : {"parcel_event", "outbox", "audit"})
    for (const auto& part : {month, std::string("default")})
      EXPECT_EQ(session.refusal(std::string("TRUNCATE ") + table + "_" + part), "BC009") << table << part;
  EXPECT_EQ(session.refusal("UPDATE scan_key SET content_hash = 0"), "BC009");
}

class KeptMoney : public test::MoneyDay {};

TEST_F(KeptMoney, BooksOfTheBankAndTheOfficesAreNeitherChangedNorRemoved) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  ASSERT_EQ(session.number("SELECT count(*) FROM line_match"), 1);
  for (const auto* table : {"hand_in", "remittance", "remittance_charge", "statement_file", "statement_line",
                            "line_match", "matched_line", "matched_remittance"}) {
    EXPECT_EQ(session.refusal(std::string("DELETE FROM ") + table), "BC009") << table;
    EXPECT_EQ(session.refusal(std::string("TRUNCATE ") + table + " CASCADE"), "BC009") << table;
  }
  for (const auto* change :
       {"hand_in SET counted = 1", "remittance SET amount = 1", "remittance SET reference = 'X'",
        "remittance_charge SET remittance_id = 7", "statement_file SET closing = 0",
        "statement_line SET amount = 1", "line_match SET difference = 9", "line_match SET score = 1",
        "matched_line SET line_id = 9", "matched_line SET undone = true",
        "matched_remittance SET undone = true"})
    EXPECT_EQ(session.refusal(std::string("UPDATE ") + change), "BC009") << change;
}

TEST_F(KeptMoney, WhatAMatchJoinsAndALineComesFromIsThere) {
  remitted("A1", 50'000);
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  for (const auto* row :
       {"matched_line (match_id, line_id) SELECT match_id, 999 FROM matched_line",
        "matched_line (match_id, line_id, undone) SELECT 999, line_id, true FROM matched_line",
        "matched_remittance (match_id, remittance_id) SELECT match_id, 999 FROM matched_remittance",
        "matched_remittance (match_id, remittance_id, undone) SELECT 999, remittance_id, true "
        "FROM matched_remittance",
        "statement_line (file_id, line_no, line_key, account_no, booked_on, amount, text) "
        "SELECT 999, 1, 'x', account_no, booked_on, 1, 'x' FROM statement_line"})
    EXPECT_EQ(session.refusal(std::string("INSERT INTO ") + row), "23503") << row;
}

TEST_F(KeptMoney, ARemittanceIsOnAStatementExactlyWhileALineIsMatchedWithIt) {
  remitted("A1", 50'000);
  EXPECT_EQ(session.refusal("UPDATE remittance SET state = 'on_statement'"), "BC001");
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  EXPECT_EQ(session.refusal("UPDATE remittance SET state = 'sent'"), "BC001");
  EXPECT_EQ(
      session.refusal("BEGIN; UPDATE line_match SET undone_at = now(), undone_by = 'psql', "
                      "undo_reason = 'x'; UPDATE remittance SET state = 'sent'; "
                      "UPDATE line_match SET undone_at = NULL, undone_by = '', undo_reason = ''; COMMIT"),
      "BC009");
  EXPECT_EQ(session.text("SELECT state FROM remittance"), "on_statement");
}

TEST_F(KeptMoney, WhatIsAwaitedFollowsTheRemittances) {
  remitted("A1", 50'000);
  EXPECT_EQ(session.number("SELECT count(*) FROM awaited_remittance"), 1);
  for (const auto* change :
       {"DELETE FROM awaited_remittance", "UPDATE awaited_remittance SET sent_at = now()",
        "INSERT INTO awaited_remittance SELECT 9, bank_account, sent_at "
        "FROM awaited_remittance",
        "TRUNCATE awaited_remittance"})
    EXPECT_EQ(session.refusal(change), "BC009") << change;
  ASSERT_TRUE(import_file(statement({line("FT1", 50'000, "BCCI82 R000001")})));
  EXPECT_EQ(session.number("SELECT count(*) FROM awaited_remittance"), 0);
  session.sql_past_guards("INSERT INTO awaited_remittance SELECT id, bank_account, sent_at FROM remittance");
  const auto report = run_verify(database.dsn());
  ASSERT_EQ(report.value().findings.size(), 1U);
  EXPECT_EQ(report.value().findings.front().check, "remittances_are_awaited");
  session.sql_past_guards("DELETE FROM awaited_remittance");
}

}  // namespace
}  // namespace bccid
