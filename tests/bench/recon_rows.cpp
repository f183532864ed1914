#include "tests/bench/recon_rows.hpp"

#include "store/pq.hpp"

#include <array>
#include <chrono>

namespace bccid::bench {
namespace {

// A table, whose account a row belongs to, and which of its rows the import has made (`mark` is the seed's
// highest id).
struct Kept {
  const char* table;
  const char* account;
  const char* fresh;
};
constexpr std::array<Kept, 10> kKept{
    {{"statement_file", "t.account_no", "true"},
     {"statement_line", "t.account_no", "true"},
     {"line_name", "(SELECT l.account_no FROM statement_line l WHERE l.id = t.line_id)", "true"},
     {"account", "split_part(t.holder, '|', 1)", "t.id > (SELECT account FROM seed_mark)"},
     {"journal",
      "(SELECT min(a.holder) FROM posting p JOIN account a ON a.id = p.account_id AND a.role = 'bank' "
      "WHERE p.journal_id = t.id)",
      "t.id > (SELECT journal FROM seed_mark)"},
     {"posting",
      "(SELECT min(a.holder) FROM posting p JOIN account a ON a.id = p.account_id AND a.role = 'bank' "
      "WHERE p.journal_id = t.journal_id AND p.line <= 2)",
      "t.journal_id > (SELECT journal FROM seed_mark)"},
     {"line_match", "t.account_no", "true"},
     {"matched_line", "(SELECT m.account_no FROM line_match m WHERE m.id = t.match_id)", "true"},
     {"matched_remittance", "(SELECT m.account_no FROM line_match m WHERE m.id = t.match_id)", "true"},
     {"recon_break", "(SELECT a.bank_account FROM agency a WHERE a.code = t.agency_code)", "true"}}};

// Where the charges went; remittances and what was awaited follow the matches.
constexpr const char* kMoved = R"(
SELECT c.id, c.state, r.bank_account AS account
  FROM charge c JOIN remittance_charge rc ON rc.charge_id = c.id JOIN remittance r ON r.id = rc.remittance_id
 WHERE c.state <> 'remitted' ORDER BY 3, 1)";
constexpr const char* kMove = R"(
UPDATE remittance SET state = 'on_statement'
 WHERE id = ANY (ARRAY(SELECT remittance_id FROM row_matched_remittance WHERE account = '$'));
DELETE FROM awaited_remittance
 WHERE remittance_id = ANY (ARRAY(SELECT remittance_id FROM row_matched_remittance WHERE account = '$'));
UPDATE charge c SET state = m.state FROM row_moved m WHERE m.account = '$' AND c.id = m.id;
)";

class Server {
 public:
  explicit Server(const std::string& dsn) : connection_(options(dsn)) {}
  sql::Rows run(const std::string& text) { return connection_.script("bench", text); }

 private:
  static sql::SessionOptions options(const std::string& dsn) {
    sql::SessionOptions made;
    made.dsn = dsn;
    made.statement_timeout = std::chrono::minutes(30);
    return made;
  }
  sql::Connection connection_;
};

// What can be written: generated columns are not.
std::string columns_of(Server& server, const std::string& table) {
  return server
      .run("SELECT string_agg(attname, ', ' ORDER BY attnum) FROM pg_attribute WHERE attrelid = '" + table +
           "'::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''")
      .front()
      .str(0);
}

void carry(Server& from, Server& to, const std::string& table, const std::string& query,
           const std::string& shape) {
  const auto file = from.run("SHOW data_directory").front().str(0) + "/" + table + ".copy";
  from.run("COPY (" + query + ") TO '" + file + "'");
  to.run("CREATE UNLOGGED TABLE " + table + " AS " + shape + " WITH NO DATA");
  to.run("COPY " + table + " FROM '" + file + "'");
  to.run("CREATE INDEX ON " + table + " (account)");
}

std::string with_account(std::string text, const std::string& account) {
  for (auto at = text.find('$'); at != std::string::npos; at = text.find('$')) text.replace(at, 1, account);
  return text;
}

// What writes the rows of one account.
std::string script_for(Server& rows, const std::string& account) {
  std::string text = "BEGIN; SET LOCAL session_replication_role = replica; SET LOCAL enable_seqscan = off;";
  for (const auto& kept : kKept) {
    const std::string columns = columns_of(rows, kept.table);
    text += std::string("INSERT INTO ") + kept.table + " (" + columns + ") OVERRIDING SYSTEM VALUE SELECT " +
            columns + " FROM row_" + kept.table + " WHERE account = '" + account + "';";
  }
  return text + with_account(kMove, account) + "COMMIT";
}

}  // namespace

void keep_seeded(const std::string& dsn, const std::string& name) {
  Server server(dsn);
  server.run(
      "CREATE TABLE seed_mark AS SELECT (SELECT max(id) FROM journal) AS journal, "
      "(SELECT max(id) FROM account) AS account");
  const auto seeded = server.run("SELECT current_database()").front().str(0);
  server.run("CREATE DATABASE " + name + " TEMPLATE " + seeded);
}

double write_same_rows(const std::string& dsn, const std::string& rows_dsn) {
  Server here(dsn), there(rows_dsn);
  for (const auto& [table, account, fresh] : kKept) {
    const auto select = "SELECT " + columns_of(here, table) + ", " + account + " AS account FROM " + table +
                        " t WHERE " + fresh;
    carry(here, there, std::string("row_") + table, select + " ORDER BY account, 1", select);
  }
  carry(here, there, "row_moved", kMoved, kMoved);
  there.run("ANALYZE");
  double seconds = 0;
  for (const auto row : there.run("SELECT account_no FROM row_statement_file ORDER BY 1")) {
    const auto text = script_for(there, row.str(0));
    const auto begun = std::chrono::steady_clock::now();
    there.run(text);
    seconds += std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  }
  return seconds;
}

}  // namespace bccid::bench
