#include "flow/import_statement.hpp"

#include "base/limits.hpp"
#include "base/time_text.hpp"
#include "flow/match_remittances.hpp"
#include "store/recon_store.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <span>
#include <utility>

namespace bccid {
namespace {

// A hash of everything that a bank's line says, for banks that give no reference.
std::string content_key(const BankLine& line) {
  std::string content = to_text(line.booked_on) + '\n' + std::to_string(line.amount.dong()) + '\n';
  content += line.text + '\n' + line.payer;
  return "h" + to_hex(sha256(content)).substr(0, 32);
}

// One row for each line, under a key that the next overlapping file gives it again. Lines of one file that
// would share a key are counted: the bank's own total proved that they are several.
std::vector<StatementLineRow> keyed_lines(const BankStatement& statement) {
  std::vector<StatementLineRow> rows;
  std::map<std::string, int> seen;
  for (const auto& line : statement.lines) {
    if (line.amount.zero()) continue;  // moved nothing
    std::string key = statement.account + "|" + (line.bank_ref.empty() ? content_key(line) : line.bank_ref);
    if (const int times = ++seen[key]; times > 1) key += "#" + std::to_string(times);
    rows.push_back(
        {line.line, std::move(key), line.booked_on, line.amount, line.text, line.payer, line.end_to_end});
  }
  return rows;
}

// The lines that no earlier file had. Errors: statement_refused, when a line came before with another day
// or amount, because then one of the two files is wrong.
Result<std::vector<StatementLineRow>> fresh_of(sql::Tx& tx, std::vector<StatementLineRow> rows) {
  std::map<std::string, StatementLineRow> known;
  for (auto& line : known_lines(tx, rows)) known.emplace(line.key, line);
  for (const auto& row : rows) {
    const auto found = known.find(row.key);
    if (found == known.end()) continue;
    if (found->second.amount != row.amount || found->second.booked_on != row.booked_on)
      return Failure(Errc::statement_refused,
                     "line " + std::to_string(row.line_no) + " has the key \"" + row.key +
                         "\" of an earlier line of " + std::to_string(found->second.amount.dong()) +
                         " dong on " + to_text(found->second.booked_on),
                     "Ask the bank which of the two statements is right.");
  }
  std::erase_if(rows, [&](const StatementLineRow& row) { return known.contains(row.key); });
  return rows;
}

}  // namespace

Result<StatementReport> import_statement(sql::Tx& tx, const Actor& actor, std::string_view bank,
                                         const BankStatement& statement, const Sha256& digest, Time now,
                                         const ReconRules& rules) {
  lock_reconciliation(tx);
  StatementReport report;
  if (const auto known = find_statement(tx, digest)) {
    report.id = known->public_id;
    report.already_imported = true;
    report.lines = known->lines;
    return report;
  }
  if (!is_fee_account(tx, statement.account))
    return Failure(Errc::statement_refused, "account \"" + statement.account + "\" belongs to no agency",
                   "Check the file's account number, or set it as the agency's fee account first.");
  const Day last = business_day(now + limits::kStatementFutureMax);
  if (std::chrono::sys_days{statement.to} > std::chrono::sys_days{last})
    return Failure(Errc::statement_refused,
                   "the statement ends on " + to_text(statement.to) + ", in the future",
                   "Check the file's days against the bank's own page.");
  const auto fresh = fresh_of(tx, keyed_lines(statement));
  if (!fresh) return fresh.error();
  const StatementFileRow file{new_uuid_v7(now),       digest,        std::string(bank), statement.account,
                              statement.from,         statement.to,  statement.opening, statement.closing,
                              statement.lines.size(), fresh->size(), actor.id};
  const auto id = insert_statement(tx, file, *fresh, now);
  const auto matching = match_remittances(tx, actor, {.file = id}, now, rules);
  report.id = file.public_id;
  report.lines = file.lines;
  report.fresh_lines = file.fresh_lines;
  report.matched = matching.matched;
  report.breaks_opened = matching.breaks_opened;
  return report;
}

}  // namespace bccid
