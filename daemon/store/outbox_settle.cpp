#include "store/outbox_plan.hpp"
#include "store/outbox_store.hpp"

#include <algorithm>
#include <string>

namespace bccid {
namespace {

using Verdict = AttemptResult::Verdict;

const sql::Query kPlanByIndex{"outbox_plan_by_index", R"(
  SELECT set_config('enable_seqscan', 'off', true), set_config('enable_hashjoin', 'off', true),
         set_config('enable_mergejoin', 'off', true), set_config('enable_bitmapscan', 'off', true),
         set_config('jit', 'off', true),
         set_config('plan_cache_mode', 'force_generic_plan', true)
)"};

// One statement for a whole batch. The fence and the state must still be ours. `|| ''` keeps the planner from
// the index of the leased rows: after a busy minute most of what is in it is dead, and the key finds each row
// at once. A trace of the attempt before is looked for only where there was one.
const sql::Query kSettle{"outbox_settle", R"(
  WITH r AS MATERIALIZED (
         SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[], $4::text[], $5::bigint[],
                              $6::text[], $7::bigint[], $8::bigint[])
                    AS r(created_at, id, fence, verdict, wait, reason, http_status, took_ms)),
       c AS MATERIALIZED (
         SELECT * FROM unnest($9::bigint[], $10::text[], $11::timestamptz[], $12::bigint[], $13::bigint[],
                              $14::bigint[], $15::bigint[], $16::text[], $17::text[])
                    AS c(outbox_id, call, at, took_ms, http_status, bytes_out, bytes_in, sent, got)),
       mine AS (
         UPDATE outbox o
            SET state = CASE r.verdict WHEN 'delivered' THEN 'delivered' WHEN 'dead' THEN 'dead'
                                       WHEN 'dropped' THEN 'void' ELSE 'scheduled' END,
                attempts = o.attempts - CASE r.verdict WHEN 'given_back' THEN 1 ELSE 0 END,
                next_at = CASE WHEN r.verdict IN ('retry', 'given_back')
                               THEN now() + r.wait * interval '1 microsecond' ELSE o.next_at END,
                lease_until = NULL,
                reason = CASE WHEN r.verdict = 'delivered' THEN ''
                              WHEN r.verdict = 'given_back' AND r.reason = '' THEN o.reason ELSE r.reason END,
                http_status = coalesce(nullif(r.http_status, 0), o.http_status),
                finished_at = CASE WHEN r.verdict IN ('delivered', 'dead', 'dropped') THEN now() END
           FROM r
          WHERE o.created_at = r.created_at AND o.id = r.id AND o.fence = r.fence AND o.state || '' = 'leased'
         RETURNING o.id, o.target, o.kind, o.subject, o.request_id, o.attempts, r.verdict, r.reason,
                   r.http_status, r.took_ms),
       e AS MATERIALIZED (
         SELECT m.id, m.target, m.subject, m.request_id, m.attempts, m.reason,
                CASE m.verdict WHEN 'given_back' THEN 'later' WHEN 'dropped' THEN 'unwanted'
                               ELSE m.verdict END AS outcome,
                coalesce(c.call, m.kind) AS call, coalesce(c.at, now()) AS at,
                coalesce(c.took_ms, m.took_ms) AS took_ms,
                coalesce(c.http_status, m.http_status) AS http_status,
                coalesce(c.bytes_out, 0) AS bytes_out, coalesce(c.bytes_in, 0) AS bytes_in,
                coalesce(c.sent, '') AS sent, coalesce(c.got, '') AS got
           FROM mine m LEFT JOIN c ON c.outbox_id = m.id
          WHERE c.outbox_id IS NOT NULL OR m.verdict NOT IN ('given_back', 'dropped')),
       same AS MATERIALIZED (
         SELECT DISTINCT ON (p.at, p.id) e.*, p.at AS first_at, p.id AS first_id
           FROM e, LATERAL (
             SELECT x.at, x.id, x.outcome, x.http_status FROM exchange x
              WHERE x.outbox_id = e.id AND x.call = e.call ORDER BY x.at DESC, x.id DESC LIMIT 1) AS p
          WHERE (e.attempts > 1 OR e.outcome = 'later')
            AND p.outcome = e.outcome AND p.http_status = e.http_status
          ORDER BY p.at, p.id, e.at DESC),
       folded AS (
         UPDATE exchange x
            SET tries = x.tries + 1, last_at = s.at, attempt = s.attempts, reason = s.reason,
                took_ms = s.took_ms, bytes_out = x.bytes_out + s.bytes_out,
                bytes_in = x.bytes_in + s.bytes_in,
                sent = s.sent, got = s.got
           FROM same s WHERE x.at = s.first_at AND x.id = s.first_id),
       logged AS (
         INSERT INTO exchange (at, last_at, counterpart, subject, attempt, outcome, http_status, reason,
                               took_ms, call, outbox_id, request_id, bytes_out, bytes_in, sent, got)
         SELECT e.at, e.at, e.target, e.subject, e.attempts, e.outcome, e.http_status, e.reason, e.took_ms,
                e.call, e.id, e.request_id, e.bytes_out, e.bytes_in, e.sent, e.got
           FROM e WHERE NOT EXISTS (SELECT 1 FROM same s WHERE s.id = e.id AND s.call = e.call))
  SELECT id FROM mine
)"};

// A dead letter is somebody's task: of the clerk when the post refused an order, of finance when a receipt
// was refused, else of the administrator.
const sql::Query kOpenDeadLetters{"outbox_open_dead_letters", R"(
  INSERT INTO attention AS t (kind, subject, agency_code, dossier_code, detail, action, owner, due_at)
  SELECT 'dead_letter', 'outbox:' || o.id,
         coalesce(k.agency_code,
                  CASE WHEN o.target LIKE 'onestop:%' OR o.target LIKE 'receipt:%'
                       THEN split_part(o.target, ':', 2) END, ''),
         coalesce(k.dossier, CASE WHEN o.subject LIKE 'dossier:%' THEN substr(o.subject, 9) END, ''),
         o.kind || ' for ' || o.subject || coalesce(', dossier ' || nullif(k.dossier, ''), '')
           || coalesce(', parcel ' || k.parcel, '') || ' was not delivered to ' || o.target
           || ': ' || o.reason
           || CASE WHEN coalesce(o.http_status, 0) > 0 THEN '. Last answer: HTTP ' || o.http_status
                   ELSE '' END,
         'Remove the cause, then replay outbox row ' || o.id || '.',
         CASE WHEN o.target LIKE 'carrier:%' THEN 'clerk' WHEN o.target LIKE 'receipt:%' THEN 'finance'
              ELSE 'admin' END, now() + interval '4 hours'
    FROM outbox o LEFT JOIN LATERAL case_of_subject(o.subject) AS k ON true
   WHERE o.state = 'dead' AND o.id = ANY ($1::bigint[])
  ON CONFLICT (kind, subject) WHERE closed_at IS NULL
  DO UPDATE SET seen = t.seen + 1, detail = excluded.detail
)"};

const sql::Query kRenew{"outbox_renew", R"(
  WITH r AS MATERIALIZED (
         SELECT * FROM unnest($1::timestamptz[], $2::bigint[], $3::bigint[]) AS r(created_at, id, fence))
  UPDATE outbox o SET lease_until = now() + $4::bigint * interval '1 microsecond'
    FROM r
   WHERE o.created_at = r.created_at AND o.id = r.id AND o.fence = r.fence AND o.state || '' = 'leased'
  RETURNING o.id
)"};

const sql::Query kRescue{"outbox_rescue", R"(
  WITH gone AS MATERIALIZED (
         SELECT created_at, id FROM outbox WHERE state = 'leased' AND lease_until < now()
          ORDER BY lease_until LIMIT 1000 FOR UPDATE SKIP LOCKED)
  UPDATE outbox o
     SET state = CASE WHEN o.attempts >= $1::integer THEN 'dead' ELSE 'scheduled' END,
         lease_until = NULL, fence = NULL, next_at = now(),
         reason = 'the lease of attempt ' || o.attempts || ' ended without a result',
         finished_at = CASE WHEN o.attempts >= $1::integer THEN now() END
    FROM gone
   WHERE o.created_at = gone.created_at AND o.id = gone.id
  RETURNING o.id, o.state
)"};

// Rows have no index by id alone, but the dead ones are few and have their own. Also tells whether the
// dossier was told something newer since: rows of one key leave in order, so a confirmation after this row's
// death is of a younger row.
const sql::Query kForReplay{"outbox_for_replay", R"(
  SELECT o.created_at, o.kind, o.target,
         o.kind = 'dossier.status' AND EXISTS (
           SELECT 1 FROM dossier d
            WHERE d.agency_code = substr(o.target, 9) AND d.code = substr(o.subject, 9)
              AND d.confirmed_at > o.finished_at)
    FROM outbox o WHERE o.state = 'dead' AND o.id = $1::bigint FOR UPDATE OF o
)"};

const sql::Query kStateForReplay{"outbox_state_for_replay", R"(
  SELECT state FROM outbox WHERE id = $1::bigint
)"};

const sql::Query kReplay{"outbox_replay", R"(
  UPDATE outbox SET state = 'scheduled', attempts = 0, next_at = now(), finished_at = NULL, fence = NULL,
                    reason = 'replayed by ' || $3::text
   WHERE created_at = $1::timestamptz AND id = $2::bigint AND state = 'dead'
)"};

const sql::Query kReplayRecord{"outbox_replay_record", R"(
  WITH closed AS (
    UPDATE attention SET closed_at = now(), closed_by = $2::text, note = 'replayed'
     WHERE kind = 'dead_letter' AND subject = 'outbox:' || $1::bigint AND closed_at IS NULL)
  INSERT INTO audit (actor, role, action, subject, detail)
  VALUES ($2::text, $3::text, 'outbox.replay', 'outbox:' || $1::bigint,
          jsonb_build_object('target', $4::text) ||
          CASE WHEN $5::text = '' THEN '{}'::jsonb ELSE jsonb_build_object('reason', $5::text) END)
)"};

std::string_view to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::delivered: return "delivered";
    case Verdict::retry: return "retry";
    case Verdict::dead: return "dead";
    case Verdict::given_back: return "given_back";
    case Verdict::dropped: return "dropped";
  }
  return "retry";
}

