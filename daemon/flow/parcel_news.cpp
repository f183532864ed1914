#include "flow/parcel_news.hpp"

#include "base/time_text.hpp"
#include "flow/attention.hpp"
#include "flow/code_lists.hpp"
#include "store/outbox_store.hpp"

#include <boost/json.hpp>

#include <map>

namespace bccid {
namespace {

namespace json = boost::json;

const sql::Query kLockDossiers{"dossiers_lock", R"(
SELECT id, public_id, agency_code, coalesce(code, ''), coalesce(told_status, portal_status, 4),
       coalesce(slip_no, '')
  FROM dossier WHERE id = ANY ($1::bigint[])
 ORDER BY id
   FOR NO KEY UPDATE)"};

struct DossierRow {
  std::int64_t id = 0;
  std::string public_id;
  std::string agency;
  DossierFacts facts;
  std::string shown_code;  // code, or the slip's number while there is none
};

const sql::Query kTellDossiers{"dossiers_tell", R"(
UPDATE dossier AS d
   SET told_status = coalesce(t.status, d.told_status), told_text = t.text,
       delivered_at = CASE WHEN t.status = 9 THEN NULL ELSE coalesce(t.delivered_at, d.delivered_at) END,
       version = d.version + 1
  FROM unnest($1::bigint[], $2::smallint[], $3::text[], $4::timestamptz[])
       AS t (id, status, text, delivered_at)
 WHERE d.id = t.id)"};

// Before they are closed: of a sender that is at one of them, either sees what the other did.
const sql::Query kLockOrders{"orders_lock", R"(
SELECT id FROM orders WHERE id = ANY ($1::bigint[]) ORDER BY id FOR NO KEY UPDATE)"};

const sql::Query kCloseOrders{"orders_close", R"(
UPDATE orders AS o
   SET state = t.to_state, closed_at = $2, version = version + 1
  FROM order_transition AS t
 WHERE o.id = ANY ($1::bigint[]) AND t.from_state = o.state AND t.event = 'parcel_final')"};

bool moved(const ParcelNews& one) {
  return one.after.state != one.parcel->fold.state || one.after.step != one.parcel->fold.step;
}

std::map<std::int64_t, DossierRow> lock_dossiers(sql::Tx& tx, std::span<const ParcelNews> news) {
  std::vector<std::int64_t> ids;
  for (const auto& one : news)
    if (moved(one)) ids.push_back(one.parcel->dossier_id);
  std::map<std::int64_t, DossierRow> dossiers;
  if (ids.empty()) return dossiers;
  const auto rows = tx.exec(kLockDossiers, sql::Params().add_array(ids));
  for (const auto& row : rows) {
    DossierRow dossier{row.i64(0), row.str(1), row.str(2), {}, row.str(3)};
    if (!dossier.shown_code.empty()) dossier.facts.code = dossier.shown_code;
    dossier.facts.status = static_cast<PortalStatus>(row.i64(4));
    if (dossier.shown_code.empty()) dossier.shown_code = row.str(5);
    dossiers.emplace(dossier.id, std::move(dossier));
  }
  return dossiers;
}

// One message to the one-stop system; the adapter turns it into the counterpart's own form.
std::string status_payload(const DossierRow& dossier, const DossierEffect& effect, Time occurred_at) {
  json::object body;
  body["dossier_code"] = *dossier.facts.code;
  body["portal_status"] = effect.status ? static_cast<int>(*effect.status) : 0;
  body["step_text"] = effect.step_vi;
  body["occurred_at"] = to_rfc3339(occurred_at);
  if (effect.result_given_at) body["delivered_at"] = to_rfc3339(*effect.result_given_at);
  return json::serialize(body);
}

struct Told {
  std::int64_t dossier = 0;
  std::optional<int> status;
  std::string text;
  std::optional<Time> delivered_at;
};

// Later news of one dossier replace earlier ones in the record; each is told, in order. Returns what leaves.
std::vector<OutboxMessage> tell_dossiers(sql::Tx& tx, std::span<const ParcelNews> news,
                                         std::map<std::int64_t, DossierRow>& dossiers) {
  std::map<std::int64_t, Told> told;
  std::vector<OutboxMessage> messages;
  for (const auto& one : news) {
    if (!moved(one)) continue;
    auto& dossier = dossiers.at(one.parcel->dossier_id);
    const auto effect =
        decide(code_lists().dossier_steps, one.parcel->leg, one.parcel->fold, one.after, dossier.facts);
    if (!effect) continue;
    Told& record = told[dossier.id];
    record.dossier = dossier.id;
    record.text = effect->step_vi;
    if (effect->status) {
      dossier.facts.status = *effect->status;
      record.status = static_cast<int>(*effect->status);
      record.delivered_at = effect->result_given_at;
    }
    messages.push_back(OutboxMessage{"onestop:" + dossier.agency, "dossier.status", dossier.public_id,
                                     "dossier:" + *dossier.facts.code,
                                     status_payload(dossier, *effect, one.after.last_at)});
  }
  if (messages.empty()) return messages;
  std::vector<Told> list;
  for (auto& [id, record] : told) list.push_back(std::move(record));
  tx.exec(kTellDossiers, sql::Params()
                             .add_array(list, &Told::dossier)
                             .add_array(list, &Told::status)
                             .add_array(list, &Told::text)
                             .add_array(list, &Told::delivered_at));
  return messages;
}

std::string event_type(const ParcelNews& one) {
  return "vn.bccid.parcel." + std::string(name(one.after.state));
}

// CloudEvents 1.0 in structured mode; docs and JSON Schema: schemas/events/parcel.schema.json.
std::string event_payload(const ParcelNews& one, const DossierRow& dossier, Time now) {
  json::object content;
  content["order_number"] = one.parcel->order_number;
  content["item_code"] =
      one.parcel->item_code.empty() ? json::value(nullptr) : json::value(one.parcel->item_code);
  content["dossier_code"] = dossier.facts.code ? json::value(*dossier.facts.code) : json::value(nullptr);
  content["agency"] = dossier.agency;
  content["leg"] = std::string(name(one.parcel->leg));
  content["state"] = std::string(name(one.after.state));
  content["previous_state"] = std::string(name(one.parcel->fold.state));
  content["outcome"] = std::string(name(one.after.step));
  content["event"] = one.cause_event;
  content["reason"] = one.after.reason;
  content["attempts"] = one.after.attempts;
  content["occurred_at"] = to_rfc3339(one.after.last_at);
  json::object event;
  event["specversion"] = "1.0";
  event["id"] = one.cause.to_text();
  event["source"] = "/bccid";
  event["type"] = event_type(one);
  event["subject"] = one.parcel->order_number;
  event["time"] = to_rfc3339(now);
  event["datacontenttype"] = "application/json";
  event["data"] = std::move(content);
  return json::serialize(event);
}

std::vector<PublicEvent> public_events(std::span<const ParcelNews> news,
                                       const std::map<std::int64_t, DossierRow>& dossiers, Time now) {
  std::vector<PublicEvent> events;
  for (const auto& one : news) {
    if (!moved(one)) continue;
    const auto& dossier = dossiers.at(one.parcel->dossier_id);
    events.push_back(PublicEvent{one.parcel->order_number, dossier.agency, event_type(one),
                                 event_payload(one, dossier, now)});
  }
  return events;
}

void close_orders(sql::Tx& tx, std::span<const ParcelNews> news, Time now) {
  std::vector<std::int64_t> ids;
  for (const auto& one : news)
    if (is_final(one.after.state) && !is_final(one.parcel->fold.state)) ids.push_back(one.parcel->order_id);
  if (ids.empty()) return;
  tx.exec(kLockOrders, sql::Params().add_array(ids));
  tx.exec(kCloseOrders, sql::Params().add_array(ids).add(now));
}

Attention about(const ParcelNews& one, const std::string& dossier_code, std::string kind, Time now) {
  Attention item;
  item.kind = std::move(kind);
  item.subject = "parcel:" + one.parcel->order_number;
  item.agency_code = one.parcel->agency;
  item.dossier_code = dossier_code;
  item.due_at = now + std::chrono::hours(4);
  return item;
}

void ask_people(sql::Tx& tx, std::span<const ParcelNews> news,
                const std::map<std::int64_t, DossierRow>& dossiers, Time now) {
  std::vector<Attention> items;
  std::vector<std::string> settled;
  for (const auto& one : news) {
    const auto found = dossiers.find(one.parcel->dossier_id);
    const std::string code = found == dossiers.end() ? "" : found->second.shown_code;
    if (one.after.anomalies > one.parcel->fold.anomalies) {
      auto item = about(one, code, "illegal_scan", now);
      item.detail =
          "event " + one.cause_event + " is not possible in state " + std::string(name(one.after.state));
      item.action = "Compare with the paper trail; retract the wrong event.";
      item.owner = "clerk";
      items.push_back(std::move(item));
    }
    if (one.after.state == ParcelState::disputed && one.parcel->fold.state != ParcelState::disputed) {
      auto item = about(one, code, "disputed", now);
      item.detail = "two different outcomes were reported; the second is " + one.cause_event;
      item.action = "Ask both offices and retract the wrong outcome.";
      item.owner = "admin";
      items.push_back(std::move(item));
    }
    if (!one.paper_differences.empty()) {
      auto item = about(one, code, "papers_differ", now);
      for (const auto& difference : one.paper_differences)
        item.detail += (item.detail.empty() ? "" : "; ") + difference;
      item.action = "Guide the applicant to complete the papers (QĐ 45/2016), then count again.";
      item.owner = "clerk";
      items.push_back(std::move(item));
    }
    if (one.parcel->fold.state == ParcelState::disputed && one.after.state != ParcelState::disputed)
      settled.push_back("parcel:" + one.parcel->order_number);
  }
  if (!items.empty()) open_attention(tx, items);
  if (!settled.empty())
    close_attention(tx, "disputed", settled, Actor{"job:fold", "service", "", "", ""},
                    "an outcome was retracted");
}

}  // namespace

void spread_parcel_news(sql::Tx& tx, std::span<const ParcelNews> news, Time now) {
  auto dossiers = lock_dossiers(tx, news);
  const auto messages = tell_dossiers(tx, news, dossiers);
  enqueue(tx, messages, public_events(news, dossiers, now));
  close_orders(tx, news, now);
  ask_people(tx, news, dossiers, now);
}

}  // namespace bccid
