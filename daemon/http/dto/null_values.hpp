#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "domain/payment/transfer_promise.hpp"

#include <boost/json/value.hpp>

#include <cstdint>
#include <optional>
#include <string>

namespace bccid::http {

// What is not there is null in an answer, never an empty text or a zero.
boost::json::value or_null(const std::string& text);
boost::json::value or_null(const std::optional<Time>& at);
boost::json::value or_null(const std::optional<std::int64_t>& number);
boost::json::value or_null(const std::optional<Uuid>& id);
boost::json::value or_null(const std::optional<TransferPromise>& promise);

}  // namespace bccid::http
