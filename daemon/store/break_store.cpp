#include "store/break_store.hpp"

#include <algorithm>

namespace bccid {

const sql::Query kOpenBreaks{"break_open", R"(
INSERT INTO recon_break (public_id, type, subject, amount, since, opened_at, owner, action,
                         agency_code, dossier_code)
SELECT gen_random_uuid(), w.type, w.subject, w.amount, w.since, $9, w.owner, w.action, w.agency, w.dossier
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
              $8::text[])
       WITH ORDINALITY AS w(type, subject, amount, since, owner, action, agency, dossier, at)
 WHERE NOT EXISTS (SELECT 1 FROM recon_break b
                    WHERE b.subject = w.subject AND b.type = w.type
                      AND (b.resolved_at IS NULL OR b.resolved_by NOT LIKE 'rule:%'))
 ORDER BY w.type, w.subject
ON CONFLICT (type, subject) WHERE resolved_at IS NULL DO NOTHING)"};

std::size_t open_breaks(sql::Tx& tx, std::span<const NewBreak> breaks, Time now) {
  if (breaks.empty()) return 0;
  sql::Params params;
  params.add_array(breaks, [](const NewBreak& made) { return made.key.type; })
      .add_array(breaks, [](const NewBreak& made) { return made.key.subject; })
      .add_array(breaks, &NewBreak::amount)
      .add_array(breaks, &NewBreak::since)
      .add_array(breaks, &NewBreak::owner)
      .add_array(breaks, &NewBreak::action)
      .add_array(breaks, &NewBreak::agency)
      .add_array(breaks, &NewBreak::dossier_code)
      .add(now);
  return static_cast<std::size_t>(tx.exec_count(kOpenBreaks, params));
}

const sql::Query kResolveBreaks{"break_resolve", R"(
UPDATE recon_break b SET resolved_at = $4, resolved_by = $5, resolution = w.resolution
  FROM unnest($1::text[], $2::text[], $3::text[]) AS w(type, subject, resolution)
 WHERE b.type = w.type AND b.subject = w.subject AND b.resolved_at IS NULL)"};

std::size_t resolve_breaks(sql::Tx& tx, std::span<const BreakEnd> ends, std::string_view by, Time now) {
  if (ends.empty()) return 0;
  sql::Params params;
  params.add_array(ends, [](const BreakEnd& end) { return end.key.type; })
      .add_array(ends, [](const BreakEnd& end) { return end.key.subject; })
      .add_array(ends, &BreakEnd::resolution)
      .add(now)
      .add(by);
  return static_cast<std::size_t>(tx.exec_count(kResolveBreaks, params));
}

const sql::Query kOpenBreakKeys{"break_open_keys", R"(
SELECT type, subject FROM recon_break WHERE resolved_at IS NULL AND type = ANY ($1::text[]))"};

std::vector<BreakKey> open_break_keys(sql::Tx& tx, const std::vector<std::string>& types) {
  std::vector<BreakKey> keys;
  const auto rows = tx.exec(kOpenBreakKeys, sql::Params().add_array(types));
  for (const auto row : rows) keys.push_back({row.str(0), row.str(1)});
  std::ranges::sort(keys);
  return keys;
}

// The clock of TT 74/2022 (24 hours) runs for each receipt, not for each day.
const sql::Query kOpenNotRemitted{"break_open_not_remitted", R"(
INSERT INTO recon_break (public_id, type, subject, amount, since, opened_at, owner, action,
                         agency_code, dossier_code)
SELECT gen_random_uuid(), 'not_remitted', 'charge:' || c.id, -c.taken,
       c.collected_at + $2::bigint * interval '1 hour', $1, 'post_finance',
       'Hand in and remit the ' || c.kind || ' of order ' || o.number || ' that ' || c.collector ||
       ' collected.',
       c.agency_code, coalesce(d.code, d.slip_no, '')
  FROM charge c
  JOIN orders o ON o.id = c.order_id
  JOIN dossier d ON d.id = o.dossier_id
 WHERE c.state IN ('collected', 'handed_in') AND c.kind IN ('fee', 'charge')
   AND c.collected_at <= $1::timestamptz - $2::bigint * interval '1 hour'
   AND NOT EXISTS (SELECT 1 FROM recon_break b
                    WHERE b.subject = 'charge:' || c.id AND b.type = 'not_remitted'
                      AND (b.resolved_at IS NULL OR b.resolved_by NOT LIKE 'rule:%'))
 ORDER BY c.id
ON CONFLICT (type, subject) WHERE resolved_at IS NULL DO NOTHING)"};

const sql::Query kEndNotRemitted{"break_end_not_remitted", R"(
UPDATE recon_break b SET resolved_at = $1, resolved_by = $2,
       resolution = 'rule not_remitted: the money was sent or taken back'
 WHERE b.type = 'not_remitted' AND b.resolved_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM charge c
                    WHERE 'charge:' || c.id = b.subject AND c.state IN ('collected', 'handed_in')))"};

const sql::Query kOpenDeliveredUnpaid{"break_open_delivered_unpaid", R"(
INSERT INTO recon_break (public_id, type, subject, amount, since, opened_at, owner, action,
                         agency_code, dossier_code)
SELECT gen_random_uuid(), 'delivered_unpaid', 'charge:' || c.id, -c.amount, p.final_at,
       $1, 'post_finance',
       'Ask who delivered order ' || p.order_number || ' for the ' || c.kind || ', or waive it.',
       c.agency_code, coalesce(d.code, d.slip_no, '')
  FROM charge c
  JOIN parcel p ON p.order_id = c.order_id AND p.state = 'delivered'
  JOIN dossier d ON d.id = p.dossier_id
 WHERE c.state = 'due'
   AND NOT EXISTS (SELECT 1 FROM recon_break b
                    WHERE b.subject = 'charge:' || c.id AND b.type = 'delivered_unpaid'
                      AND (b.resolved_at IS NULL OR b.resolved_by NOT LIKE 'rule:%'))
 ORDER BY c.id
ON CONFLICT (type, subject) WHERE resolved_at IS NULL DO NOTHING)"};

const sql::Query kEndDeliveredUnpaid{"break_end_delivered_unpaid", R"(
UPDATE recon_break b SET resolved_at = $1, resolved_by = $2,
       resolution = 'rule delivered_unpaid: the charge is no longer due, or the parcel no longer delivered'
 WHERE b.type = 'delivered_unpaid' AND b.resolved_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM charge c JOIN parcel p ON p.order_id = c.order_id
                    WHERE 'charge:' || c.id = b.subject AND c.state = 'due' AND p.state = 'delivered'))"};

std::size_t renew_charge_breaks(sql::Tx& tx, std::chrono::hours remit_within, Time now) {
  tx.exec(kEndNotRemitted, sql::Params::of(now, kResolvedByRule));
  tx.exec(kEndDeliveredUnpaid, sql::Params::of(now, kResolvedByRule));
  const auto opened = tx.exec_count(kOpenNotRemitted, sql::Params::of(now, remit_within.count())) +
                      tx.exec_count(kOpenDeliveredUnpaid, sql::Params::of(now));
  return static_cast<std::size_t>(opened);
}

}  // namespace bccid
