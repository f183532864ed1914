#include "flow/reconcile.hpp"

#include "base/limits.hpp"

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

const sql::Query kListBreaks{"break_list", R"(
SELECT id, public_id, type, subject, amount, since, owner, action, agency_code, dossier_code,
       resolved_at, resolution
  FROM recon_break
 WHERE abs(amount) <= $1::bigint
   AND (abs(amount) < $1::bigint OR (since, id) > ($2::timestamptz, $3::bigint))
   AND (NOT $4::boolean OR agency_code = $5)
   AND (NOT $6::boolean OR resolved_at IS NULL)
 ORDER BY abs(amount) DESC, since, id
 LIMIT $7)"};

const sql::Query kReadBreak{"break_read", R"(
SELECT id, public_id, type, subject, amount, since, owner, action, agency_code, dossier_code,
       resolved_at, resolution
  FROM recon_break WHERE public_id = $1 AND (NOT $2::boolean OR agency_code = $3))"};

BreakView view_of(const sql::Row& row, Time now) {
  BreakView view;
  view.id = row.uuid(1);
  view.type = row.str(2);
  view.subject = row.str(3);
  view.amount = row.money(4);
  view.since = row.time(5);
  view.owner = row.str(6);
  view.action = row.str(7);
  view.agency = row.str(8);
  view.dossier_code = row.str(9);
  view.resolved_at = row.opt_time(10);
  view.resolution = row.str(11);
  const auto age = view.resolved_at.value_or(now) - view.since;
  view.age_hours = std::max<std::int64_t>(0, std::chrono::duration_cast<std::chrono::hours>(age).count());
  return view;
}

}  // namespace

Result<BreakPage> list_breaks(sql::Tx& tx, const Actor& actor, bool open_only, const PageOf& page, Time now) {
  const auto cursor = parse_cursor(page.after);
  if (!cursor) return cursor.error();
  const auto limit = std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax);
  // One more than asked for tells whether there is a next page.
  const auto params = sql::Params::of(cursor->risk, cursor->since, cursor->id, sees_own_only(actor),
                                      actor.agency, open_only, limit + 1);
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
