#pragma once

#include "base/time_text.hpp"
#include "flow/accept_scans.hpp"
#include "flow/carrier_orders.hpp"
#include "flow/place_order.hpp"
#include "tests/support/builders.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <initializer_list>
#include <string>
#include <thread>
#include <vector>

namespace bccid::test {

// Two agencies and an office on a day of their own; everything moves through the flows. Each test ends with
// the invariants of schemas/sql/verify.
class PostDay : public testing::Test {
 protected:
  PostDay() : database(to_current_schema), session(database.dsn()) {
    add_reference_rows(session);
    add_agency(session, kAgencyA, "1010001");
    add_agency(session, kAgencyB, "1020002");
    add_office(session, kOffice);
  }
  void TearDown() override {
    expect_verified(database.dsn());
    expect_folded(database.dsn());
  }

  Result<OrderView> wish(const OrderWish& wanted, const std::string& agency = kAgencyA) {
    return session.in_tx([&](sql::Tx& tx) { return place_order(tx, clerk, agency, "post", wanted, now); });
  }
  // An order that the post has, with the parcel's item code.
  OrderView placed(const OrderWish& wanted, const std::string& item = {}) {
    OrderView order = wish(wanted).value();
    give_to_post(order.number);
    if (!item.empty())
      session.sql("UPDATE parcel SET item_code = '" + item + "' WHERE order_number = '" + order.number + "'");
    return read(order.id);
  }
  // As the sender does it: the send begins, then the post says yes.
  void give_to_post(const std::string& number) {
    begin_send(number);
    SendReport report;
    report.outcome = SendOutcome::accepted;
    session.in_tx([&](sql::Tx& tx) { apply_send_report(tx, number, report, now); });
  }
  SendStep begin_send(const std::string& number) {
    return session.in_tx([&](sql::Tx& tx) { return plan_order_send(tx, number, {}, now); }).step;
  }
  OrderView read(const Uuid& id) {
    return session.in_tx([&](sql::Tx& tx) { return read_order(tx, clerk, id); }).value();
  }
  Result<OrderView> cancel(const Uuid& id, const Actor& actor) {
    return session.in_tx([&](sql::Tx& tx) { return cancel_order(tx, actor, id, "not wanted", now); });
  }

  std::vector<ScanAnswer> scan(const std::vector<Scan>& scans) {
    return session.in_tx([&](sql::Tx& tx) { return accept_scans(tx, scans, now); });
  }
  ScanAnswer scan_one(const Scan& one) { return scan({one}).at(0); }
  // One scan a minute from `from` on, each in a batch of its own; returns what the last one answered.
  ScanAnswer walk(const std::string& item, std::initializer_list<const char*> codes, Time from) {
    ScanAnswer last;
    for (const char* code : codes) {
      last = scan_one(scan_of(item, code, from));
      from += std::chrono::minutes(1);
    }
    return last;
  }

  // A delivery that the post has; its parcel is known by number alone.
  std::string delivery(int number) { return placed(delivery_wish(dossier_code(number))).number; }
  Scan retraction_of(const Scan& wrong, Time at) {
    auto made = scan_of(wrong.item, "retracted", at);
    made.retracts = wrong.key;
    return made;
  }

  // Runs `second` on a session of its own while the transaction of `first` is open; true when it had to wait.
  template <class First, class Second>
  bool waits_for(First first, Second second) {
    Session other(database.dsn());
    std::atomic<bool> done{false};
    bool waited = false;
    std::thread beside;
    other.in_tx([&](sql::Tx& tx) {
      first(tx);
      beside = std::thread([&] {
        Session mine(database.dsn());
        mine.in_tx(second);
        done = true;
      });
      const std::string waiting =
          "pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
      while (!done && !(waited = count(waiting) > 0)) std::this_thread::yield();
    });
    beside.join();
    return waited;
  }

  std::string parcel(const std::string& column, const std::string& number) {
    return session.text("SELECT " + column + "::text FROM parcel WHERE order_number = '" + number + "'");
  }
  std::string state(const std::string& number) { return parcel("state", number); }
  // "kind subject" of the open attention items.
  std::string open_attention_text() {
    return session.text(
        "SELECT coalesce(string_agg(kind || ' ' || subject, ', ' ORDER BY kind, subject), '') FROM attention "
        "WHERE closed_at IS NULL");
  }
  std::int64_t count(const std::string& from) { return session.number("SELECT count(*) FROM " + from); }
  // What the agency's system is told about a dossier, oldest first: "9 9 10".
  std::string told(const std::string& code) {
    return session.text(
        "SELECT coalesce(string_agg(payload::jsonb->>'portal_status', ' ' ORDER BY id), '') "
        "FROM outbox WHERE kind = 'dossier.status' AND subject = 'dossier:" +
        code + "'");
  }

  TestDatabase database;
  Session session;
  Time now = parse_rfc3339("2025-11-22T09:00:00+07:00").value();
  Actor clerk{"clerk-1", "clerk", "", kOffice, "req-00000001"};
  Actor agency_a{"agency-a", "agency", kAgencyA, "", "req-00000002"};
  Actor agency_b{"agency-b", "agency", kAgencyB, "", "req-00000003"};
};

}  // namespace bccid::test
