#include "flow/fee_schedules.hpp"

#include "base/text.hpp"
#include "flow/version_terms.hpp"

#include <algorithm>
#include <utility>

namespace bccid {
namespace {

constexpr std::size_t kFileBytesMax = 4 * 1024 * 1024;

const sql::Query kReadSchedule{"fee_schedule_read", R"(
SELECT id, lower(valid)::text, coalesce((upper(valid) - 1)::text, ''), rules, exemptions, province
  FROM fee_schedule WHERE id = $1::text)"};

const sql::Query kScheduleOfDay{"fee_schedule_of_day", R"(
SELECT id, lower(valid)::text, coalesce((upper(valid) - 1)::text, ''), rules, exemptions, province
  FROM fee_schedule WHERE province = $1::text AND valid @> $2::date)"};

const sql::Query kOverlapping{"fee_schedule_overlapping", R"(
SELECT id FROM fee_schedule
 WHERE province = $1::text AND valid && daterange($2::date, nullif($3::text, '')::date, '[]')
 ORDER BY valid LIMIT 1)"};

const sql::Query kInsertSchedule{"fee_schedule_insert", R"(
WITH put AS (
  INSERT INTO fee_schedule (id, province, valid, rules, exemptions, actor)
  VALUES ($1::text, $2::text, daterange($3::date, nullif($4::text, '')::date, '[]'), $5::text, $6::text,
          $7::text))
INSERT INTO audit (actor, role, action, subject) VALUES ($7, 'admin', 'fees.import', 'fees:' || $1))"};

const sql::Query kEndSchedule{"fee_schedule_end", R"(
WITH ended AS (
  UPDATE fee_schedule SET valid = daterange(lower(valid), $2::date, '[]')
   WHERE id = $1::text AND upper_inf(valid) AND lower(valid) <= $2 RETURNING id)
INSERT INTO audit (actor, role, action, subject, detail)
SELECT $3::text, 'admin', 'fees.end', 'fees:' || id, jsonb_build_object('last_day', $2) FROM ended)"};

const sql::Query kListSchedules{"fee_schedules_list", R"(
SELECT id, province, lower(valid)::text, coalesce((upper(valid) - 1)::text, '')
  FROM fee_schedule ORDER BY province, valid)"};

InputFailure refused(Errc code, std::string pointer, std::string detail, std::string hint) {
  std::vector<FieldError> errors;
  errors.emplace_back(code, std::move(pointer), std::move(detail), std::move(hint));
  return InputFailure(std::move(errors));
}

// What can be said of an entry without asking the database.
std::vector<FieldError> faults_of(const FeeScheduleEntry& entry) {
  std::vector<FieldError> errors;
  check_version_terms(entry.id, entry.valid_from, entry.valid_to, errors);
  const bool digits = std::ranges::all_of(entry.province, [](char c) { return c >= '0' && c <= '9'; });
  if (entry.province.size() != 2 || !digits)
    errors.emplace_back(Errc::invalid_field, "/province",
                        "\"" + shown(entry.province) + "\" is no province's code",
                        "Use two digits, such as 82.");
  if (entry.rules.size() > kFileBytesMax || entry.exemptions.size() > kFileBytesMax) {
    errors.emplace_back(Errc::invalid_field, "/rules", "a file has more than 4 MiB",
                        "A province's schedule has a few thousand lines.");
    return errors;
  }
  if (const auto schedule = FeeSchedule::parse(entry.id, entry.rules, entry.exemptions); !schedule)
    for (const auto& error : schedule.error().errors) errors.push_back(error);
  return errors;
}

// An end that was set later is no other content.
bool same(const FeeScheduleEntry& entry, const sql::Row& row) {
  return row.str(1) == to_text(entry.valid_from) &&
         (!entry.valid_to || row.str(2) == to_text(*entry.valid_to)) && row.str(3) == entry.rules &&
         row.str(4) == entry.exemptions && row.str(5) == entry.province;
}

}  // namespace

Input<PutOutcome> import_fee_schedule(sql::Tx& tx, const FeeScheduleEntry& entry, std::string_view by) {
  if (auto faults = faults_of(entry); !faults.empty()) return InputFailure(std::move(faults));
  const auto known = tx.exec(kReadSchedule, sql::Params::of(entry.id));
  if (!known.empty()) {
    if (same(entry, known.front())) return PutOutcome::unchanged;
    return refused(Errc::duplicate, "/id", "fee schedule " + entry.id + " exists with other content",
                   "A version is never changed: give the new one another id.");
  }
  const auto from = to_text(entry.valid_from), to = text_of(entry.valid_to);
  const auto beside = tx.exec(kOverlapping, sql::Params::of(entry.province, from, to));
  if (!beside.empty())
    return refused(Errc::conflict, "/from",
                   "fee schedule " + beside.front().str(0) + " holds on some of these days",
                   "End it first with: bccid fees end " + beside.front().str(0) + " --on DAY.");
  tx.exec(kInsertSchedule,
          sql::Params::of(entry.id, entry.province, from, to, entry.rules, entry.exemptions, by));
  return PutOutcome::stored;
}

Status end_fee_schedule(sql::Tx& tx, std::string_view id, Day last_day, std::string_view by) {
  const std::string day = to_text(last_day);
  if (tx.exec_count(kEndSchedule, sql::Params::of(id, day, by)) > 0) return {};
  const auto known = tx.exec(kReadSchedule, sql::Params::of(id));
  if (known.empty())
    return Failure(Errc::not_found, "there is no fee schedule \"" + shown(id) + '"', "See: bccid fees list.");
  if (const auto last = known.front().str(2); !last.empty())
    return Failure(Errc::conflict, "fee schedule " + known.front().str(0) + " ends on " + last,
                   "An end is not moved: charges may rest on it.");
  return Failure(
      Errc::conflict,
      "fee schedule " + known.front().str(0) + " begins on " + known.front().str(1) + ", after " + day,
      "Give a last day on or after its first.");
}

sql::Rows list_fee_schedules(sql::Tx& tx) { return tx.exec(kListSchedules); }

Result<FeeQuote> quote_fees(sql::Tx& tx, std::string_view province, Day day, const FeeQuestion& question) {
  const auto rows = tx.exec(kScheduleOfDay, sql::Params::of(province, to_text(day)));
  if (rows.empty())
    return Failure(Errc::not_found,
                   "no fee schedule of province " + shown(province) + " holds on " + to_text(day),
                   "Import one with: bccid fees import.");
  const auto row = rows.front();
  // It was read before it was stored.
  return FeeSchedule::parse(row.str(0), row.text(3), row.text(4)).value().quote(question);
}

}  // namespace bccid