// A dead row without a reason would be refused by the table.
std::string_view reason_of(const AttemptResult& result) {
  if (result.reason.empty() && result.verdict == Verdict::dead) return "no reason was given";
  return result.reason;
}

// The calls of the attempts, each with what came of its attempt: an answer of 200 that could not be believed
// is no success of its counterpart.
std::vector<ExchangeRow> calls_of(const std::vector<AttemptResult>& results) {
  std::vector<ExchangeRow> calls;
  for (const auto& result : results) {
    for (auto call : result.calls) {
      call.counterpart = result.held.message.target;
      call.outbox_id = result.held.id;
      if (result.verdict == Verdict::retry || result.verdict == Verdict::dead) {
        call.outcome = to_text(result.verdict);
        call.reason = result.reason;
      }
      calls.push_back(std::move(call));
    }
  }
  return calls;
}

std::vector<std::int64_t> ids_of(const sql::Rows& rows) {
  std::vector<std::int64_t> ids;
  ids.reserve(rows.size());
  for (const auto& row : rows) ids.push_back(row.i64(0));
  return ids;
}

void open_dead_letters(sql::Tx& tx, const std::vector<std::int64_t>& ids) {
  if (!ids.empty()) tx.exec(kOpenDeadLetters, sql::Params().add_array(ids));
}

