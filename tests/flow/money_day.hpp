#pragma once

#include "base/time_text.hpp"
#include "flow/collect_cash.hpp"
#include "flow/hand_on_money.hpp"
#include "flow/import_statement.hpp"
#include "store/break_store.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/session.hpp"
#include "tests/support/statement_reader.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace bccid::test {

// A province with two agencies on a day of its own; money moves through the flows, the rest by SQL.
class MoneyDay : public testing::Test {
 protected:
  MoneyDay() : database(to_current_schema), session(database.dsn()) {
    session.sql(R"(
      INSERT INTO agency (code, name, bank_account) VALUES
        ('H20.01', 'So Tu phap', '1010001'), ('H20.02', 'So Xay dung', '1020002'),
        ('H20.03', 'khong tai khoan', '');
      INSERT INTO post_office (code, name) VALUES ('82001', 'Buu cuc');)");
  }
  void TearDown() override { expect_verified(database.dsn()); }

  // An order that the post has, with its parcel and its charges.
  std::int64_t order(const std::string& number, std::vector<WantedCharge> charges,
                     const std::string& agency = "H20.01") {
    session.sql(
        "WITH d AS (INSERT INTO dossier (public_id, agency_code, code, procedure_code) VALUES "
        "(gen_random_uuid(), '" +
        agency + "', 'D-" + number +
        "', '1.000001') RETURNING id), o AS (INSERT INTO orders (public_id, dossier_id, " +
        "leg, attempt, number, carrier, sender, receiver, created_by) SELECT gen_random_uuid(), d.id, "
        "'delivery', 1, '" +
        number +
        "', 'post', '{}', '{}', 'test' FROM d RETURNING id, dossier_id) INSERT INTO parcel (order_id, " +
        "dossier_id, leg, agency_code, order_number) SELECT id, dossier_id, 'delivery', '" + agency + "', '" +
        number + "' FROM o;");
    for (const auto* state : {"sending", "placed"})
      session.sql(std::string("UPDATE orders SET state = '") + state + "' WHERE number = '" + number + "'");
    const auto id = session.number("SELECT id FROM orders WHERE number = '" + number + "'");
    session.in_tx([&](sql::Tx& tx) { raise_charges(tx, id, agency, number, charges, now); });
    return id;
  }

  CashTaken cash(std::int64_t order_id, const std::string& number, Money fee, Money charge = {},
                 Money postage = {}) {
    CashTaken taken;
    taken.event_key = new_uuid_v7(now);
    taken.order_id = order_id;
    taken.agency = session.text("SELECT agency_code FROM parcel WHERE order_number = '" + number + "'");
    taken.dossier_code = "D-" + number;
    taken.order_number = number;
    taken.collector = "postman-7";
    taken.office = "82001";
    taken.fee = fee;
    taken.charge = charge;
    taken.postage = postage;
    taken.occurred_at = now;
    return taken;
  }

  void collect(const std::vector<CashTaken>& taken) {
    session.in_tx([&](sql::Tx& tx) { issue_receipts(tx, collect_cash(tx, taken, now), now); });
  }
  Result<HandInView> hand_all_in(Money counted) {
    return session.in_tx([&](sql::Tx& tx) { return hand_in(tx, clerk, "postman-7", "82001", counted, now); });
  }
  Result<std::vector<RemittanceView>> send(const std::string& agency = "H20.01") {
    return session.in_tx([&](sql::Tx& tx) { return remit(tx, finance, agency, "82", now); });
  }

  // An order that was delivered, proved and paid: its money is remitted under the returned reference.
  RemittanceView remitted(const std::string& number, std::int64_t fee, const std::string& agency = "H20.01") {
    const auto id = order(number, {{"fee", Money(fee)}}, agency);
    collect({cash(id, number, Money(fee))});
    EXPECT_TRUE(hand_all_in(Money(fee)));
    const auto sent = send(agency);
    return sent.value().at(0);
  }
  // The same, with its parcel delivered and proved.
  RemittanceView deliver_paid(const std::string& number, std::int64_t fee) {
    const auto sent = remitted(number, fee);
    deliver(number, "proved");
    return sent;
  }
  void deliver(const std::string& number, const std::string& step) {
    const std::string of_order = "' WHERE order_number = '" + number + "'";
    for (const auto* state : {"collected", "out_for_delivery"})
      session.sql(std::string("UPDATE parcel SET state = '") + state + of_order);
    session.sql("UPDATE parcel SET state = 'delivered', evidence = " +
                std::string(step == "proved" ? "true" : "false") + ", final_at = '" + to_rfc3339(now) +
                "', step = '" + step + of_order);
  }

