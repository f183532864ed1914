#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "flow/page.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// One call to or from a counterpart, or one thing that an operator did to its message (outcome given_up).
struct ExchangeView {
  std::int64_t id = 0;
  Time at{}, last_at{};  // the first and the last try with this outcome
  bool inbound = false;
  std::string counterpart, call, subject, request_id, outcome, reason;
  std::int64_t outbox_id = 0;  // 0: no message caused it
  std::int64_t tries = 1, took_ms = 0, bytes_out = 0, bytes_in = 0;
  int http_status = 0;
  std::string sent, got;  // masked heads of both bodies, as they left and as they came
};
struct ExchangePage {
  std::vector<ExchangeView> items;  // the newest first
  std::string next;
};

// Exchanges of one counterpart, of one order (by its number) or of one dossier; exactly one is named.
// Errors: invalid_field (cursor, none or several named).
struct ExchangeQuestion {
  std::string counterpart, order, dossier;
};
Result<ExchangePage> list_exchanges(sql::Tx& tx, const ExchangeQuestion& about, const PageOf& page);

// The newest of a dossier, without their bodies.
std::vector<ExchangeView> exchanges_of_dossier(sql::Tx& tx, std::int64_t dossier_id, std::size_t limit);

}  // namespace bccid
