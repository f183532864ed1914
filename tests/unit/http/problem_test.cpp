#include "http/problem.hpp"

#include <boost/json/parse.hpp>

#include <gtest/gtest.h>

namespace bccid::http {
namespace {

boost::json::object body(const Response& response) { return boost::json::parse(response.body).as_object(); }

std::string header(const Response& response, std::string_view name) {
  for (const auto& [key, value] : response.headers)
    if (key == name) return value;
  return {};
}

Request request() {
  Request out;
  out.request_id = "request-0001";
  return out;
}

TEST(ProblemTest, CarriesCodeHintInstanceAndPointers) {
  const InputFailure failure({FieldError(Errc::invalid_field, "/fee", "is 0", "Send more."),
                              FieldError(Errc::unknown_field, "/x", "is odd")});
  const Response response = problem(failure, request());
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(response.content_type, "application/problem+json");
  const auto json = body(response);
  EXPECT_EQ(json.at("type"), "urn:bccid:problem:invalid_field");
  EXPECT_EQ(json.at("status"), 400);
  EXPECT_EQ(json.at("instance"), "request-0001");
  EXPECT_EQ(json.at("code"), "invalid_field");
  EXPECT_EQ(json.at("hint"), "Send more.");
  EXPECT_EQ(json.at("errors").as_array().size(), 2U);
  EXPECT_EQ(json.at("errors").at(0).at("pointer"), "/fee");
}

TEST(ProblemTest, MapsEveryCodeToItsStatus) {
  const std::vector<std::pair<Errc, int>> table{{Errc::malformed, 400},
                                                {Errc::invalid_field, 400},
                                                {Errc::unknown_field, 400},
                                                {Errc::missing_field, 400},
                                                {Errc::too_large, 413},
                                                {Errc::unsupported, 415},
                                                {Errc::not_found, 404},
                                                {Errc::conflict, 409},
                                                {Errc::key_in_flight, 409},
                                                {Errc::key_reused, 422},
                                                {Errc::duplicate, 409},
                                                {Errc::illegal_move, 409},
                                                {Errc::unbalanced, 422},
                                                {Errc::amount_out_of_range, 422},
                                                {Errc::statement_refused, 422},
                                                {Errc::unauthenticated, 401},
                                                {Errc::forbidden, 403},
                                                {Errc::rate_limited, 429},
                                                {Errc::unavailable, 503},
                                                {Errc::overloaded, 503},
                                                {Errc::timed_out, 503},
                                                {Errc::outcome_unknown, 503},
                                                {Errc::config, 500},
                                                {Errc::internal, 500}};
  for (const auto& [code, status] : table) {
    EXPECT_EQ(http_status(code), status) << errc_name(code);
    EXPECT_EQ(problem(Failure(code, "x"), request()).status, status);
  }
}

TEST(ProblemTest, SaysWhenAndHowToComeBack) {
  EXPECT_EQ(header(problem(Failure(Errc::unauthenticated, "x"), request()), "WWW-Authenticate"), "Bearer");
  EXPECT_FALSE(header(problem(Failure(Errc::overloaded, "x"), request()), "Retry-After").empty());
  EXPECT_FALSE(header(problem(Failure(Errc::rate_limited, "x"), request()), "Retry-After").empty());
}

TEST(ProblemTest, KeepsOurOwnErrorsAndHostsOutOfTheAnswer) {
  for (const Errc code : {Errc::internal, Errc::config, Errc::unavailable}) {
    const Response response =
        problem(Failure(code, "SELECT secret FROM db01.internal", "ask /etc/x", "/p"), request());
    EXPECT_EQ(response.body.find("secret"), std::string::npos);
    EXPECT_EQ(response.body.find("/etc/x"), std::string::npos);
  }
}

}  // namespace
}  // namespace bccid::http
