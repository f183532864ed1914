#include "base/failure.hpp"

#include <stdexcept>
#include <utility>

namespace bccid {

std::string_view errc_name(Errc code) {
  switch (code) {
    case Errc::malformed: return "malformed";
    case Errc::invalid_field: return "invalid_field";
    case Errc::unknown_field: return "unknown_field";
    case Errc::too_large: return "too_large";
    case Errc::unsupported: return "unsupported";
    case Errc::missing_field: return "missing_field";
    case Errc::not_found: return "not_found";
    case Errc::conflict: return "conflict";
    case Errc::key_in_flight: return "key_in_flight";
    case Errc::key_reused: return "key_reused";
    case Errc::duplicate: return "duplicate";
    case Errc::illegal_move: return "illegal_move";
    case Errc::unbalanced: return "unbalanced";
    case Errc::amount_out_of_range: return "amount_out_of_range";
    case Errc::statement_refused: return "statement_refused";
    case Errc::unauthenticated: return "unauthenticated";
    case Errc::forbidden: return "forbidden";
    case Errc::rate_limited: return "rate_limited";
    case Errc::unavailable: return "unavailable";
    case Errc::overloaded: return "overloaded";
    case Errc::timed_out: return "timed_out";
    case Errc::outcome_unknown: return "outcome_unknown";
    case Errc::config: return "config";
    case Errc::internal: return "internal";
  }
  return "internal";
}

Failure::Failure(Errc code_in, std::string detail_in, std::string hint_in, std::string pointer_in)
    : code(code_in), detail(std::move(detail_in)), hint(std::move(hint_in)), pointer(std::move(pointer_in)) {}

std::string Failure::text() const { return hint.empty() ? detail : detail + "\nHINT: " + hint; }

void throw_exception_from_error(const Failure& failure, const boost::source_location&) {
  throw std::runtime_error(std::string(errc_name(failure.code)) + ": " + failure.text());
}

}  // namespace bccid
