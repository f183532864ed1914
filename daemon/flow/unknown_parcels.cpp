#include "flow/unknown_parcels.hpp"

#include "flow/attention.hpp"
#include "store/parcel_store.hpp"

#include <map>

namespace bccid {
namespace {

Attention unknown(const Scan& scan, Time now) {
  Attention item;
  item.kind = "unknown_parcel";
  item.subject = "parcel:" + scan.item;
  item.detail = "scanned at " + scan.office + ", but no order has this item code or number";
  item.action = "Check the label; the scans are kept and join their parcel as soon as it is known.";
  item.owner = "clerk";
  item.due_at = now + std::chrono::hours(24);
  return item;
}

}  // namespace

void hold_unknown(sql::Tx& tx, std::span<const Scan* const> scans, Time now) {
  if (scans.empty()) return;
  std::map<std::string, Attention> by_item;
  for (const auto* scan : scans) by_item.insert_or_assign(scan->item, unknown(*scan, now));
  std::vector<std::string> items;
  std::vector<Attention> list;
  for (auto& [item, attention] : by_item) {
    items.push_back(item);
    list.push_back(std::move(attention));
  }
  lock_item_refs(tx, items);
  open_attention(tx, list);
  adopt_held_scans(tx, items, now, scans.front()->request_id);
}

}  // namespace bccid
