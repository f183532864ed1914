#include "flow/ledger_books.hpp"

#include "base/limits.hpp"
#include "store/stored_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace bccid {
namespace {

const sql::Query kBalances{"ledger_balances", R"(
SELECT a.key, coalesce(sum(p.amount) FILTER (WHERE p.side = 'D'), 0)::bigint,
       coalesce(sum(p.amount) FILTER (WHERE p.side = 'C'), 0)::bigint
  FROM account a JOIN posting p ON p.account_id = a.id JOIN journal j ON j.id = p.journal_id
 WHERE ($1::text = '' OR a.agency_code = $1) AND ($2::text = '' OR a.agency_code = $2)
   AND ($3::text = '' OR a.role = $3) AND ($4::text = '' OR a.kind = $4) AND ($5::text = '' OR a.holder = $5)
   AND ($6::timestamptz IS NULL OR j.booked_at <= $6)
 GROUP BY a.id
 ORDER BY a.key COLLATE "C")"};

template <typename Name>
std::string_view name_or_empty(const std::optional<Name>& value) {
  return value ? name(*value) : std::string_view{};
}

// Where a page of postings ended, newest first. Shown to callers as "journal.line".
struct Cursor {
  std::int64_t journal = std::numeric_limits<std::int64_t>::max();
  std::int64_t line = 0;
};

Result<Cursor> parse_cursor(std::string_view text) {
  Cursor cursor;
  if (text.empty()) return cursor;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, cursor.journal);
  if (first.ec == std::errc{} && first.ptr != end && *first.ptr == '.') {
    const auto second = std::from_chars(first.ptr + 1, end, cursor.line);
    if (second.ec == std::errc{} && second.ptr == end) return cursor;
  }
  return Failure(Errc::invalid_field, "cursor \"" + std::string(text.substr(0, 80)) + "\" is none of ours",
                 "Pass the value of next exactly as it was given.", "?after");
}

constexpr std::string_view kPostingColumns = R"(
SELECT p.journal_id, p.line, j.kind, a.key, p.side, p.amount, j.occurred_at, j.booked_at, j.actor,
       coalesce(o.number, ''), coalesce(d.code, d.slip_no, ''), coalesce(c.name, ''), p.charge_id
  FROM posting p
  JOIN journal j ON j.id = p.journal_id
  JOIN account a ON a.id = p.account_id
  LEFT JOIN charge c ON c.id = p.charge_id
  LEFT JOIN orders o ON o.id = c.order_id
  LEFT JOIN dossier d ON d.id = o.dossier_id)";

PostingView posting_from(const sql::Row& row) {
  PostingView view;
  view.journal = row.i64(0);
  view.line = row.i64(1);
  view.journal_kind = row.str(2);
  view.account = row.str(3);
  view.side = stored_name<Side>(row.text(4));
  view.amount = row.money(5);
  view.occurred_at = row.time(6);
  view.booked_at = row.time(7);
  view.actor = row.str(8);
  view.order_number = row.str(9);
  view.dossier_code = row.str(10);
  view.charge_name = row.str(11);
  view.charge = row.opt_i64(12);
  return view;
}

const sql::Query kAccountId{"ledger_account_id", R"(
SELECT id FROM account WHERE key = $1 AND ($2::text = '' OR agency_code = $2))"};

const std::string kPostingsSql = std::string(kPostingColumns) + R"(
 WHERE p.account_id = $1 AND p.journal_id <= $2::bigint
   AND (p.journal_id < $2::bigint OR p.line > $3::bigint)
   AND ($4::timestamptz IS NULL OR j.booked_at <= $4)
 ORDER BY p.journal_id DESC, p.line LIMIT $5)";
const sql::Query kPostings{"ledger_postings", kPostingsSql.c_str()};

const sql::Query kJournal{"ledger_journal", R"(
SELECT j.id, j.kind, j.key, j.occurred_at, j.booked_at, j.actor, j.note, j.reverses, r.id
  FROM journal j LEFT JOIN journal r ON r.reverses = j.id AND r.part IS NULL
 WHERE j.id = $1)"};

const sql::Query kPartReversals{"ledger_part_reversals", R"(
SELECT id FROM journal WHERE reverses = $1 AND part IS NOT NULL ORDER BY id)"};

const std::string kPostingsOfSql = std::string(kPostingColumns) + R"(
 WHERE p.journal_id = $1 AND ($2::text = '' OR a.agency_code = $2)
 ORDER BY p.line)";
const sql::Query kPostingsOf{"ledger_postings_of_journal", kPostingsOfSql.c_str()};

}  // namespace

BalanceReport ledger_balances(sql::Tx& tx, const Actor& actor, const BalanceQuestion& question) {
  BalanceReport report;
  const auto params = sql::Params::of(seen_agency(actor), question.agency, name_or_empty(question.role),
                                      name_or_empty(question.kind), question.holder, question.until);
  const auto rows = tx.exec(kBalances, params);
  for (const auto row : rows) {
    report.accounts.push_back({row.str(0), row.money(1), row.money(2)});
    report.debit += row.money(1);
    report.credit += row.money(2);
  }
  return report;
}

Result<PostingPage> find_postings(sql::Tx& tx, const Actor& actor, std::string_view account,
                                  std::optional<Time> until, const PageOf& page) {
  const auto cursor = parse_cursor(page.after);
  if (!cursor) return cursor.error();
  const auto known = tx.exec(kAccountId, sql::Params::of(account, seen_agency(actor)));
  if (known.empty())
    return Failure(Errc::not_found, "nothing was ever booked on account \"" + std::string(account) + '"',
                   "GET /v1/ledger/balances lists the accounts; those of other agencies are not shown.");
  const auto limit = std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax);
  // One more than asked for tells whether there is a next page.
  const auto rows = tx.exec(
      kPostings, sql::Params::of(known.front().i64(0), cursor->journal, cursor->line, until, limit + 1));
  PostingPage found;
  for (const auto row : rows) {
    if (found.items.size() == limit) break;
    found.items.push_back(posting_from(row));
  }
  if (rows.size() > limit)
    found.next = std::to_string(found.items.back().journal) + "." + std::to_string(found.items.back().line);
  return found;
}

Result<JournalView> find_journal(sql::Tx& tx, const Actor& actor, std::int64_t id) {
  const Failure hidden(Errc::not_found, "there is no journal " + std::to_string(id),
                       "Use an id of GET /v1/ledger/postings; those of other agencies are not shown.");
  const auto rows = tx.exec(kJournal, sql::Params::of(id));
  if (rows.empty()) return hidden;
  const auto row = rows.front();
  JournalView view;
  view.id = row.i64(0);
  view.kind = row.str(1);
  view.key = row.str(2);
  view.occurred_at = row.time(3);
  view.booked_at = row.time(4);
  view.actor = row.str(5);
  view.note = row.str(6);
  view.reverses = row.opt_i64(7);
  view.reversed_by = row.opt_i64(8);
  for (const auto part : tx.exec(kPartReversals, sql::Params::of(id)))
    view.reversed_in_part_by.push_back(part.i64(0));
  const auto postings = tx.exec(kPostingsOf, sql::Params::of(id, seen_agency(actor)));
  for (const auto posting : postings) view.postings.push_back(posting_from(posting));
  if (view.postings.empty()) return hidden;
  return view;
}

}  // namespace bccid
