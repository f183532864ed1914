#include "flow/parcel_news.hpp"

#include "base/time_text.hpp"
#include "flow/attention.hpp"
#include "flow/code_lists.hpp"
#include "flow/waive_charges.hpp"
#include "store/outbox_store.hpp"

#include <boost/json.hpp>

#include <map>

namespace bccid {
namespace {

namespace json = boost::json;

// Only a change of the status is written, and that locks the dossier: what the step text says is read off the
// newest parcel. Where several parcels may have a status to tell, lock_parcels has locked their dossier.
const sql::Query kTellDossiers{"dossiers_tell", R"(
UPDATE dossier AS d
   SET told_status = t.status, delivered_at = t.delivered_at, version = d.version + 1
  FROM unnest($1::bigint[], $2::bigint[], $3::timestamptz[]) AS t (id, status, delivered_at)
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
  return one.after->state != one.before->state || one.after->step != one.before->step;
}

// One message to the one-stop system; the adapter turns it into the counterpart's own form.
std::string status_payload(const ParcelRow& parcel, const DossierEffect& effect, Time occurred_at) {
  json::object body;
  body["agency"] = parcel.agency;
  body["dossier_code"] = parcel.dossier_code;
  body["portal_status"] = effect.status ? static_cast<int>(*effect.status) : 0;
  body["step_text"] = effect.step_vi;
  body["occurred_at"] = to_rfc3339(occurred_at);
  if (effect.result_given_at) body["delivered_at"] = to_rfc3339(*effect.result_given_at);
  return json::serialize(body);
}

struct Told {
  std::int64_t dossier = 0;
  int status = 0;
  std::optional<Time> delivered_at;
};

// What the record of each dossier says, changed by each step in turn.
class DossierRecords {
 public:
  DossierFacts facts(const ParcelRow& parcel) const {
    DossierFacts known;
    if (!parcel.dossier_code.empty()) known.code = parcel.dossier_code;
    const auto told = told_.find(parcel.dossier_id);
    known.status =
        static_cast<PortalStatus>(told == told_.end() ? parcel.portal_status : told->second.status);
    return known;
  }

  void tell(const ParcelRow& parcel, PortalStatus status, std::optional<Time> delivered_at) {
    const int code = static_cast<int>(status);
    if (!told_.contains(parcel.dossier_id) && parcel.told_status == code) return;
    told_[parcel.dossier_id] = Told{parcel.dossier_id, code, delivered_at};
  }

  void write(sql::Tx& tx) const {
    if (told_.empty()) return;
    std::vector<Told> list;
    for (const auto& [id, record] : told_) list.push_back(record);
    tx.exec(kTellDossiers, sql::Params()
                               .add_array(list, &Told::dossier)
                               .add_array(list, &Told::status)
                               .add_array(list, &Told::delivered_at));
  }

