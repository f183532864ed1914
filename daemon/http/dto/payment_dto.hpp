#pragma once

#include "domain/payment/payment_slip.hpp"
#include "flow/online_payments.hpp"
#include "http/object_reader.hpp"

#include <boost/json/object.hpp>

namespace bccid::http {

boost::json::object to_json(const PaymentSlip& slip);

// The body of POST /v1/orders/{id}/online-payments. Errors stay in the reader.
LatePayment read_late_payment(ObjectReader& reader);

// {"reference", "paid_at"} of a payment on the platform.
OnlinePayment read_online_payment(ObjectReader& reader);

}  // namespace bccid::http
