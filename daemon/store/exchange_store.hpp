#pragma once

#include "base/clock.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace bccid {

// One call to or from a counterpart, as its trace is kept. The bodies are masked already.
struct ExchangeRow {
  std::string counterpart;  // carrier:NAME, onestop:AGENCY, receipt:ISSUER, webhook:ID, client:PRINCIPAL
  bool inbound = false;
  std::string call;
  std::string subject;         // order:NUMBER, dossier:CODE, ...; empty: of no case
  std::int64_t outbox_id = 0;  // 0: no message caused it
  std::string request_id;
  Time at{};  // when it began
  int took_ms = 0;
  int http_status = 0;  // 0: there was no answer
  std::int64_t bytes_out = 0, bytes_in = 0;
  std::string outcome;  // ok, failed, empty; of a message's call the try's: delivered, retry, dead, later
  std::string reason;
  std::string sent, got;  // masked heads of the bodies
  bool folds = false;     // the same again within the hour is one row
  std::int64_t tries = 1;

  bool failed() const { return outcome == "failed" || outcome == "retry" || outcome == "dead"; }
};

// Stores traces of calls that belong to no message, and counts them for their counterparts. Rows that fold
// join the row of this hour with the same counterpart, call, outcome and status.
void store_exchanges(sql::Tx& tx, const std::vector<ExchangeRow>& rows);

// Counts what they say about their counterparts: last success, last answer, error rate.
void note_counterparts(sql::Tx& tx, const std::vector<ExchangeRow>& rows);

}  // namespace bccid
