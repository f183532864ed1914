#include "flow/close_day.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "flow/places.hpp"

#include <algorithm>
#include <limits>

namespace bccid {
namespace {

const sql::Query kAuditClose{"day_close_record", R"(
INSERT INTO audit (actor, role, action, subject, request_id, detail)
VALUES ($1, $2, 'day.close', 'office:' || $3::text, $4, jsonb_build_object('day', $5::text)))"};

// A clerk without an office sees nothing: no office has this code.
std::string seen_office(const Actor& actor) {
  if (actor.role != "clerk") return {};
  return actor.office.empty() ? "-" : actor.office;
}

}  // namespace

Result<std::int64_t> close_day(sql::Tx& tx, const Actor& actor, std::string_view office, Time now) {
  if (!office_exists(tx, office))
    return Failure(Errc::invalid_field, "there is no post office \"" + shown(office) + '"',
                   "Use the code that it was added with: bccid office list.", "/office");
  const std::string day = to_text(business_day(now));
  const auto id = cut_day(tx, office, business_day(now), actor.id, now);
  if (!id)
    return Failure(Errc::conflict, "day " + day + " of office " + std::string(office) + " is closed",
                   "What came in since then belongs to the next business day.");
  tx.exec(kAuditClose, sql::Params::of(actor.id, actor.role, office, actor.request_id, day));
  return *id;
}

Result<DayClose> find_day(sql::Tx& tx, const Actor& actor, std::int64_t id) {
  auto day = read_day(tx, id);
  const auto office = seen_office(actor);
  if (day && (office.empty() || day->office == office)) return *std::move(day);
  return Failure(Errc::not_found, "there is no closed day " + std::to_string(id),
                 "Use an id of GET /v1/days; a clerk sees his own office's.");
}

Result<DayPage> find_days(sql::Tx& tx, const Actor& actor, const PageOf& page) {
  const auto before = number_cursor(page, std::numeric_limits<std::int64_t>::max());
  if (!before) return before.error();
  const auto limit = std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax);
  // One more than asked for tells whether there is a next page.
  DayPage found;
  found.items = list_days(tx, seen_office(actor), *before, limit + 1);
  if (found.items.size() > limit) {
    found.items.resize(limit);
    found.next = std::to_string(found.items.back().id);
  }
  return found;
}

}  // namespace bccid
