#include "flow/periods.hpp"

#include "http/dto/null_values.hpp"
#include "http/dto/period_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

Result<Uuid> period_id(const Request& request) {
  const auto id = parse_uuid(request.param("id"));
  if (id) return *id;
  return Failure(Errc::not_found, "there is no period \"" + std::string(request.param("id")) + '"',
                 "Use an id of GET /v1/periods.");
}

Result<KeptAnswer> kept(int status, const Result<PeriodCase>& found) {
  if (!found) return found.error();
  return KeptAnswer{status, json::serialize(to_json(*found)), "", false};
}

using Decision = Result<PeriodCase> (*)(sql::Tx&, const Actor&, const Uuid&, bool, std::string_view, Time);

Answer answer_decision(Api& api, const Request& request, const char* name, Decision decide) {
  const auto id = period_id(request);
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const bool approve = reader.boolean("approve");
  const std::string reason = reader.optional_text("reason", {.min = 3, .max = 500}).value_or("");
  if (!approve && reason.empty() && reader.ok())
    reader.fail("reason", "is required", "Say why it is rejected.", Errc::missing_field);
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &id, &reason, approve, decide, now](sql::Tx& tx) {
    return kept(200, decide(tx, actor, *id, approve, reason, now));
  };
  co_return co_await answer_once(api, request, name, true, std::move(effect));
}

}  // namespace

Answer get_periods(Api& api, const Request& request) {
  const auto page = page_of(request);
  if (!page) co_return problem(page.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &page](sql::Tx& tx) { return find_periods(tx, actor, *page); };
  JobSpec spec = report_job_of(api, request, "list_periods");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& period : found->items) items.push_back(to_json(period));
  json::object body;
  body["items"] = std::move(items);
  body["next"] = or_null(found->next);
  co_return json_response(200, body);
}

Answer get_period(Api& api, const Request& request) {
  const auto id = period_id(request);
  if (!id) co_return problem(id.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &id](sql::Tx& tx) { return find_period(tx, actor, *id); };
  JobSpec spec = report_job_of(api, request, "read_period");
  spec.in_mode(TxMode::snapshot);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  co_return json_response(200, to_json(*found));
}

Answer post_period(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  PeriodWish wish;
  wish.account = reader.text("account", {.max = 34});
  wish.to = reader.day("to");
  wish.note = reader.optional_text("note", {.min = 3, .max = 500}).value_or("");
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &wish, now](sql::Tx& tx) {
    return kept(201, propose_period(tx, actor, wish, now));
  };
  co_return co_await answer_once(api, request, "propose_period", true, std::move(effect));
}

Answer post_period_sign_off(Api& api, const Request& request) {
  return answer_decision(api, request, "sign_off_period", &decide_period);
}

Answer post_period_reopen(Api& api, const Request& request) {
  const auto id = period_id(request);
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string reason = reader.text("reason", {.min = 3, .max = 500});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &id, &reason, now](sql::Tx& tx) {
    return kept(201, ask_to_reopen(tx, actor, *id, reason, now));
  };
  co_return co_await answer_once(api, request, "ask_to_reopen_period", true, std::move(effect));
}

Answer post_period_reopen_decision(Api& api, const Request& request) {
  return answer_decision(api, request, "decide_reopening", &decide_reopening);
}

}  // namespace bccid::http
