#include "flow/breaker_news.hpp"

namespace bccid {
namespace {

// `since` stays while a breaker goes on being open.
const sql::Query kTell{"breakers_tell", R"(
  INSERT INTO counterpart AS c (name, breaker, breaker_since, breaker_by, probe_at)
  SELECT n.name, CASE WHEN n.open THEN 'open' ELSE 'closed' END, now(), n.by,
         CASE WHEN n.open THEN now() + n.probe_in * interval '1 microsecond' END
    FROM unnest($1::text[], $2::boolean[], $3::bigint[], $4::text[]) AS n(name, open, probe_in, by)
   ORDER BY n.name
  ON CONFLICT (name) DO UPDATE
     SET breaker_since = CASE WHEN c.breaker = excluded.breaker THEN c.breaker_since
                              ELSE excluded.breaker_since END,
         breaker = excluded.breaker, breaker_by = excluded.breaker_by, probe_at = excluded.probe_at
)"};

// The case of the message that was tried last, so that whoever reads it knows whom it keeps waiting.
const sql::Query kAsk{"breakers_ask", R"(
  INSERT INTO attention AS t (kind, subject, agency_code, dossier_code, detail, action, owner, due_at)
  SELECT 'breaker_open', 'counterpart:' || n.name, coalesce(k.agency_code, ''), coalesce(k.dossier, ''),
         n.name || ' does not answer and is asked once in a while only. Tried last: ' || n.subject
           || coalesce(', dossier ' || nullif(k.dossier, ''), '') || coalesce(', parcel ' || k.parcel, '')
           || '. Last answer: ' || n.answer,
         'Ask the counterpart what is wrong; sending goes on by itself when it answers.', 'admin',
         now() + interval '1 hour'
    FROM unnest($1::text[], $2::text[], $3::text[]) AS n(name, subject, answer)
    LEFT JOIN LATERAL case_of_subject(n.subject) AS k ON true
   ORDER BY n.name
  ON CONFLICT (kind, subject) WHERE closed_at IS NULL
  DO UPDATE SET seen = t.seen + 1, detail = excluded.detail, dossier_code = excluded.dossier_code,
                agency_code = excluded.agency_code
)"};

const sql::Query kClose{"breakers_close", R"(
  UPDATE attention SET closed_at = now(), closed_by = 'job:outbox', note = 'it answers again'
   WHERE kind = 'breaker_open' AND closed_at IS NULL
     AND subject = ANY (SELECT 'counterpart:' || n FROM unnest($1::text[]) AS n)
)"};

const sql::Query kForget{"breakers_forget", R"(
  WITH mine AS (
    UPDATE counterpart SET breaker = 'closed', breaker_since = now(), probe_at = NULL
     WHERE breaker = 'open' AND breaker_by = $1 RETURNING name)
  UPDATE attention SET closed_at = now(), closed_by = 'job:outbox', note = 'the daemon started anew'
   WHERE kind = 'breaker_open' AND closed_at IS NULL
     AND subject = ANY (SELECT 'counterpart:' || name FROM mine)
)"};

}  // namespace

void tell_breakers(sql::Tx& tx, const std::vector<BreakerNews>& news) {
  if (news.empty()) return;
  sql::Params params;
  params.add_array(news, &BreakerNews::target)
      .add_array(news, &BreakerNews::open)
      .add_array(news, [](const BreakerNews& one) { return one.probe_in.count(); })
      .add_array(news, &BreakerNews::by);
  tx.exec(kTell, params);
  std::vector<BreakerNews> open;
  std::vector<std::string> closed;
  for (const auto& one : news) {
    if (one.open)
      open.push_back(one);
    else
      closed.push_back(one.target);
  }
  if (!closed.empty()) tx.exec(kClose, sql::Params().add_array(closed));
  if (open.empty()) return;
  sql::Params asked;
  asked.add_array(open, &BreakerNews::target)
      .add_array(open, &BreakerNews::subject)
      .add_array(open, &BreakerNews::answer);
  tx.exec(kAsk, asked);
}

void forget_breakers_of(sql::Tx& tx, std::string_view instance) {
  tx.exec(kForget, sql::Params::of(instance));
}

}  // namespace bccid
