#include "http/dto/period_dto.hpp"

#include "http/dto/null_values.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

std::optional<std::int64_t> dong(const std::optional<Money>& amount) {
  if (!amount) return {};
  return amount->dong();
}

// Closing less the other side; nothing while one of the balances is not known.
std::optional<std::int64_t> difference(const PeriodFigures& figures) {
  if (!figures.opening || !figures.closing) return {};
  return (*figures.closing - *figures.opening - figures.matched - figures.unmatched).dong();
}

}  // namespace

json::object to_json(const PeriodView& period) {
  json::object out;
  out["id"] = period.id.to_text();
  out["account"] = period.account;
  out["from"] = to_text(period.from);
  out["to"] = to_text(period.to);
  out["state"] = period.state;
  return out;
}

json::object to_json(const PeriodCase& period) {
  auto out = to_json(period.view);
  const auto& figures = period.figures;
  out["opening_vnd"] = or_null(dong(figures.opening));
  out["matched_vnd"] = figures.matched.dong();
  out["unmatched_vnd"] = figures.unmatched.dong();
  out["closing_vnd"] = or_null(dong(figures.closing));
  out["difference_vnd"] = or_null(difference(figures));
  json::array steps;
  for (const auto& step : period.view.steps)
    steps.push_back(json::object{
        {"step", step.step}, {"by", step.actor}, {"at", to_rfc3339(step.at)}, {"note", or_null(step.note)}});
  out["steps"] = std::move(steps);
  return out;
}

}  // namespace bccid::http
