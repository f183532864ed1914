#include "http/dto/file_problems.hpp"

#include "http/problem.hpp"

#include <boost/json.hpp>

namespace bccid::http {

namespace json = boost::json;

json::array to_json(const StatementProblems& problems) {
  json::array out;
  for (const auto& problem : problems) {
    json::object one{
        {"pointer", problem.pointer}, {"code", errc_name(problem.code)}, {"detail", problem.detail}};
    if (!problem.hint.empty()) one["hint"] = problem.hint;
    out.push_back(std::move(one));
  }
  return out;
}

Response file_refusal(const Failure& failure, const StatementProblems& problems, const Request& request) {
  if (failure.code != Errc::statement_refused || problems.empty()) return problem(failure, request);
  return problem(InputFailure(problems), request);
}

}  // namespace bccid::http
