#include "flow/dead_letters.hpp"

#include <limits>

namespace bccid {
namespace {

const sql::Query kListDead{"outbox_dead_list", R"(
SELECT id, target, kind, subject, reason, attempts, created_at, finished_at
  FROM outbox WHERE state = 'dead' AND id < $1
 ORDER BY id DESC LIMIT $2)"};

// Of the status that a dossier was last told the dossier keeps that it was given up, so that `verify` does
// not ask for it for ever.
// Rows have no index by id alone, but each of these states has its own.
const sql::Query kFindDead{"outbox_find_dead", R"(
SELECT created_at, kind FROM outbox WHERE state = 'dead' AND id = $1 FOR UPDATE)"};
const sql::Query kFindScheduled{"outbox_find_scheduled", R"(
SELECT created_at, kind FROM outbox WHERE state = 'scheduled' AND id = $1 FOR UPDATE)"};
const sql::Query kFindLeased{"outbox_find_leased", R"(
SELECT created_at, kind FROM outbox WHERE state = 'leased' AND id = $1)"};

const sql::Query kDropMessage{"outbox_drop", R"(
WITH dropped AS (
  UPDATE outbox SET state = 'void', reason = $2, finished_at = now()
   WHERE created_at = $5::timestamptz AND id = $1
  RETURNING id, kind, target, subject, payload, attempts, request_id),
traced AS (
  INSERT INTO exchange (counterpart, subject, attempt, outcome, reason, took_ms, call, outbox_id, request_id)
  SELECT target, subject, attempts, 'given_up', $3 || ': ' || $2, 0, kind, id, request_id FROM dropped),
given_up AS (
  UPDATE dossier d SET given_up_status = d.told_status
    FROM dropped m
   WHERE m.kind = 'dossier.status' AND d.agency_code = substr(m.target, 9) AND d.code = substr(m.subject, 9)
     AND d.told_status = (m.payload::jsonb ->> 'portal_status')::smallint),
left_alone AS (
  UPDATE e_receipt e SET given_up = $3 || ': ' || $2
    FROM dropped m
    JOIN receipt r ON r.id = CASE WHEN m.target LIKE 'receipt:%' THEN substr(m.subject, 9)::bigint END
   WHERE e.event_key = r.event_key AND e.kind = r.kind),
closed AS (
  UPDATE attention SET closed_at = now(), closed_by = $3, note = $2
   WHERE kind = 'dead_letter' AND subject = 'outbox:' || $1 AND closed_at IS NULL)
INSERT INTO audit (actor, role, action, subject, detail)
SELECT $3, $4, 'outbox.drop', 'outbox:' || id, jsonb_build_object('reason', $2::text) FROM dropped)"};

}  // namespace

Result<DeadLetterPage> list_dead_letters(sql::Tx& tx, const PageOf& page) {
  const auto below = number_cursor(page, std::numeric_limits<std::int64_t>::max());
  if (!below) return below.error();
  const auto rows = tx.exec(kListDead, sql::Params::of(*below, page.limit + 1));
  DeadLetterPage found;
  for (const auto& row : rows) {
    if (found.items.size() == page.limit) {
      found.next = std::to_string(found.items.back().id);
      break;
    }
    found.items.push_back(DeadLetter{row.i64(0), row.str(1), row.str(2), row.str(3), row.str(4),
                                     static_cast<int>(row.i64(5)), row.time(6), row.time(7)});
  }
  return found;
}

namespace {

// Where the row is that may be given up.
Result<Time> place_of(sql::Tx& tx, std::int64_t id) {
  const std::string name = "outbox row " + std::to_string(id);
  if (const auto dead = tx.exec(kFindDead, sql::Params::of(id)); !dead.empty()) return dead.front().time(0);
  if (!tx.exec(kFindLeased, sql::Params::of(id)).empty())
    return Failure(Errc::conflict, name + " is just being sent", "Pause its counterpart, then give it up.");
  const auto waiting = tx.exec(kFindScheduled, sql::Params::of(id));
  if (waiting.empty())
    return Failure(Errc::not_found, "there is no message " + std::to_string(id) + " that waits or is dead",
                   "List the dead ones with: bccid outbox list.");
  const auto kind = waiting.front().text(1);
  if (kind == "event" || kind == "dossier.status") return waiting.front().time(0);
  return Failure(Errc::conflict, name + " is of kind " + std::string(kind) + " and still being tried",
                 "Cancel its order or receipt instead; it can be given up when it is dead.");
}

}  // namespace

Status give_up_message(sql::Tx& tx, std::int64_t id, std::string_view reason, const Actor& actor) {
  const auto place = place_of(tx, id);
  if (!place) return place.error();
  tx.exec(kDropMessage, sql::Params::of(id, reason, actor.id, actor.role, *place));
  return {};
}

}  // namespace bccid
