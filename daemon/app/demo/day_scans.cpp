#include "app/demo/day.hpp"

#include "base/ids.hpp"
#include "base/time_text.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace bccid::app {
namespace {

namespace json = boost::json;

constexpr std::size_t kBatch = 50;

std::string field(const json::value& body, const char* name) {
  return std::string(body.at(name).as_string());
}

}  // namespace

// The postmen read the labels: the only place where the post shows an item code before the feed does.
void DemoDay::read_labels() {
  for (std::uint64_t after = 0;;) {
    const auto page = stage_.sim().get("/books/orders?after=" + std::to_string(after) + "&limit=1000");
    const auto& orders = page.body.at("orders").as_array();
    for (const auto& order : orders)
      notes_.item_codes[field(order, "number")] =
          std::string(order.at("item_codes").as_array().front().as_string());
    after += orders.size();
    if (orders.empty()) return;
  }
}

json::object DemoDay::scan(const DemoDossier& dossier, const std::string& item, const std::string& code,
                           std::int64_t beats) {
  const auto& postman = world_.postmen[dossier.postman];
  json::object out;
  // The device makes the id and keeps it; a repetition carries the same one.
  out["event_id"] = uuid_from_name("demo", std::to_string(next_event_++)).to_text();
  out["device"] = "pda-" + postman.id;
  out["device_seq"] = ++device_seq_[postman.id];
  out["item"] = item;
  out["code"] = code;
  out["occurred_at"] = to_rfc3339(act_began_ + beats * kBeat);
  out["office"] = postman.office;
  return out;
}

json::object DemoDay::cash_of(Money fee, Money charge, Money postage) {
  json::object cash;
  if (!fee.zero()) cash["fee_vnd"] = fee.dong();
  if (!charge.zero()) cash["charge_vnd"] = charge.dong();
  if (!postage.zero()) cash["postage_vnd"] = postage.dong();
  return cash;
}

void DemoDay::take_cash(json::object& scan, const DemoDossier& dossier, Money fee, Money charge,
                        Money postage) {
  auto cash = cash_of(fee, charge, postage);
  if (cash.empty()) return;
  scan["cash"] = std::move(cash);
  notes_.collected[world_.postmen[dossier.postman].id] += fee + charge + postage;
  notes_.collected_by_agency[world_.agencies[dossier.agency].code] += fee + charge;
  notes_.collected_total += fee + charge + postage;
}

void DemoDay::send_scans(const std::string& postman, const json::array& items) {
  const auto answer =
      stage_.bccid().expect(200, "/v1/scans", stage_.token(postman), json::object{{"items", items}});
  notes_.scans_sent += items.size();
  notes_.scans_accepted += static_cast<std::size_t>(answer.at("accepted").as_int64());
  notes_.scans_duplicate += static_cast<std::size_t>(answer.at("duplicate").as_int64());
  notes_.scans_held += static_cast<std::size_t>(answer.at("held_unknown_parcel").as_int64());
  notes_.scans_rejected += static_cast<std::size_t>(answer.at("rejected").as_int64());
}

// Batches of a postman leave in no order: the second before the first, and every third one twice.
void DemoDay::send_in_batches(const std::map<std::string, json::array>& by_postman) {
  for (const auto& [postman, items] : by_postman) {
    std::vector<json::array> batches;
    for (std::size_t at = 0; at < items.size(); at += kBatch) {
      const auto end = std::min(items.size(), at + kBatch);
      batches.emplace_back(items.begin() + static_cast<std::ptrdiff_t>(at),
                           items.begin() + static_cast<std::ptrdiff_t>(end));
    }
    std::reverse(batches.begin(), batches.end());
    for (std::size_t i = 0; i < batches.size(); ++i) {
      send_scans(postman, batches[i]);
      if (i % 3 == 0) send_scans(postman, batches[i]);
    }
    notes_.scans_known += items.size();
  }
}

}  // namespace bccid::app
