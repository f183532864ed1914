#include "flow/held_scans.hpp"

#include "base/text.hpp"
#include "flow/accept_scans.hpp"
#include "flow/attention.hpp"
#include "store/break_store.hpp"
#include "store/parcel_store.hpp"

#include <vector>

namespace bccid {
namespace {

// Over the index of the held events, which are few, with two look-ups each.
const sql::Query kMissed{"held_scans_missed", R"(
  SELECT DISTINCT e.item_ref FROM parcel_event e
   WHERE e.parcel_id IS NULL
     AND (EXISTS (SELECT 1 FROM parcel p WHERE p.order_number = e.item_ref)
          OR EXISTS (SELECT 1 FROM parcel p WHERE p.item_code = e.item_ref))
   LIMIT $1
)"};

const sql::Query kDiscard{"held_scans_discard", R"(
  INSERT INTO held_scan_discarded (event_id, item_ref, actor, note)
  SELECT id, item_ref, $2::text, $3::text FROM parcel_event WHERE parcel_id IS NULL AND item_ref = $1::text
  ON CONFLICT DO NOTHING
)"};

// What the discarded scans say of cash, kind by kind.
const sql::Query kCashOfHeld{"held_scans_cash", R"(
  SELECT e.event_key, m.kind, m.amount, e.occurred_at, e.actor
    FROM parcel_event e
    CROSS JOIN LATERAL (VALUES ('fee', e.fee), ('charge', e.charge), ('postage', e.postage))
         AS m (kind, amount)
   WHERE e.parcel_id IS NULL AND e.item_ref = $1::text AND m.amount > 0
   ORDER BY e.event_key, m.kind
)"};

const sql::Query kRecordDiscard{"held_scans_discard_record", R"(
  INSERT INTO audit (actor, role, action, subject, request_id, detail)
  VALUES ($1::text, $2::text, 'scans.discard', 'parcel:' || $3::text, $4::text,
          jsonb_build_object('note', $5::text, 'events', $6::bigint))
)"};

// Nobody's order will take this cash, so finance has to find whose it is: no amount goes with the label.
void ask_for_cash(sql::Tx& tx, const std::string& item, Time now) {
  std::vector<NewBreak> breaks;
  for (const auto& row : tx.exec(kCashOfHeld, sql::Params::of(item))) {
    const std::string kind = row.str(1);
    NewBreak made;
    made.key = key_of(BreakType::cash_over, "cash:" + row.uuid(0).to_text() + ":" + kind);
    made.amount = row.money(2);
    made.since = row.time(3);
    made.action = "Ask " + row.str(4) + " whose " + kind + " this is: it was taken with label " + item +
                  ", which no order names.";
    breaks.push_back(std::move(made));
  }
  open_breaks(tx, breaks, now);
}

}  // namespace

std::size_t adopt_missed_scans(sql::Tx& tx, std::size_t items_max, Time now) {
  std::vector<std::string> items;
  for (const auto& row : tx.exec(kMissed, sql::Params::of(items_max))) items.push_back(row.str(0));
  return items.empty() ? 0 : adopt_held_scans(tx, items, now);
}

Result<std::size_t> discard_held_scans(sql::Tx& tx, const std::string& item, const Actor& actor,
                                       std::string_view why, Time now) {
  const auto note = trim(why);
  if (note.empty() || !valid_utf8(note))
    return Failure(Errc::invalid_field, "the note on item " + item + " is empty or not UTF-8",
                   "Say why no order will name it.", "note");
  lock_item_refs(tx, {item});
  const auto discarded = tx.exec_count(kDiscard, sql::Params::of(item, actor.id, note));
  if (discarded == 0)
    return Failure(Errc::not_found, "no held scans of item " + item + " wait for their parcel",
                   "The open items of kind unknown_parcel on the attention list name them.");
  ask_for_cash(tx, item, now);
  tx.exec(kRecordDiscard, sql::Params::of(actor.id, actor.role, item, actor.request_id, note, discarded));
  close_attention(tx, "unknown_parcel", {"parcel:" + item}, actor, note);
  return static_cast<std::size_t>(discarded);
}

}  // namespace bccid
