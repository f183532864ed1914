#pragma once

#include "store/receipt_store.hpp"

#include <boost/json/object.hpp>

namespace bccid::http {

// A receipt; `lines` is empty in lists.
boost::json::object to_json(const ReceiptView& receipt);

}  // namespace bccid::http
