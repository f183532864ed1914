#include "store/outbox_store.hpp"

#include "store/outbox_plan.hpp"

namespace bccid {
namespace {

// created_at is the moment of the insertion and not of the transaction's begin: rows of one key are written
// under their order's or dossier's lock, so this is the order in which they were decided.
//
// A commit with a notification holds a lock of the whole server, so only one transaction at a time brings
// one. Whoever comes beside it is seen by the polls that follow each wake.
//
// What the dossier's own system is told, every portal of its agency hears, too.
//
// What happens while a subscriber is disabled is written for it, too, and waits; for one that the
// configuration no longer names, and for a subscription that was removed, nothing is.
const sql::Query kEnqueue{"outbox_enqueue", R"(
  WITH at AS MATERIALIZED (SELECT clock_timestamp() AS at),
       wanted AS (
         SELECT m.target, m.kind, nullif(m.order_key, '') AS order_key, m.subject, m.payload,
                m.request_id, m.place
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
                  WITH ORDINALITY AS m(target, kind, order_key, subject, payload, request_id, place)
         UNION ALL
         SELECT 'portal:' || p.name, 'dossier.report', nullif(m.order_key, ''), m.subject, m.payload,
                m.request_id, m.place
           FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
                  WITH ORDINALITY AS m(target, kind, order_key, subject, payload, request_id, place)
           JOIN portal_endpoint AS p
             ON m.kind = 'dossier.status' AND (p.agencies = '{}' OR substr(m.target, 9) = ANY (p.agencies))
         UNION ALL
         SELECT 'webhook:' || w.id, 'event', e.order_number, 'parcel:' || e.order_number, e.payload,
                e.request_id, e.place
           FROM unnest($7::text[], $8::text[], $9::text[], $10::text[], $11::text[]) WITH ORDINALITY
                  AS e(order_number, agency, type, payload, request_id, place)
           JOIN webhook_endpoint AS w
             ON w.disabled_reason NOT IN ('not configured', 'removed')
            AND (w.agency_code IS NULL OR w.agency_code = e.agency)
            AND (w.events = '{}' OR e.type = ANY (w.events))),
       placed AS (
         INSERT INTO outbox (created_at, next_at, target, kind, order_key, subject, payload, request_id)
         SELECT at.at, at.at, m.target, m.kind, outbox_order_key(m.target, m.order_key),
                m.subject, m.payload, m.request_id
           FROM wanted AS m, at
          ORDER BY m.place
         RETURNING 1)
  SELECT pg_notify('bccid_outbox', '') FROM (SELECT count(*) AS rows FROM placed) p
   WHERE p.rows > 0 AND pg_try_advisory_xact_lock(4207003)
)"};

// A loose scan over the index (target, next_at): its cost is the number of targets, not of rows. Messages to
// a disabled subscriber, or to a counterpart that an operator paused, stay where they are.
const sql::Query kDueTargets{"outbox_due_targets", R"(
  WITH RECURSIVE t AS (
    SELECT min(target) AS target FROM outbox WHERE state = 'scheduled'
    UNION ALL
    SELECT (SELECT min(o.target) FROM outbox o WHERE o.state = 'scheduled' AND o.target > t.target)
      FROM t WHERE t.target IS NOT NULL)
  SELECT t.target, h.since
    FROM t, LATERAL (SELECT min(o.next_at) AS since FROM outbox o
                      WHERE o.state = 'scheduled' AND o.target = t.target) h
   WHERE t.target IS NOT NULL AND h.since <= now() AND NOT target_waits(t.target)
     AND NOT counterpart_paused(t.target)
   ORDER BY h.since
)"};

// Target by target, so that a long queue of one is never searched for the rows of another.
const sql::Query kClaimDue{"outbox_claim_due", R"(
  WITH share AS MATERIALIZED (
         SELECT s.target, s.rows_max, coalesce(s.since, '-infinity') AS since
           FROM unnest($1::text[], $2::bigint[], $3::timestamptz[]) AS s(target, rows_max, since)
          WHERE NOT target_waits(s.target) AND NOT counterpart_paused(s.target)),
       due AS MATERIALIZED (
         SELECT d.created_at, d.id
           FROM share s, LATERAL (
             SELECT o.created_at, o.id FROM outbox o
              WHERE o.state = 'scheduled' AND o.target = s.target
                AND o.next_at >= s.since AND o.next_at <= now()
                AND (o.order_key IS NULL OR NOT EXISTS (
                      SELECT 1 FROM outbox e
                       WHERE e.order_key = o.order_key
                         AND e.state IN ('scheduled', 'leased')
                         AND e.created_at <= o.created_at
                         AND (e.created_at, e.id) < (o.created_at, o.id)))
              ORDER BY o.next_at LIMIT s.rows_max FOR UPDATE OF o SKIP LOCKED) d),
       fresh AS MATERIALIZED (SELECT nextval('outbox_fence') AS fence)
  UPDATE outbox o
     SET state = 'leased', attempts = o.attempts + 1, fence = fresh.fence,
         lease_until = now() + $4::bigint * interval '1 microsecond'
    FROM due, fresh
   WHERE o.created_at = due.created_at AND o.id = due.id
  RETURNING o.id, o.created_at, o.fence, o.attempts, o.next_at, o.target, o.kind, o.subject, o.payload,
            o.request_id
)"};

LeasedMessage leased_message(const sql::Row& row) {
  LeasedMessage held;
  held.id = row.i64(0);
  held.created_at = row.time(1);
  held.fence = row.i64(2);
  held.attempts = static_cast<int>(row.i64(3));
  held.next_at = row.time(4);
  held.message_id = uuid_from_name(
      "outbox", std::to_string(held.created_at.time_since_epoch().count()) + ' ' + std::to_string(held.id));
  held.message.target = row.str(5);
  held.message.kind = row.str(6);
  held.message.subject = row.str(7);
  held.message.payload = row.str(8);
  held.message.request_id = row.str(9);
  return held;
}

}  // namespace

void enqueue(sql::Tx& tx, const std::vector<OutboxMessage>& messages) { enqueue(tx, messages, {}); }

void enqueue(sql::Tx& tx, const std::vector<OutboxMessage>& messages,
             const std::vector<PublicEvent>& events) {
  if (messages.empty() && events.empty()) return;
  sql::Params params;
  params.add_array(messages, &OutboxMessage::target)
      .add_array(messages, &OutboxMessage::kind)
      .add_array(messages, &OutboxMessage::order_key)
      .add_array(messages, &OutboxMessage::subject)
      .add_array(messages, &OutboxMessage::payload)
      .add_array(messages, &OutboxMessage::request_id)
      .add_array(events, &PublicEvent::order_number)
      .add_array(events, &PublicEvent::agency)
      .add_array(events, &PublicEvent::type)
      .add_array(events, &PublicEvent::payload)
      .add_array(events, &PublicEvent::request_id);
  tx.exec(kEnqueue, params);
}

std::vector<DueTarget> due_targets(sql::Tx& tx) {
  plan_outbox_by_index(tx);
  std::vector<DueTarget> found;
  const auto rows = tx.exec(kDueTargets);
  found.reserve(rows.size());
  for (const auto& row : rows) found.push_back({row.str(0), row.time(1)});
  return found;
}

std::vector<LeasedMessage> claim_due(sql::Tx& tx, const std::vector<ClaimShare>& shares, Duration lease) {
  std::vector<LeasedMessage> taken;
  if (shares.empty()) return taken;
  plan_outbox_by_index(tx);
  sql::Params params;
  params.add_array(shares, &ClaimShare::target)
      .add_array(shares, &ClaimShare::rows_max)
      .add_array(shares, &ClaimShare::since)
      .add(lease.count());
  const auto rows = tx.exec(kClaimDue, params);
  taken.reserve(rows.size());
  for (const auto& row : rows) taken.push_back(leased_message(row));
  return taken;
}

}  // namespace bccid
