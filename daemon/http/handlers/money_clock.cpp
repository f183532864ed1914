#include "flow/money_clock.hpp"

#include "http/dto/null_values.hpp"
#include "http/handlers/handlers.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

json::object counted(std::int64_t receipts, Money amount) {
  return {{"receipts", receipts}, {"amount_vnd", amount.dong()}};
}

void put_sums(json::object& out, const ClockSums& sums) {
  out["late"] = counted(sums.late, sums.late_amount);
  out["soon"] = counted(sums.soon, sums.soon_amount);
  out["waiting"] = counted(sums.waiting, sums.waiting_amount);
}

json::object to_json(const ClockGroup& group) {
  json::object out{{"agency", group.agency}, {"office", or_null(group.office)}};
  out["oldest"] = to_rfc3339(group.oldest);
  put_sums(out, group.sums);
  return out;
}

json::object to_json(const ClockReceipt& one, Time now) {
  json::object out{{"id", one.id}, {"symbol", one.symbol}, {"number", one.number}, {"agency", one.agency}};
  out["office"] = or_null(one.office);
  out["collector"] = one.collector;
  out["order_number"] = one.order_number;
  out["amount_vnd"] = one.amount.dong();
  out["held_by"] = one.in_hand ? "collector" : "office";
  out["taken_at"] = to_rfc3339(one.taken_at);
  out["remit_by"] = to_rfc3339(one.remit_by);
  out["late"] = one.remit_by <= now;
  return out;
}

}  // namespace

Answer get_money_clock(Api& api, const Request& request) {
  const auto page = page_of(request);
  if (!page) co_return problem(page.error(), request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&api, &actor, &page, now](sql::Tx& tx) {
    return read_money_clock(tx, actor, *page, now, api.settings.recon);
  };
  JobSpec spec = report_job_of(api, request, "money_clock");
  spec.in_mode(TxMode::snapshot);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::object body{{"at", to_rfc3339(now)}};
  put_sums(body, found->sums);
  json::array groups, receipts;
  for (const auto& group : found->groups) groups.push_back(to_json(group));
  for (const auto& one : found->receipts) receipts.push_back(to_json(one, now));
  body["groups"] = std::move(groups);
  body["items"] = std::move(receipts);
  body["next"] = or_null(found->next);
  co_return json_response(200, body);
}

}  // namespace bccid::http
