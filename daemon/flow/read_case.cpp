#include "flow/read_case.hpp"

#include "domain/dossier/dossier.hpp"
#include "flow/code_lists.hpp"

#include <charconv>

namespace bccid {
namespace {

constexpr std::size_t kExchangesShown = 50;

const sql::Query kReadParcels{"parcels_read", R"(
SELECT coalesce(p.item_code, ''), p.order_number, p.leg, p.agency_code, coalesce(d.code, d.slip_no, ''),
       p.state, p.step, p.reason, p.attempts, p.anomalies, p.seal_no, p.last_at, p.final_at, p.due_at, p.id,
       o.public_id
  FROM parcel p JOIN dossier d ON d.id = p.dossier_id JOIN orders o ON o.id = p.order_id
 WHERE p.item_code = $1 OR p.order_number = $1 OR p.dossier_id = $2::bigint
 ORDER BY p.id)"};

const sql::Query kReadEvents{"parcel_events_read", R"(
SELECT event_key, event, source, raw_code, reason, occurred_at, received_at, office, device, actor,
       evidence, late, retracts, by_transfer
  FROM parcel_event WHERE parcel_id = $1
 ORDER BY occurred_at, event_key LIMIT 1000)"};

const sql::Query kFindDossier{"dossier_read", R"(
SELECT id, coalesce(code, ''), coalesce(slip_no, ''), agency_code, procedure_code, portal_status, told_status,
       confirmed_status, delivered_at
  FROM dossier
 WHERE (code = $1 OR slip_no = $1) AND ($2 = '' OR agency_code = $2)
 ORDER BY id LIMIT 1)"};

const sql::Query kOrdersOfDossier{"orders_of_dossier", R"(
SELECT public_id FROM orders WHERE dossier_id = $1 ORDER BY id)"};

const sql::Query kListAttention{"attention_list", R"(
SELECT id, kind, subject, agency_code, dossier_code, detail, action, owner, opened_at, due_at, seen
  FROM attention
 WHERE closed_at IS NULL AND ($1 = '' OR agency_code = $1) AND ($2 = '' OR owner = $2)
   AND (due_at, id) > ($3, $4)
 ORDER BY due_at, id
 LIMIT $5)"};

EventView event_of(const sql::Row& row) {
  EventView event;
  event.key = row.uuid(0);
  event.event = row.str(1);
  event.source = row.str(2);
  event.raw_code = row.str(3);
  event.reason = row.str(4);
  event.occurred_at = row.time(5);
  event.received_at = row.time(6);
  event.office = row.str(7);
  event.device = row.str(8);
  event.actor = row.str(9);
  event.evidence = row.boolean(10);
  event.late = row.boolean(11);
  event.retracts = row.opt_uuid(12);
  event.by_transfer = row.boolean(13);
  return event;
}

ParcelView parcel_of(sql::Tx& tx, const sql::Row& row) {
  ParcelView parcel;
  parcel.item_code = row.str(0);
  parcel.order_number = row.str(1);
  parcel.leg = row.str(2);
  parcel.agency = row.str(3);
  parcel.dossier_code = row.str(4);
  parcel.state = row.str(5);
  parcel.step = row.str(6);
  parcel.reason = row.str(7);
  parcel.attempts = static_cast<int>(row.i64(8));
  parcel.anomalies = static_cast<int>(row.i64(9));
  parcel.seal_no = row.str(10);
  parcel.last_at = row.opt_time(11);
  parcel.final_at = row.opt_time(12);
  parcel.due_at = row.time(13);
  parcel.order_id = row.uuid(15);
  const auto events = tx.exec(kReadEvents, sql::Params::of(row.i64(14)));
  for (const auto& event : events) parcel.events.push_back(event_of(event));
  return parcel;
}

std::optional<int> small(std::optional<std::int64_t> value) {
  return value ? std::optional<int>{static_cast<int>(*value)} : std::nullopt;
}

// Where a page ended. Shown to callers as "due.id", in signs that need no escape in a URL.
struct AttentionCursor {
  Time due_at{};
  std::int64_t id = 0;

