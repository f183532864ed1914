#include "flow/pauses.hpp"

namespace bccid {
namespace {

const sql::Query kPaused{"counterparts_paused", "SELECT name FROM counterpart_pause"};

const sql::Query kKnown{"counterpart_known", R"(
  SELECT EXISTS (SELECT 1 FROM counterpart WHERE name = $1)
      OR EXISTS (SELECT 1 FROM webhook_endpoint WHERE 'webhook:' || id = $1)
      OR EXISTS (SELECT 1 FROM onestop_endpoint WHERE 'onestop:' || agency_code = $1)
      OR EXISTS (SELECT 1 FROM feed_cursor WHERE 'carrier:' || carrier = $1)
      OR EXISTS (SELECT 1 FROM outbox WHERE target = $1 AND state = 'scheduled')
      OR EXISTS (SELECT 1 FROM outbox WHERE target = $1 AND state = 'leased')
      OR EXISTS (SELECT 1 FROM outbox WHERE target = $1 AND state = 'dead')
)"};

// The notification goes to the senders' own channel: they look at the pauses whenever they look for work.
const sql::Query kPause{"counterpart_pause", R"(
  WITH paused AS (
    INSERT INTO counterpart_pause (name, paused_at, paused_by, reason)
    VALUES ($1, $5::timestamptz, $3, $2) ON CONFLICT (name) DO NOTHING RETURNING name),
  audited AS (
    INSERT INTO audit (at, actor, role, action, subject, request_id, detail)
    SELECT $5, $3, $4, 'counterpart.pause', 'counterpart:' || name, $6, jsonb_build_object('reason', $2::text)
      FROM paused)
  SELECT pg_notify('bccid_outbox', '') FROM paused
)"};

const sql::Query kResume{"counterpart_resume", R"(
  WITH resumed AS (DELETE FROM counterpart_pause WHERE name = $1 RETURNING name, paused_at, paused_by),
  audited AS (
    INSERT INTO audit (at, actor, role, action, subject, request_id, detail)
    SELECT $5, $3, $4, 'counterpart.resume', 'counterpart:' || name, $6,
           jsonb_build_object('reason', $2::text, 'paused_at', paused_at, 'paused_by', paused_by)
      FROM resumed)
  SELECT pg_notify('bccid_outbox', '') FROM resumed
)"};

Status known(sql::Tx& tx, std::string_view target) {
  if (tx.exec(kKnown, sql::Params::of(target)).front().boolean(0)) return {};
  return Failure(Errc::not_found, "there is no counterpart \"" + std::string(target) + "\"",
                 "Use a name of GET /v1/counterparts.");
}

}  // namespace

std::unordered_set<std::string> paused_targets(sql::Tx& tx) {
  std::unordered_set<std::string> names;
  for (const auto& row : tx.exec(kPaused)) names.insert(row.str(0));
  return names;
}

Result<bool> pause_target(sql::Tx& tx, std::string_view target, std::string_view reason, const Actor& actor,
                          Time now) {
  if (const auto is = known(tx, target); !is) return is.error();
  return !tx.exec(kPause, sql::Params::of(target, reason, actor.id, actor.role, now, actor.request_id))
              .empty();
}

Result<bool> resume_target(sql::Tx& tx, std::string_view target, std::string_view reason, const Actor& actor,
                           Time now) {
  if (const auto is = known(tx, target); !is) return is.error();
  return !tx.exec(kResume, sql::Params::of(target, reason, actor.id, actor.role, now, actor.request_id))
              .empty();
}

}  // namespace bccid
