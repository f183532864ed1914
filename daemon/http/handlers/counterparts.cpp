#include "flow/counterparts.hpp"
#include "flow/pauses.hpp"
#include "http/dto/exchange_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/list_query.hpp"
#include "http/object_reader.hpp"
#include "http/pairs_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {

namespace json = boost::json;

namespace {

using Change = Result<bool> (*)(sql::Tx&, std::string_view, std::string_view, const Actor&, Time);

// Pausing and resuming differ in the flow alone; what is so already is answered as a change is.
Answer change(Api& api, const Request& request, const char* name, bool pauses, Change flow) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string reason = reader.text("reason", {.min = 3, .max = 300});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const std::string target(request.param("target"));
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&target, &reason, &actor, now, flow](sql::Tx& tx) {
    return flow(tx, target, reason, actor, now);
  };
  JobSpec spec = job_of(api, request, name);
  const auto done = co_await api.db.run(std::move(spec), std::move(job));
  if (!done) co_return problem(done.error(), request);
  json::object answer;
  answer["name"] = target;
  answer["paused"] = pauses;
  answer["changed"] = *done;
  co_return json_response(200, answer);
}

}  // namespace

Answer get_counterparts(Api& api, const Request& request) {
  const Time now = api.clock.now();
  auto job = [now](sql::Tx& tx) { return list_counterparts(tx, now); };
  JobSpec spec = job_of(api, request, "list_counterparts");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& one : *found) items.push_back(to_json(one));
  json::object body;
  body["at"] = to_rfc3339(now);
  body["items"] = std::move(items);
  co_return json_response(200, body);
}

Answer post_counterpart_pause(Api& api, const Request& request) {
  co_return co_await change(api, request, "counterpart_pause", true, &pause_target);
}

Answer post_counterpart_resume(Api& api, const Request& request) {
  co_return co_await change(api, request, "counterpart_resume", false, &resume_target);
}

Answer get_exchanges(Api& api, const Request& request) {
  PairsReader reader(request.query, "?");
  const auto page = read_page(reader);
  ExchangeQuestion about;
  about.counterpart = reader.optional_text("counterpart", {.max = 80}).value_or("");
  about.order = reader.optional_text("order", {.max = 60}).value_or("");
  about.dossier = reader.optional_text("dossier", {.max = 50}).value_or("");
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  auto job = [&about, &page](sql::Tx& tx) { return list_exchanges(tx, about, page); };
  JobSpec spec = job_of(api, request, "list_exchanges");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& one : found->items) items.push_back(to_json(one, true));
  json::object body;
  body["items"] = std::move(items);
  body["next"] = found->next.empty() ? json::value(nullptr) : json::value(found->next);
  co_return json_response(200, body);
}

}  // namespace bccid::http
