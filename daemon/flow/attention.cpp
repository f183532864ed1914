#include "flow/attention.hpp"

#include <algorithm>
#include <array>

namespace bccid {
namespace {

// The same thing may come up several times in one batch; sorted, so that two batches cannot deadlock.
const sql::Query kOpen{"attention_open", R"(
  INSERT INTO attention AS t (kind, subject, agency_code, dossier_code, detail, action, owner, due_at, seen)
  SELECT DISTINCT ON (kind, subject)
         kind, subject, agency_code, dossier_code, detail, action, owner, due_at,
         count(*) OVER (PARTITION BY kind, subject)
    FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                $8::timestamptz[]) WITH ORDINALITY
           AS i(kind, subject, agency_code, dossier_code, detail, action, owner, due_at, place)
   ORDER BY kind, subject, place DESC
  ON CONFLICT (kind, subject) WHERE closed_at IS NULL
  DO UPDATE SET seen = t.seen + excluded.seen, detail = excluded.detail, action = excluded.action
)"};

const sql::Query kClose{"attention_close", R"(
  UPDATE attention SET closed_at = now(), closed_by = $3::text, note = $4::text
   WHERE kind = $1::text AND subject = ANY ($2::text[]) AND closed_at IS NULL
)"};

const sql::Query kLock{"attention_lock", R"(
  SELECT kind, subject, owner, closed_at, closed_by, note FROM attention WHERE id = $1 FOR UPDATE
)"};

const sql::Query kCloseOne{"attention_close_one", R"(
  WITH closed AS (
    UPDATE attention SET closed_at = $2::timestamptz, closed_by = $3::text, note = $4::text
     WHERE id = $1::bigint RETURNING id, kind, subject)
  INSERT INTO audit (at, actor, role, action, subject, request_id, detail)
  SELECT $2, $3, $5::text, 'attention.close', 'attention:' || id, $6::text,
         jsonb_build_object('kind', kind, 'subject', subject, 'note', $4)
    FROM closed
)"};

// An order that waits has a message that moves it, or a person who knows: this item may be the person.
// First of all, as those who move the order do: two people at its last two items then see each other.
const sql::Query kLockWatched{"attention_lock_watched", R"(
  SELECT id FROM orders
   WHERE number = (SELECT substr(subject, 7) FROM attention WHERE id = $1 AND subject LIKE 'order:%')
     FOR NO KEY UPDATE
)"};

const sql::Query kLastHope{"attention_last_hope", R"(
  SELECT o.state FROM attention a JOIN orders o ON a.subject = 'order:' || o.number
   WHERE a.id = $1 AND o.state IN ('wanted', 'sending', 'unknown', 'cancel_wanted', 'held')
     AND NOT EXISTS (SELECT 1 FROM outbox x
                      WHERE x.order_key = outbox_order_key('carrier:' || o.carrier, o.number)
                        AND x.target = 'carrier:' || o.carrier AND x.subject = a.subject
                        AND x.state IN ('scheduled', 'leased'))
     AND NOT EXISTS (SELECT 1 FROM attention t WHERE t.subject = a.subject AND t.closed_at IS NULL
                        AND t.id <> a.id)
)"};

// Kinds whose items are closed by what settles them, so that the list cannot say less than what is so.
struct ClosesItself {
  std::string_view kind;
  std::string_view when;
};
constexpr std::array<ClosesItself, 11> kCloseThemselves{{
    {"unknown_parcel",
     "It closes when an order has this item code or number, or by: bccid scans discard ITEM --note TEXT."},
    {"unknown_code", "It closes when the code list has the code and the kept rows were applied."},
    {"dead_letter",
     "It closes when the message is replayed or dropped: bccid outbox replay, bccid outbox drop."},
    {"breaker_open", "It closes when the counterpart answers again."},
    {"order_refused", "It closes when the order is released with a correction, or cancelled."},
    {"order_stuck", "It closes when the order moves on."},
    {"cancel_pending", "It closes when the post's events show what became of the order."},
    {"disputed", "It closes when the wrong outcome is retracted by a scan."},
    {"silent_parcel", "It closes when the parcel is scanned again, or reported as lost."},
    {"feed_silent", "It closes when the feed is read to its end."},
    {"webhook_disabled", "It closes when the endpoint is enabled: bccid webhook enable."},
}};

Status may_close(sql::Tx& tx, std::int64_t id, std::string_view kind) {
  const std::string name = "attention item " + std::to_string(id);
  const auto* itself = std::ranges::find(kCloseThemselves, kind, &ClosesItself::kind);
  if (itself != kCloseThemselves.end())
    return Failure(Errc::conflict, name + " is of kind " + std::string(kind) + ", which closes by itself",
                   std::string(itself->when));
  const auto waiting = tx.exec(kLastHope, sql::Params::of(id));
  if (waiting.empty()) return {};
  return Failure(Errc::conflict, name + " is all that watches an order that is " + waiting.front().str(0),
                 "Settle the order first; then close the item.");
}

}  // namespace

void open_attention(sql::Tx& tx, const std::vector<Attention>& items) {
  if (items.empty()) return;
  sql::Params params;
  params.add_array(items, &Attention::kind)
      .add_array(items, &Attention::subject)
      .add_array(items, &Attention::agency_code)
      .add_array(items, &Attention::dossier_code)
      .add_array(items, &Attention::detail)
      .add_array(items, &Attention::action)
      .add_array(items, &Attention::owner)
      .add_array(items, &Attention::due_at);
  tx.exec(kOpen, params);
}

void close_attention(sql::Tx& tx, std::string_view kind, const std::vector<std::string>& subjects,
                     const Actor& actor, std::string_view note) {
  if (subjects.empty()) return;
  sql::Params params;
  params.add(kind).add_array(subjects).add(actor.id).add(note);
  tx.exec(kClose, params);
}

Result<ClosedAttention> close_by_hand(sql::Tx& tx, std::int64_t id, const Actor& actor, std::string_view note,
                                      Time now) {
  tx.exec(kLockWatched, sql::Params::of(id));
  const auto rows = tx.exec(kLock, sql::Params::of(id));
  if (rows.empty())
    return Failure(Errc::not_found, "there is no attention item " + std::to_string(id),
                   "Use an id of the attention list.");
  const auto row = rows.front();
  ClosedAttention closed{id, row.str(0), row.str(1), row.str(2), now, actor.id, std::string(note)};
  if (actor.role != "admin" && actor.role != closed.owner)
    return Failure(Errc::forbidden,
                   "attention item " + std::to_string(id) + " belongs to role " + closed.owner,
                   "Ask somebody with that role.");
  if (const auto at = row.opt_time(3)) {
    closed.closed_at = *at;
    closed.closed_by = row.str(4);
    closed.note = row.str(5);
    return closed;
  }
  if (const auto may = may_close(tx, id, closed.kind); !may) return may.error();
  tx.exec(kCloseOne, sql::Params::of(id, now, actor.id, note, actor.role, actor.request_id));
  return closed;
}

}  // namespace bccid