  std::string to_text() const {
    return std::to_string(due_at.time_since_epoch().count()) + "." + std::to_string(id);
  }
};

Result<AttentionCursor> parse_cursor(const std::string& after) {
  if (after.empty()) return AttentionCursor{};
  constexpr std::int64_t kMicrosMax = 9'000'000'000'000'000;  // beyond these PostgreSQL has no instant
  std::int64_t micros = 0;
  AttentionCursor cursor;
  const char* const end = after.data() + after.size();
  const auto due = std::from_chars(after.data(), end, micros);
  const bool dotted = due.ec == std::errc{} && due.ptr != end && *due.ptr == '.';
  const auto id = dotted ? std::from_chars(due.ptr + 1, end, cursor.id) : due;
  if (!dotted || id.ec != std::errc{} || id.ptr != end || micros > kMicrosMax || micros < -kMicrosMax)
    return Failure(Errc::invalid_field, "the cursor is not one of ours", "Use the `next` of the page before.",
                   "?after");
  cursor.due_at = Time(Duration(micros));
  return cursor;
}

// What was told last: the step of the parcel that has the newest event.
std::string told_text(const DossierView& dossier) {
  const ParcelView* newest = nullptr;
  for (const auto& parcel : dossier.parcels)
    if (parcel.last_at && (newest == nullptr || *parcel.last_at > *newest->last_at)) newest = &parcel;
  if (newest == nullptr || dossier.code.empty()) return {};
  const auto leg = from_name<Leg>(newest->leg);
  const auto state = from_name<ParcelState>(newest->state);
  const auto step = from_name<OutcomeStep>(newest->step);
  return leg && state && step ? step_text(code_lists().dossier_steps, *leg, *state, *step) : std::string();
}

}  // namespace

Result<ParcelView> read_parcel(sql::Tx& tx, const Actor& actor, std::string_view ref) {
  const auto rows = tx.exec(kReadParcels, sql::Params::of(ref, std::optional<std::int64_t>{}));
  if (rows.empty() || (!actor.agency.empty() && rows.front().text(3) != actor.agency))
    return Failure(Errc::not_found, "there is no parcel \"" + std::string(ref) + "\"",
                   "Check the item code or order number.");
  return parcel_of(tx, rows.front());
}

Result<DossierView> read_dossier(sql::Tx& tx, const Actor& actor, std::string_view code) {
  const auto rows = tx.exec(kFindDossier, sql::Params::of(code, actor.agency));
  if (rows.empty())
    return Failure(Errc::not_found, "there is no dossier \"" + std::string(code) + "\"",
                   "Check the code; dossiers of other agencies are not shown.");
  const auto row = rows.front();
  DossierView dossier;
  dossier.code = row.str(1);
  dossier.slip_no = row.str(2);
  dossier.agency = row.str(3);
  dossier.procedure_code = row.str(4);
  dossier.portal_status = small(row.opt_i64(5));
  dossier.told_status = small(row.opt_i64(6));
  dossier.confirmed_status = small(row.opt_i64(7));
  dossier.delivered_at = row.opt_time(8);
  const auto orders = tx.exec(kOrdersOfDossier, sql::Params::of(row.i64(0)));
  for (const auto& order : orders) dossier.orders.push_back(*read_order_view(tx, order.uuid(0)));
  const auto parcels = tx.exec(kReadParcels, sql::Params::of("", std::optional<std::int64_t>{row.i64(0)}));
  for (const auto& parcel : parcels) dossier.parcels.push_back(parcel_of(tx, parcel));
  if (actor.role != "agency") dossier.exchanges = exchanges_of_dossier(tx, row.i64(0), kExchangesShown);
  dossier.told_text = told_text(dossier);
  return dossier;
}

Result<AttentionPage> list_attention(sql::Tx& tx, const Actor& actor, std::string_view owner,
                                     const PageOf& page) {
  const auto cursor = parse_cursor(page.after);
  if (!cursor) return cursor.error();
  const auto rows = tx.exec(kListAttention,
                            sql::Params::of(actor.agency, owner, cursor->due_at, cursor->id, page.limit + 1));
  AttentionPage found;
  for (const auto& row : rows) {
    if (found.items.size() == page.limit) {
      found.next = AttentionCursor{found.items.back().due_at, found.items.back().id}.to_text();
      break;
    }
    found.items.push_back(AttentionView{row.i64(0), row.str(1), row.str(2), row.str(3), row.str(4),
                                        row.str(5), row.str(6), row.str(7), row.time(8), row.time(9),
                                        row.i64(10)});
  }
  return found;
}

}  // namespace bccid
