#include "http/problem.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace bccid::http {
namespace {

namespace json = boost::json;

struct Row {
  int status;
  std::string_view title;
};

// The table. A new code without a row does not compile (-Wswitch).
Row row_of(Errc code) {
  switch (code) {
    case Errc::malformed: return {400, "The request cannot be read"};
    case Errc::invalid_field: return {400, "A field has a wrong value"};
    case Errc::unknown_field: return {400, "A field is not known"};
    case Errc::missing_field: return {400, "A field is missing"};
    case Errc::too_large: return {413, "The request is too large"};
    case Errc::unsupported: return {415, "The content type or encoding is not supported"};
    case Errc::not_found: return {404, "There is no such thing"};
    case Errc::conflict: return {409, "The state forbids this"};
    case Errc::key_in_flight: return {409, "The same Idempotency-Key is being worked on"};
    case Errc::key_reused: return {422, "The Idempotency-Key was used with another body"};
    case Errc::duplicate: return {409, "It exists with other content"};
    case Errc::illegal_move: return {409, "The state has no such move"};
    case Errc::unbalanced: return {422, "Debits and credits differ"};
    case Errc::amount_out_of_range: return {422, "The amount is out of range"};
    case Errc::statement_refused: return {422, "The statement is refused"};
    case Errc::unauthenticated: return {401, "Sign in first"};
    case Errc::forbidden: return {403, "Not allowed"};
    case Errc::rate_limited: return {429, "Too many requests"};
    case Errc::unavailable: return {503, "Not available now"};
    case Errc::overloaded: return {503, "Too busy now"};
    case Errc::timed_out: return {503, "Took too long; nothing was done"};
    case Errc::outcome_unknown: return {503, "The outcome is not known"};
    case Errc::config: return {500, "An error of the service"};
    case Errc::internal: return {500, "An error of the service"};
  }
  return {500, "An error of the service"};
}

bool detail_is_private(Errc code) {
  return code == Errc::internal || code == Errc::config || code == Errc::unavailable;
}

std::string_view public_detail(const Failure& failure) {
  if (!detail_is_private(failure.code)) return failure.detail;
  return failure.code == Errc::unavailable ? "something that is needed for this cannot be reached now"
                                           : "the service made an error; its log has the details";
}

std::string_view public_hint(const Failure& failure) {
  if (!detail_is_private(failure.code)) return failure.hint;
  return failure.code == Errc::unavailable ? "Try again after the time in Retry-After."
                                           : "Tell the operator the value of instance.";
}

json::object field_error(const FieldError& error) {
  json::object out{{"pointer", error.pointer}, {"code", errc_name(error.code)}, {"detail", error.detail}};
  if (!error.hint.empty()) out["hint"] = error.hint;
  return out;
}

std::string_view title_of_status(int status, Errc code) {
  if (status == 405) return "The method is not allowed here";
  if (status == 408) return "The request came too slowly";
  if (status == 431) return "The header fields are too large";
  return row_of(code).title;
}

Response render(const Failure& failure, json::array errors, std::string_view request_id, int status) {
  json::object body{{"type", "urn:bccid:problem:" + std::string(errc_name(failure.code))},
                    {"title", title_of_status(status, failure.code)},
                    {"status", status},
                    {"detail", public_detail(failure)},
                    {"instance", request_id},
                    {"code", errc_name(failure.code)}};
  if (const auto hint = public_hint(failure); !hint.empty()) body["hint"] = hint;
  if (!errors.empty()) body["errors"] = std::move(errors);
  Response out(status, "application/problem+json", json::serialize(body));
  out.problem = errc_name(failure.code);
  if (status == 401) out.with("WWW-Authenticate", "Bearer");
  if (status == 503) out.with("Retry-After", failure.code == Errc::overloaded ? "1" : "5");
  if (status == 429) out.with("Retry-After", "10");
  return out;
}

}  // namespace

int http_status(Errc code) { return row_of(code).status; }

std::string_view problem_title(Errc code) { return row_of(code).title; }

Response problem(const Failure& failure, const Request& request) {
  return problem(failure, request.request_id);
}

Response problem(const InputFailure& failure, const Request& request) {
  const Failure summary = failure.summary();
  json::array errors;
  for (const auto& error : failure.errors) errors.push_back(field_error(error));
  return render(summary, std::move(errors), request.request_id, http_status(summary.code));
}

Response problem(const Failure& failure, std::string_view request_id, int status) {
  json::array errors;
  if (!failure.pointer.empty())
    errors.push_back(field_error({failure.code, failure.pointer, std::string(public_detail(failure)),
                                  std::string(public_hint(failure))}));
  return render(failure, std::move(errors), request_id, status == 0 ? http_status(failure.code) : status);
}

}  // namespace bccid::http
