#pragma once

#include "flow/attention.hpp"
#include "flow/place_order.hpp"
#include "flow/read_case.hpp"
#include "http/object_reader.hpp"
#include "ports/onestop_port.hpp"
#include "store/order_store.hpp"

#include <boost/json/object.hpp>

namespace bccid::http {

// The body of POST /v1/orders. `agency` is for post staff; an agency's own system may leave it out.
struct OrderBody {
  std::string agency;
  OrderWish wish;
};
OrderBody read_order_body(ObjectReader& reader);
// The body of POST /v1/orders/{id}/release.
OrderCorrection read_order_correction(ObjectReader& reader);

boost::json::object to_json(const RecipientCheck& check);
boost::json::object to_json(const OrderView& order);
boost::json::object to_json(const EventView& event);
boost::json::object to_json(const ParcelView& parcel);
boost::json::object to_json(const DossierView& dossier);
boost::json::object to_json(const AttentionView& item);
boost::json::object to_json(const ClosedAttention& item);

}  // namespace bccid::http
