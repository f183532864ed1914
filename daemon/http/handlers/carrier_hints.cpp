#include "flow/order_looks.hpp"
#include "http/handlers/handlers.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

constexpr std::string_view kRoute = "POST /v1/carriers/{carrier}/hints";

}  // namespace

// The post's own message. It is known by its signature, says nothing that is believed, and only makes us ask.
Answer post_carrier_hints(Api& api, const Request& request) {
  const std::string carrier(request.param("carrier"));
  const auto port = api.carriers.find(carrier);
  if (port == api.carriers.end() || !port->second->abilities().hints)
    co_return problem(Failure(Errc::not_found, "no post sends messages here",
                              "Ask the operator for a hint_key_file in the [[carrier]] block."),
                      request);
  const auto hints = port->second->read_hints(request.body);
  if (!hints) co_return problem(hints.error(), request);
  const Time now = api.clock.now();
  auto job = [&](sql::Tx& tx) { return take_hints(tx, carrier, *hints, api.settings.hint_gap, now); };
  JobSpec spec = job_of(api, request, "carrier_hints");
  spec.with_key();  // it only wakes: twice is as good as once
  const auto taken = co_await api.db.run(std::move(spec), std::move(job));
  if (!taken) co_return problem(taken.error(), request);
  if (taken->unknown > 0) api.refusals.count(kRoute, "unknown_parcel", taken->unknown);
  const json::object answer{{"woken", taken->woken}, {"unknown", taken->unknown}};
  co_return json_response(200, answer);
}

}  // namespace bccid::http
