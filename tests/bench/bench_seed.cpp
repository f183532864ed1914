#include "tests/bench/bench_seed.hpp"

#include "flow/sign_in.hpp"
#include "store/direct.hpp"
#include "tests/bench/pgbench_run.hpp"

#include <fstream>
#include <initializer_list>
#include <sstream>
#include <stdexcept>

namespace bccid::bench {
namespace {

// The order of the rows gives parcel number n the id n + 1 in every table.
constexpr const char* kSeed = R"(
SET session_replication_role = replica;
INSERT INTO agency (code, name, bank_account) VALUES ('H20.10', 'Sở Tư pháp tỉnh Đồng Tháp', '115000820010');
INSERT INTO post_office (code, name) VALUES ('820100', 'Bưu cục Mỹ Tho');
INSERT INTO dossier (public_id, agency_code, code, procedure_code, applicant_name, portal_status, finished_at)
SELECT gen_random_uuid(), 'H20.10', 'H20.10-250701-' || lpad(n::text, 7, '0'), '1.004734',
       'Nguyễn Văn An', 9, now()
  FROM generate_series(0, $PARCELS - 1) AS n ORDER BY n;
INSERT INTO orders (public_id, dossier_id, leg, attempt, number, carrier, state, sender, receiver, created_by,
                    sent_at, placed_at)
SELECT gen_random_uuid(), d.id, 'delivery', 1, d.code || '-T1', 'bd82', 'placed', '{}', '{}',
       'bench', now(), now()
  FROM dossier AS d ORDER BY d.id;
INSERT INTO charge (order_id, agency_code, kind, amount)
SELECT o.id, 'H20.10', 'charge', 15000 FROM orders AS o ORDER BY o.id;
INSERT INTO account (key, role, kind, agency_code, holder)
VALUES ('receivable/charge/H20.10/-', 'receivable', 'charge', 'H20.10', '-'),
       ('payable/charge/H20.10/-', 'payable', 'charge', 'H20.10', '-');
INSERT INTO journal (key, kind, occurred_at, actor)
SELECT 'charge_raised:' || o.number || ':' || c.id, 'charge_raised', now(), 'order'
  FROM charge AS c JOIN orders AS o ON o.id = c.order_id ORDER BY c.id;
INSERT INTO posting (journal_id, line, account_id, side, amount, charge_id)
SELECT j.id, CASE a.role WHEN 'receivable' THEN 1 ELSE 2 END, a.id,
       CASE a.role WHEN 'receivable' THEN 'D' ELSE 'C' END, 15000, j.id
  FROM journal AS j, account AS a ORDER BY j.id, a.id;
INSERT INTO parcel (order_id, dossier_id, leg, agency_code, order_number, item_code)
SELECT o.id, o.dossier_id, 'delivery', 'H20.10', o.number,
       'RR' || s.serial || CASE s.rest WHEN 10 THEN '0' WHEN 11 THEN '5' ELSE s.rest::text END || 'VN'
  FROM orders AS o,
       LATERAL (SELECT (10000000 + o.id - 1)::text AS serial) AS t,
       LATERAL (SELECT t.serial, 11 - (8 * substr(t.serial, 1, 1)::int + 6 * substr(t.serial, 2, 1)::int +
                                       4 * substr(t.serial, 3, 1)::int + 2 * substr(t.serial, 4, 1)::int +
                                       3 * substr(t.serial, 5, 1)::int + 5 * substr(t.serial, 6, 1)::int +
                                       9 * substr(t.serial, 7, 1)::int + 7 * substr(t.serial, 8, 1)::int) % 11
                       AS rest) AS s
 ORDER BY o.id;
SET session_replication_role = origin;
)";

std::string file_text(const char* name) {
  std::ifstream file(pgbench_scripts() / name);
  std::ostringstream text;
  text << file.rdbuf();
  if (!file) throw std::runtime_error("cannot read " + (pgbench_scripts() / name).string());
  return text.str();
}

sql::SessionOptions session(const std::string& dsn) {
  sql::SessionOptions options;
  options.dsn = dsn;
  options.application_name = "bccid-bench";
  return options;
}

}  // namespace

void seed_parcels(const std::string& dsn, std::uint64_t parcels, const std::string& password) {
  std::string text = kSeed;
  const std::string hole = "$PARCELS";
  text.replace(text.find(hole), hole.size(), std::to_string(parcels));
  sql::Connection connection(session(dsn));
  connection.script("seed", text);
  const auto hash = hash_secret(password);
  const auto done = run_directly<bool>(dsn, [&hash](sql::Tx& tx) -> Result<bool> {
    const auto put =
        put_principal(tx, NewPrincipal{"buuta-01", "clerk", "", "820100", "", hash.value()}, "bench");
    if (!put) return put.error();
    return true;
  });
  if (!done) throw std::runtime_error("seeding: " + done.error().text());
  // No checkpoint: the pages were written after the last one, so no load pays for their first images.
  // The empty tables are left alone: a plan made for a table known to be empty reads it from end to end.
  connection.script("seed", "VACUUM (ANALYZE) dossier, orders, charge, parcel, journal, posting");
}

void make_reference_tables(const std::string& dsn) {
  sql::Connection connection(session(dsn));
  connection.script("reference", file_text("tables.sql"));
  connection.script("reference", "VACUUM (ANALYZE)");
}

void reset_reference_tables(const std::string& dsn) {
  sql::Connection connection(session(dsn));
  // A VACUUM stands alone, so the file goes statement by statement.
  std::istringstream statements(file_text("reset.sql"));
  for (std::string statement; std::getline(statements, statement, ';');)
    if (statement.find_first_not_of(" \n") != std::string::npos) connection.script("reset", statement);
}

}  // namespace bccid::bench