  BankLine line(const std::string& ref, std::int64_t dong, const std::string& text) const {
    BankLine made;
    made.line = 2;
    made.bank_ref = ref;
    made.booked_on = business_day(now);
    made.amount = Money(dong);
    made.text = text;
    made.payer = "BUU DIEN TINH";
    return made;
  }
  // Each goes on from the one that was made before for the account.
  BankStatement statement(std::vector<BankLine> lines, const std::string& account = "1010001") {
    BankStatement made;
    made.account = account;
    made.from = made.to = business_day(now);
    made.opening = made.closing = last_closing_[account];
    for (const auto& each : lines) made.closing += each.amount;
    last_closing_[account] = made.closing;
    made.lines = std::move(lines);
    return made;
  }
  // Each call is another file, unless `name` says which.
  Result<StatementReport> import_file(const BankStatement& file, std::string name = {}) {
    if (name.empty()) name = "file " + std::to_string(++files_);
    return import_read(reader_of(file), name);
  }
  // The file of these bytes, as an adapter reads it.
  Result<StatementReport> import_bytes(const BankFilePort& bank, std::string_view bytes,
                                       bool dry_run = false) {
    return import_read(
        [&bank, bytes](LineSink& lines) {
          TextSource source(bytes);
          return bank.read(source, lines);
        },
        std::string(bytes), dry_run);
  }
  Result<StatementReport> import_read(std::function<Result<StatementHead>(LineSink&)> read,
                                      const std::string& name, bool dry_run = false) {
    const auto digest = sha256(name);
    const StatementUpload upload{"bank", {}, digest, std::move(read), dry_run};
    return session.in_tx(
        [&](sql::Tx& tx) { return import_statement(tx, finance, upload, problems, now, rules); });
  }

  std::string charge_state(const std::string& number, const std::string& kind = "fee") {
    return session.text(
        "SELECT string_agg(c.state, ', ' ORDER BY c.id) FROM charge c JOIN orders o ON o.id = c.order_id "
        "WHERE c.state <> 'split' AND o.number = '" +
        number + "' AND c.kind = '" + kind + "'");
  }
  // Debits less credits.
  std::int64_t balance(const std::string& account) {
    return session.number(
        "SELECT coalesce(sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END), 0)::bigint "
        "FROM account a JOIN posting p ON p.account_id = a.id WHERE a.key = '" +
        account + "'");
  }
  // "type amount" of the open breaks, by type and amount.
  std::string open_breaks_text() {
    return session.text(
        "SELECT coalesce(string_agg(type || ' ' || amount, ', ' ORDER BY type, amount), '') "
        "FROM recon_break WHERE resolved_at IS NULL");
  }
  // Everything that reconciliation writes, as one text.
  std::string books() {
    return session.text(R"(
      SELECT md5(concat((SELECT string_agg(x::text, '|' ORDER BY id) FROM journal x),
                        (SELECT string_agg(x::text, '|' ORDER BY journal_id, line) FROM posting x),
                        (SELECT string_agg(x::text, '|' ORDER BY id) FROM charge x),
                        (SELECT string_agg(x::text, '|' ORDER BY id) FROM receipt x),
                        (SELECT string_agg(x::text, '|' ORDER BY id) FROM receipt_series x),
                        (SELECT string_agg(x::text, '|' ORDER BY id) FROM recon_break x),
                        (SELECT string_agg(x::text, '|' ORDER BY id) FROM remittance x),
                        (SELECT string_agg(x::text, '|' ORDER BY id) FROM statement_file x),
                        (SELECT string_agg(x::text, '|' ORDER BY id) FROM statement_line x),
                        (SELECT string_agg(x::text, '|' ORDER BY match_id, line_id) FROM matched_line x),
                        (SELECT string_agg(x::text, '|' ORDER BY match_id, remittance_id)
                           FROM matched_remittance x),
                        (SELECT string_agg(x::text, '|' ORDER BY id) FROM line_match x))))");
  }
  // Balance of every account, whatever the order of booking.
  std::string balances() {
    return session.text(R"(
      SELECT coalesce(string_agg(key || ' ' || rest, E'\n' ORDER BY key), '') FROM (
        SELECT a.key, sum(CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END) AS rest
          FROM account a JOIN posting p ON p.account_id = a.id GROUP BY a.id) t WHERE rest <> 0)");
  }

  TestDatabase database;
  Session session;
  StatementProblems problems;  // of the last import
  Time now = parse_rfc3339("2026-03-02T09:00:00+07:00").value();
  Actor clerk{"clerk-1", "clerk", "", "82001", ""};
  Actor finance{"finance-1", "finance", "", "", ""};
  ReconRules rules;

 private:
  int files_ = 0;
  std::map<std::string, Money> last_closing_;
};

}  // namespace bccid::test
