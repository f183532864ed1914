#include "flow/reconcile.hpp"

#include "base/limits.hpp"
#include "store/stored_name.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>
#include <utility>

namespace bccid {
namespace {

// Where a page ended: the three values that the list is sorted by. Shown to callers as "risk.since.id".
struct Cursor {
  std::int64_t risk = std::numeric_limits<std::int64_t>::max();
  Time since{};
  std::int64_t id = 0;

  std::string to_text() const {
    return std::to_string(risk) + "." + std::to_string(since.time_since_epoch().count()) + "." +
           std::to_string(id);
  }
};

Result<Cursor> parse_cursor(std::string_view text) {
  if (text.empty()) return Cursor{};
  std::array<std::int64_t, 3> numbers{};
  const char* at = text.data();
  const char* const end = text.data() + text.size();
  bool good = true;
  for (std::size_t part = 0; part < numbers.size() && good; ++part) {
    const auto read = std::from_chars(at, end, numbers[part]);
    const bool last = part + 1 == numbers.size();
    good = read.ec == std::errc{} && (last ? read.ptr == end : read.ptr != end && *read.ptr == '.');
    at = read.ptr + (last ? 0 : 1);
  }
  // Beyond these PostgreSQL has no instant.
  constexpr std::int64_t kMicrosMax = 9'000'000'000'000'000;
  if (!good || numbers[1] > kMicrosMax || numbers[1] < -kMicrosMax)
    return Failure(Errc::invalid_field, "cursor \"" + std::string(text.substr(0, 80)) + "\" is none of ours",
                   "Pass the value of next exactly as it was given.", "?after");
  return Cursor{numbers[0], Time(Duration(numbers[1])), numbers[2]};
}

// An agency's system without an agency would see nothing, never everything.
bool sees_own_only(const Actor& actor) { return actor.role == "agency" || !actor.agency.empty(); }

// What a break is about, beside itself. Scalar look-ups: they are made for the rows of the page only.
constexpr std::string_view kBreakColumns = R"(
SELECT b.id, b.public_id, b.type, b.subject, b.amount, b.since, b.owner, b.action, b.agency_code,
       b.dossier_code, b.resolved_at, b.resolution,
       coalesce((SELECT o.number FROM orders o WHERE o.id = b.order_id), ''),
       coalesce((SELECT p.item_code FROM parcel p WHERE p.order_id = b.order_id), ''),
       CASE WHEN b.subject LIKE 'receipt:%' THEN substr(b.subject, 9)
            ELSE coalesce((SELECT string_agg(r.id::text, ',' ORDER BY r.id) FROM receipt r
                            WHERE r.order_id = b.order_id AND r.cancelled_at IS NULL), '') END,
       CASE WHEN b.subject LIKE 'line:%' THEN substr(b.subject, 6) ELSE '' END,
       CASE WHEN b.subject LIKE 'remittance:%' THEN substr(b.subject, 12) ELSE b.reference END
  FROM recon_break b)";

const std::string kListBreaksSql = std::string(kBreakColumns) + R"(
 WHERE abs(b.amount) <= $1::bigint
   AND (abs(b.amount) < $1::bigint OR (b.since, b.id) > ($2::timestamptz, $3::bigint))
   AND (NOT $4::boolean OR b.agency_code = $5)
   AND (NOT $6::boolean OR b.resolved_at IS NULL)
   AND ($7::text = '' OR b.type = $7) AND ($8::text = '' OR b.owner = $8)
   AND ($9::text = '' OR b.agency_code = $9)
 ORDER BY abs(b.amount) DESC, b.since, b.id
 LIMIT $10)";
const sql::Query kListBreaks{"break_list", kListBreaksSql.c_str()};

const std::string kReadBreakSql =
    std::string(kBreakColumns) + " WHERE b.public_id = $1 AND (NOT $2::boolean OR b.agency_code = $3)";
const sql::Query kReadBreak{"break_read", kReadBreakSql.c_str()};

// "17,29"
std::vector<std::int64_t> numbers_in(std::string_view text) {
  std::vector<std::int64_t> numbers;
  while (!text.empty()) {
    std::from_chars(text.data(), text.data() + text.size(), numbers.emplace_back());
    const auto comma = text.find(',');
    text.remove_prefix(comma == std::string_view::npos ? text.size() : comma + 1);
  }
  return numbers;
}

BreakView view_of(const sql::Row& row, Time now) {
  BreakView view;
  view.id = row.uuid(1);
  view.type = stored_name<BreakType>(row.text(2));
  view.subject = row.str(3);
  view.amount = row.money(4);
  view.since = row.time(5);
  view.owner = row.str(6);
  view.action = row.str(7);
  view.agency = row.str(8);
  view.dossier_code = row.str(9);
  view.resolved_at = row.opt_time(10);
  view.resolution = row.str(11);
  view.order_number = row.str(12);
  view.item_code = row.str(13);
  view.receipts = numbers_in(row.text(14));
  view.line = row.str(15);
  view.remittance = row.str(16);
  const auto age = view.resolved_at.value_or(now) - view.since;
  view.age_hours = std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::hours>(age).count());
  return view;
}

}  // namespace

Result<BreakPage> list_breaks(sql::Tx& tx, const Actor& actor, const BreakQuestion& question,
                              const PageOf& page, Time now) {
  const auto cursor = parse_cursor(page.after);
  if (!cursor) return cursor.error();
  const auto limit = std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax);
  // One more than asked for tells whether there is a next page.
  const auto params =
      sql::Params::of(cursor->risk, cursor->since, cursor->id, sees_own_only(actor), actor.agency,
                      question.open_only, question.type, question.owner, question.agency, limit + 1);
  const auto rows = tx.exec(kListBreaks, params);
  BreakPage found;
  for (const auto row : rows) {
    if (found.items.size() == limit) break;
    found.items.push_back(view_of(row, now));
  }
  if (rows.size() > limit) {
    const auto last = rows[limit - 1];
    const std::int64_t amount = last.i64(4);
    found.next = Cursor{amount < 0 ? -amount : amount, last.time(5), last.i64(0)}.to_text();
  }
  return found;
}

std::optional<BreakView> read_break_view(sql::Tx& tx, const Actor& actor, const Uuid& id, Time now) {
  const auto rows = tx.exec(kReadBreak, sql::Params::of(id, sees_own_only(actor), actor.agency));
  if (rows.empty()) return {};
  return view_of(rows.front(), now);
}

}  // namespace bccid
