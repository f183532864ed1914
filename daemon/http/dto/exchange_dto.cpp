#include "http/dto/exchange_dto.hpp"

#include "base/time_text.hpp"
#include "http/dto/null_values.hpp"

namespace bccid::http {

namespace json = boost::json;

json::object to_json(const ExchangeView& exchange, bool with_bodies) {
  json::object out;
  out["id"] = exchange.id;
  out["at"] = to_rfc3339(exchange.at);
  out["last_at"] = to_rfc3339(exchange.last_at);
  out["direction"] = exchange.inbound ? "in" : "out";
  out["counterpart"] = exchange.counterpart;
  out["call"] = exchange.call;
  out["subject"] = or_null(exchange.subject);
  out["outbox_id"] = exchange.outbox_id == 0 ? json::value(nullptr) : json::value(exchange.outbox_id);
  out["request_id"] = or_null(exchange.request_id);
  out["outcome"] = exchange.outcome;
  out["http_status"] = exchange.http_status == 0 ? json::value(nullptr) : json::value(exchange.http_status);
  out["reason"] = or_null(exchange.reason);
  out["tries"] = exchange.tries;
  out["took_ms"] = exchange.took_ms;
  out["bytes_out"] = exchange.bytes_out;
  out["bytes_in"] = exchange.bytes_in;
  if (!with_bodies) return out;
  out["sent"] = exchange.sent;
  out["got"] = exchange.got;
  return out;
}

json::object to_json(const CounterpartView& counterpart) {
  json::object out;
  out["name"] = counterpart.name;
  out["queued"] = counterpart.queued;
  out["oldest_at"] = or_null(counterpart.oldest_at);
  out["waiting_since"] = or_null(counterpart.waiting_since);
  out["next_try_at"] = or_null(counterpart.next_try_at);
  out["in_flight"] = counterpart.in_flight;
  out["dead"] = counterpart.dead;
  out["calls_last_hour"] = counterpart.calls;
  out["failed_last_hour"] = counterpart.failed;
  out["breaker"] = counterpart.breaker;
  out["breaker_since"] = or_null(counterpart.breaker_since);
  out["last_success_at"] = or_null(counterpart.last_success_at);
  out["last_answer_at"] = or_null(counterpart.last_answer_at);
  out["last_status"] =
      counterpart.last_status == 0 ? json::value(nullptr) : json::value(counterpart.last_status);
  out["last_answer"] = or_null(counterpart.last_answer);
  out["switched_off"] = counterpart.switched_off;
  if (!counterpart.pause) {
    out["paused"] = nullptr;
    return out;
  }
  json::object pause;
  pause["at"] = to_rfc3339(counterpart.pause->at);
  pause["by"] = counterpart.pause->by;
  pause["reason"] = counterpart.pause->reason;
  out["paused"] = std::move(pause);
  return out;
}

}  // namespace bccid::http
