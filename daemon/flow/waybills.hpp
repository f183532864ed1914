#pragma once

#include "base/clock.hpp"
#include "base/input_failure.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

// Numbers of labels (mã vận đơn) that a post gives in advance, for interfaces that want one with each order.
namespace bccid {

// Stores the numbers of a CSV file with a column `item_code` for orders at `carrier`, and returns how many
// were new; those that are there already for the same carrier stay as they are. Attention items about missing
// numbers end. Errors, all at once and each with its line (pointer "/line/7"), nothing is stored then:
// invalid_field (no S10 code, a wrong check digit), duplicate (twice in the file, another carrier's, or on a
// parcel already), malformed (no such table). Orders that wait for a number are looked at again at once.
Input<std::size_t> import_waybills(sql::Tx& tx, std::string_view carrier, std::string_view csv,
                                   std::string_view by);

// The number that the order goes out with: the item code that its parcel has, else the next free one, which
// is linked to the order in this transaction. Empty when none is left; then, and when fewer than `low_water`
// are left, an administrator finds an attention item.
std::string lease_waybill(sql::Tx& tx, std::string_view carrier, std::string_view order_number,
                          std::size_t low_water, Time now);

// Why an order waits that has no number.
std::string no_waybill_left(std::string_view carrier);

struct WaybillStock {
  std::string carrier;
  std::size_t free = 0;
  std::size_t linked = 0;  // those that stand on a parcel otherwise among them
};
// By carrier.
std::vector<WaybillStock> waybill_stocks(sql::Tx& tx);
// How many are free, of the carriers that have any.
std::map<std::string, std::size_t> free_waybills(sql::Tx& tx);

}  // namespace bccid