std::vector<std::int64_t> dead_among(const std::vector<AttemptResult>& results,
                                     std::vector<std::int64_t> ours) {
  std::vector<std::int64_t> dead;
  std::sort(ours.begin(), ours.end());
  for (const auto& result : results) {
    if (result.verdict != Verdict::dead) continue;
    if (std::binary_search(ours.begin(), ours.end(), result.held.id)) dead.push_back(result.held.id);
  }
  return dead;
}

}  // namespace

void plan_outbox_by_index(sql::Tx& tx) { tx.exec(kPlanByIndex); }

std::vector<std::int64_t> settle(sql::Tx& tx, const std::vector<AttemptResult>& results) {
  if (results.empty()) return {};
  plan_outbox_by_index(tx);
  const auto held = [](auto member) {
    return [member](const AttemptResult& result) { return result.held.*member; };
  };
  sql::Params params;
  params.add_array(results, held(&LeasedMessage::created_at))
      .add_array(results, held(&LeasedMessage::id))
      .add_array(results, held(&LeasedMessage::fence))
      .add_array(results, [](const AttemptResult& result) { return to_text(result.verdict); })
      .add_array(results, [](const AttemptResult& result) { return result.wait.count(); })
      .add_array(results, reason_of)
      .add_array(results, &AttemptResult::http_status)
      .add_array(results, &AttemptResult::took_ms);
  const auto calls = calls_of(results);
  params.add_array(calls, &ExchangeRow::outbox_id)
      .add_array(calls, &ExchangeRow::call)
      .add_array(calls, &ExchangeRow::at)
      .add_array(calls, &ExchangeRow::took_ms)
      .add_array(calls, &ExchangeRow::http_status)
      .add_array(calls, &ExchangeRow::bytes_out)
      .add_array(calls, &ExchangeRow::bytes_in)
      .add_array(calls, &ExchangeRow::sent)
      .add_array(calls, &ExchangeRow::got);
  auto ours = ids_of(tx.exec(kSettle, params));
  note_counterparts(tx, calls);
  open_dead_letters(tx, dead_among(results, ours));
  return ours;
}

