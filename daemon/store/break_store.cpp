#include "store/break_store.hpp"

#include "store/stored_name.hpp"

#include <algorithm>
#include <utility>

namespace bccid {
namespace {

std::string_view owner_of(const NewBreak& made) {
  if (made.of_the_post) return name(BreakOwner::post_finance);
  return name(advice(stored_name<BreakType>(made.key.type)).owner);
}

}  // namespace

BreakKey key_of(BreakType type, std::string subject) { return {std::string(name(type)), std::move(subject)}; }

const sql::Query kOpenBreaks{"break_open", R"(
INSERT INTO recon_break (public_id, type, subject, amount, since, opened_at, owner, action,
                         agency_code, dossier_code, order_id, reference)
SELECT gen_random_uuid(), w.type, w.subject, w.amount, w.since, $11, w.owner, w.action, w.agency, w.dossier,
       nullif(w.order_id, 0), w.reference
  FROM unnest($1::text[], $2::text[], $3::bigint[], $4::timestamptz[], $5::text[], $6::text[], $7::text[],
              $8::text[], $9::bigint[], $10::text[])
       WITH ORDINALITY
       AS w(type, subject, amount, since, owner, action, agency, dossier, order_id, reference, at)
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
      .add_array(breaks, &owner_of)
      .add_array(breaks, &NewBreak::action)
      .add_array(breaks, &NewBreak::agency)
      .add_array(breaks, &NewBreak::dossier_code)
      .add_array(breaks, &NewBreak::order_id)
      .add_array(breaks, &NewBreak::reference)
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

const sql::Query kOpenMissing{"break_open_missing", R"(
INSERT INTO recon_break (public_id, type, subject, amount, since, opened_at, owner, action, agency_code)
SELECT gen_random_uuid(), 'missing', 'remittance:' || r.reference, -r.amount, r.sent_at, $3,
       CASE r.source WHEN 'platform' THEN 'agency_finance' ELSE $4 END,
       CASE r.source WHEN 'platform' THEN 'Ask the payment platform when it paid this to the account.'
                     ELSE $5 END,
       r.agency_code
  FROM unnest($1::text[]) AS a(account)
  JOIN awaited_remittance o ON o.bank_account = a.account
  JOIN remittance r ON r.id = o.remittance_id,
       LATERAL (SELECT (r.sent_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date AS sent_on) AS d
 WHERE (SELECT count(*) FROM statement_file f
         WHERE f.account_no = r.bank_account AND f.to_day >= d.sent_on AND f.from_day <= d.sent_on
           AND f.kind = 'statement') > 0
   AND r.reference NOT IN (SELECT unnest($2::text[]))
   AND NOT EXISTS (SELECT 1 FROM recon_break b
                    WHERE b.subject = 'remittance:' || r.reference AND b.type = 'missing'
                      AND (b.resolved_at IS NULL OR b.resolved_by NOT LIKE 'rule:%'))
 ORDER BY r.id
ON CONFLICT (type, subject) WHERE resolved_at IS NULL DO NOTHING)"};

const sql::Query kEndMissing{"break_end_missing", R"(
UPDATE recon_break b SET resolved_at = $3, resolved_by = $4,
       resolution = 'rule match: ' || CASE r.state
         WHEN 'sent' THEN 'a line that may be this remittance waits for a choice'
         ELSE 'matched with statement line ' ||
              (SELECT string_agg(l.line_key, ', ' ORDER BY l.line_key)
                 FROM matched_remittance x
                 JOIN matched_line y ON y.match_id = x.match_id
                 JOIN statement_line l ON l.id = y.line_id
                WHERE x.remittance_id = r.id AND NOT x.undone) END
  FROM remittance r
 WHERE b.type = 'missing' AND b.resolved_at IS NULL AND r.reference = substr(b.subject, 12)
   AND r.bank_account IN (SELECT unnest($1::text[]))
   AND (r.state = 'on_statement' OR r.reference IN (SELECT unnest($2::text[]))))"};

std::size_t renew_missing_breaks(sql::Tx& tx, const std::vector<std::string>& accounts,
                                 const std::vector<std::string>& waiting, const MissingAdvice& advice,
                                 Time now) {
  if (accounts.empty()) return 0;
  sql::Params ends;
  ends.add_array(accounts).add_array(waiting).add(now).add(kResolvedByRule);
  tx.exec(kEndMissing, ends);
  sql::Params opens;
  opens.add_array(accounts).add_array(waiting).add(now).add(advice.owner).add(advice.action);
  return static_cast<std::size_t>(tx.exec_count(kOpenMissing, opens));
}

}  // namespace bccid
