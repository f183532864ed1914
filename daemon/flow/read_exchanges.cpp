#include "flow/read_exchanges.hpp"

#include <charconv>
#include <optional>

namespace bccid {
namespace {

const sql::Query kOfCounterpart{"exchanges_of_counterpart", R"(
  SELECT id, at, last_at, direction = 'in', counterpart, call, subject, request_id, outcome, reason,
         coalesce(outbox_id, 0), tries, took_ms, bytes_out, bytes_in, http_status, sent, got
    FROM exchange
   WHERE counterpart = $1 AND (at, id) < ($2::timestamptz, $3::bigint) AND at <= $2::timestamptz
   ORDER BY at DESC, id DESC LIMIT $4
)"};

const sql::Query kOfSubjects{"exchanges_of_subjects", R"(
  SELECT id, at, last_at, direction = 'in', counterpart, call, subject, request_id, outcome, reason,
         coalesce(outbox_id, 0), tries, took_ms, bytes_out, bytes_in, http_status, sent, got
    FROM exchange
   WHERE subject = ANY ($1::text[]) AND (at, id) < ($2::timestamptz, $3::bigint) AND at <= $2::timestamptz
   ORDER BY at DESC, id DESC LIMIT $4
)"};

// Everything that a message about this dossier, or about one of its orders, may be addressed by.
const sql::Query kSubjects{"exchange_subjects", R"(
  WITH o AS (
    SELECT o.id, o.number FROM orders o
     WHERE o.dossier_id = $1::bigint OR ($1::bigint = 0 AND o.number = $2))
  SELECT 'order:' || number FROM o
  UNION ALL SELECT 'parcel:' || number FROM o
  UNION ALL SELECT 'receipt:' || r.id FROM o JOIN receipt r ON r.order_id = o.id
  UNION ALL SELECT 'dossier:' || d.code FROM dossier d WHERE d.id = $1::bigint AND d.code IS NOT NULL
)"};

const sql::Query kDossiers{"exchange_dossiers", R"(
  SELECT id FROM dossier WHERE code = $1 OR slip_no = $1 ORDER BY id
)"};

// Where a page ended, shown as "micros.id".
struct Cursor {
  Time at{};
  std::int64_t id = 0;
};

Result<Cursor> parse_cursor(const std::string& after) {
  constexpr std::int64_t kMicrosMax = 9'000'000'000'000'000;  // beyond these PostgreSQL has no instant
  Cursor cursor{Time(Duration(kMicrosMax)), 0};
  if (after.empty()) return cursor;
  std::int64_t micros = 0;
  const char* const end = after.data() + after.size();
  const auto at = std::from_chars(after.data(), end, micros);
  const bool dotted = at.ec == std::errc{} && at.ptr != end && *at.ptr == '.';
  const auto id = dotted ? std::from_chars(at.ptr + 1, end, cursor.id) : at;
  if (!dotted || id.ec != std::errc{} || id.ptr != end || micros > kMicrosMax || micros < -kMicrosMax)
    return Failure(Errc::invalid_field, "the cursor is not one of ours", "Use the `next` of the page before.",
                   "?after");
  cursor.at = Time(Duration(micros));
  return cursor;
}

ExchangeView view_of(const sql::Row& row) {
  ExchangeView view;
  view.id = row.i64(0);
  view.at = row.time(1);
  view.last_at = row.time(2);
  view.inbound = row.boolean(3);
  view.counterpart = row.str(4);
  view.call = row.str(5);
  view.subject = row.str(6);
  view.request_id = row.str(7);
  view.outcome = row.str(8);
  view.reason = row.str(9);
  view.outbox_id = row.i64(10);
  view.tries = row.i64(11);
  view.took_ms = row.i64(12);
  view.bytes_out = row.i64(13);
  view.bytes_in = row.i64(14);
  view.http_status = static_cast<int>(row.i64(15));
  view.sent = row.str(16);
  view.got = row.str(17);
  return view;
}

std::vector<std::string> subjects_of(sql::Tx& tx, std::int64_t dossier_id, std::string_view order) {
  std::vector<std::string> subjects;
  for (const auto& row : tx.exec(kSubjects, sql::Params::of(dossier_id, order)))
    subjects.push_back(row.str(0));
  return subjects;
}

std::vector<std::string> subjects_of(sql::Tx& tx, const ExchangeQuestion& about) {
  if (!about.order.empty()) return subjects_of(tx, 0, about.order);
  std::vector<std::string> subjects;
  for (const auto& row : tx.exec(kDossiers, sql::Params::of(about.dossier)))
    for (auto& subject : subjects_of(tx, row.i64(0), "")) subjects.push_back(std::move(subject));
  return subjects;
}

sql::Rows rows_of(sql::Tx& tx, const std::vector<std::string>& subjects, const Cursor& cursor,
                  std::size_t limit) {
  sql::Params params;
  params.add_array(subjects).add(cursor.at).add(cursor.id).add(limit);
  return tx.exec(kOfSubjects, params);
}

}  // namespace

Result<ExchangePage> list_exchanges(sql::Tx& tx, const ExchangeQuestion& about, const PageOf& page) {
  const int named = int{!about.counterpart.empty()} + int{!about.order.empty()} + int{!about.dossier.empty()};
  if (named != 1)
    return Failure(Errc::invalid_field, "exchanges are listed by one of counterpart, order and dossier",
                   "Name exactly one of them.", "?counterpart");
  const auto cursor = parse_cursor(page.after);
  if (!cursor) return cursor.error();
  const auto rows = about.counterpart.empty()
                        ? rows_of(tx, subjects_of(tx, about), *cursor, page.limit + 1)
                        : tx.exec(kOfCounterpart,
                                  sql::Params::of(about.counterpart, cursor->at, cursor->id, page.limit + 1));
  ExchangePage found;
  for (const auto& row : rows) {
    if (found.items.size() == page.limit) {
      const auto& last = found.items.back();
      found.next = std::to_string(last.at.time_since_epoch().count()) + "." + std::to_string(last.id);
      break;
    }
    found.items.push_back(view_of(row));
  }
  return found;
}

std::vector<ExchangeView> exchanges_of_dossier(sql::Tx& tx, std::int64_t dossier_id, std::size_t limit) {
  std::vector<ExchangeView> views;
  const auto first = parse_cursor({});
  for (const auto& row : rows_of(tx, subjects_of(tx, dossier_id, ""), *first, limit)) {
    views.push_back(view_of(row));
    views.back().sent.clear();
    views.back().got.clear();
  }
  return views;
}

}  // namespace bccid