std::vector<std::int64_t> renew_leases(sql::Tx& tx, const std::vector<LeasedMessage>& held, Duration lease) {
  if (held.empty()) return {};
  plan_outbox_by_index(tx);
  sql::Params params;
  params.add_array(held, &LeasedMessage::created_at)
      .add_array(held, &LeasedMessage::id)
      .add_array(held, &LeasedMessage::fence)
      .add(lease.count());
  return ids_of(tx.exec(kRenew, params));
}

std::size_t rescue_expired(sql::Tx& tx, int attempts_max) {
  plan_outbox_by_index(tx);
  const auto rows = tx.exec(kRescue, sql::Params::of(attempts_max));
  std::vector<std::int64_t> dead;
  for (const auto& row : rows) {
    if (row.text(1) == "dead") dead.push_back(row.i64(0));
  }
  open_dead_letters(tx, dead);
  return rows.size();
}

Status replay(sql::Tx& tx, std::int64_t id, std::string_view actor, std::string_view role,
              std::string_view reason) {
  const std::string name = "outbox row " + std::to_string(id);
  const auto rows = tx.exec(kForReplay, sql::Params::of(id));
  if (rows.empty()) {
    const auto other = tx.exec(kStateForReplay, sql::Params::of(id));
    if (other.empty()) return Failure(Errc::not_found, name + " does not exist", "List the dead letters.");
    return Failure(Errc::conflict, name + " is " + other.front().str(0), "Only dead rows are replayed.");
  }
  const auto row = rows.front();
  if (row.boolean(3))
    return Failure(Errc::conflict, name + " is older than what the dossier was told since",
                   "The newer status was delivered; drop this one with: bccid outbox drop " +
                       std::to_string(id) + " --reason TEXT.");
  tx.exec(kReplay, sql::Params::of(row.time(0), id, actor));
  tx.exec(kReplayRecord, sql::Params::of(id, actor, role, row.text(2), reason));
  return {};
}

}  // namespace bccid
