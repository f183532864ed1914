#pragma once

#include <boost/assert/source_location.hpp>
#include <string>
#include <string_view>

namespace bccid {

// One number per way to fail. Numbers are stable for ever; each family has a reserved range.
enum class Errc {
  // 100-199: input that cannot be read
  malformed = 100,      // not the announced format at all
  invalid_field = 101,  // a field has a wrong type, value or length
  unknown_field = 102,  // a field that the contract does not name
  too_large = 103,      // over a documented size or count limit
  unsupported = 104,    // content type, encoding or version that we do not read
  missing_field = 105,  // a field that the contract requires
  // 200-299: orders and dossiers
  not_found = 200,      // no such thing, or not the caller's to see
  conflict = 201,       // the thing's state forbids the request
  key_in_flight = 202,  // the same Idempotency-Key is being worked on
  key_reused = 203,     // the same Idempotency-Key with another body
  duplicate = 204,      // the thing exists with other content
  // 300-399: parcels
  illegal_move = 300,  // the transition table has no such row
  // 400-499: ledger
  unbalanced = 400,  // debits and credits differ
  amount_out_of_range = 401,
  // 500-599: reconciliation
  statement_refused = 500,  // the file fails an intake gate
  // 600-699: who may
  unauthenticated = 600,
  forbidden = 601,
  rate_limited = 602,
  // 900-999: infrastructure
  unavailable = 900,      // database or counterpart not reachable now
  overloaded = 901,       // a bounded queue is full
  timed_out = 902,        // a deadline passed; the effect did not happen
  outcome_unknown = 903,  // a commit or a send whose answer was lost
  config = 904,           // configuration refused
  internal = 905,         // our own error
};

// Stable machine name of a code, such as "invalid_field".
std::string_view errc_name(Errc code);

// Why something was refused or failed. Never holds personal data beyond what the caller sent.
// A user-written constructor on purpose: g++ 12 destroys aggregates twice inside co_await.
struct Failure {
  Failure() = default;  // Boost's result asks for it; never produced on purpose
  Failure(Errc code_in, std::string detail_in, std::string hint_in = {}, std::string pointer_in = {});

  Errc code = Errc::internal;
  std::string detail;   // lower case, names the thing and the value
  std::string hint;     // a sentence that says what to do; may be empty
  std::string pointer;  // JSON pointer of the offending field; may be empty

  // "detail\nHINT: hint", for terminals and logs.
  std::string text() const;
};

[[noreturn]] void throw_exception_from_error(const Failure& failure, const boost::source_location& where);

}  // namespace bccid