 private:
  std::map<std::int64_t, Told> told_;  // in id order: two batches wait for each other, never in a circle
};

// Later news of one dossier replace earlier ones in the record; each is told, in order. Returns what leaves.
std::vector<OutboxMessage> tell_dossiers(sql::Tx& tx, std::span<const ParcelNews> news) {
  DossierRecords records;
  std::vector<OutboxMessage> messages;
  for (const auto& one : news) {
    if (!moved(one)) continue;
    const ParcelRow& parcel = *one.parcel;
    const auto effect =
        decide(code_lists().dossier_steps, parcel.leg, *one.before, *one.after, records.facts(parcel));
    if (!effect) continue;
    if (effect->status) records.tell(parcel, *effect->status, effect->result_given_at);
    const std::string subject = "dossier:" + parcel.dossier_code;
    messages.push_back(OutboxMessage{"onestop:" + parcel.agency, "dossier.status", subject, subject,
                                     status_payload(parcel, *effect, one.after->last_at),
                                     std::string(one.request_id)});
  }
  records.write(tx);
  return messages;
}

std::string event_type(const ParcelNews& one) {
  return "vn.bccid.parcel." + std::string(name(one.after->state));
}

json::value text_or_null(const std::string& text) {
  return text.empty() ? json::value(nullptr) : json::value(text);
}

// CloudEvents 1.0 in structured mode; docs and JSON Schema: schemas/events/parcel.schema.json.
std::string event_payload(const ParcelNews& one, const std::string& type, Time now) {
  json::object content;
  content["order_number"] = one.parcel->order_number;
  content["item_code"] = text_or_null(one.parcel->item_code);
  content["dossier_code"] = text_or_null(one.parcel->dossier_code);
  content["agency"] = one.parcel->agency;
  content["leg"] = name(one.parcel->leg);
  content["state"] = name(one.after->state);
  content["previous_state"] = name(one.before->state);
  content["outcome"] = name(one.after->step);
  content["event"] = one.cause_event;
  content["reason"] = one.after->reason;
  content["attempts"] = one.after->attempts;
  content["occurred_at"] = to_rfc3339(one.after->last_at);
  json::object event;
  event["specversion"] = "1.0";
  event["id"] = one.cause.to_text();
  event["source"] = "/bccid";
  event["type"] = type;
  event["subject"] = one.parcel->order_number;
  event["time"] = to_rfc3339(now);
  event["datacontenttype"] = "application/json";
  event["data"] = std::move(content);
  return json::serialize(event);
}

std::vector<PublicEvent> public_events(std::span<const ParcelNews> news, Time now) {
  std::vector<PublicEvent> events;
  events.reserve(news.size());
  for (const auto& one : news) {
    if (!moved(one)) continue;
    std::string type = event_type(one);
    std::string payload = event_payload(one, type, now);
    events.push_back(PublicEvent{one.parcel->order_number, one.parcel->agency, std::move(type),
                                 std::move(payload), std::string(one.request_id)});
  }
  return events;
}

void close_orders(sql::Tx& tx, std::span<const ParcelNews> news, Time now) {
  std::vector<std::int64_t> ids;
  for (const auto& one : news)
    if (is_final(one.after->state) && !is_final(one.before->state)) ids.push_back(one.parcel->order_id);
  if (ids.empty()) return;
  tx.exec(kLockOrders, sql::Params().add_array(ids));
  tx.exec(kCloseOrders, sql::Params().add_array(ids).add(now));
}

Attention about(const ParcelNews& one, std::string kind, Time now) {
  Attention item;
  item.kind = std::move(kind);
  item.subject = "parcel:" + one.parcel->order_number;
  item.agency_code = one.parcel->agency;
  item.dossier_code = one.parcel->dossier_name();
  item.due_at = now + std::chrono::hours(4);
  return item;
}

Attention illegal_scan(const ParcelNews& one, Time now) {
  auto item = about(one, "illegal_scan", now);
  item.detail = "event " + std::string(one.cause_event) + " is not possible in state " +
                std::string(name(one.after->state));
  item.action = "Compare with the paper trail, retract the wrong event, then close the item.";
  item.owner = "clerk";
  return item;
}

Attention disputed(const ParcelNews& one, Time now) {
  auto item = about(one, "disputed", now);
  item.detail = "two different outcomes were reported; the second is " + std::string(one.cause_event);
  item.action = "Ask both offices and retract the wrong outcome.";
  item.owner = "admin";
  return item;
}

Attention papers_differ(const ParcelNews& one, Time now) {
  auto item = about(one, "papers_differ", now);
  for (const auto& difference : one.paper_differences)
    item.detail += (item.detail.empty() ? "" : "; ") + difference;
  item.action = "Guide the applicant to complete the papers (QĐ 45/2016), then close the item.";
  item.owner = "clerk";
  return item;
}

void ask_people(sql::Tx& tx, std::span<const ParcelNews> news, Time now) {
  std::vector<Attention> items;
  std::vector<std::string> settled;
  for (const auto& one : news) {
    const bool was_disputed = one.before->state == ParcelState::disputed;
    const bool is_disputed = one.after->state == ParcelState::disputed;
    if (one.after->anomalies > one.before->anomalies) items.push_back(illegal_scan(one, now));
    if (!one.paper_differences.empty()) items.push_back(papers_differ(one, now));
    if (was_disputed == is_disputed) continue;
    const std::string subject = "parcel:" + one.parcel->order_number;
    std::erase(settled, subject);
    if (is_disputed) {
      items.push_back(disputed(one, now));
    } else {
      settled.push_back(subject);
    }
  }
  if (!items.empty()) open_attention(tx, items);
  if (!settled.empty())
    close_attention(tx, "disputed", settled, Actor{"job:fold", "service", "", "", ""},
                    "an outcome was retracted");
}

}  // namespace

void spread_parcel_news(sql::Tx& tx, std::span<const ParcelNews> news, Time now) {
  const auto messages = tell_dossiers(tx, news);
  enqueue(tx, messages, public_events(news, now));
  close_orders(tx, news, now);
  follow_cancellations(tx, news, now);
  ask_people(tx, news, now);
}

}  // namespace bccid
