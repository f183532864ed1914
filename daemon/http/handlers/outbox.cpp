#include "flow/dead_letters.hpp"
#include "http/handlers/handlers.hpp"
#include "store/outbox_store.hpp"

#include <boost/json.hpp>

#include <charconv>

namespace bccid::http {

namespace json = boost::json;

Answer get_dead_letters(Api& api, const Request& request) {
  const auto page = page_of(request);
  if (!page) co_return problem(page.error(), request);
  auto job = [&page](sql::Tx& tx) { return list_dead_letters(tx, *page); };
  JobSpec spec = job_of(api, request, "list_dead_letters");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& one : found->items)
    items.push_back(json::object{{"id", one.id},
                                 {"target", one.target},
                                 {"kind", one.kind},
                                 {"subject", one.subject},
                                 {"reason", one.reason},
                                 {"attempts", one.attempts},
                                 {"created_at", to_rfc3339(one.created_at)},
                                 {"died_at", to_rfc3339(one.died_at)}});
  json::object body;
  body["items"] = std::move(items);
  body["next"] = found->next.empty() ? json::value(nullptr) : json::value(found->next);
  co_return json_response(200, body);
}

Answer post_replay(Api& api, const Request& request) {
  const auto text = request.param("id");
  std::int64_t id = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), id);
  if (read.ec != std::errc{} || read.ptr != text.data() + text.size())
    co_return problem(Failure(Errc::not_found, "there is no message \"" + std::string(text) + "\"",
                              "Use an id of GET /v1/outbox/dead."),
                      request);
  const Actor actor = actor_of(request);
  auto job = [&actor, id](sql::Tx& tx) { return replay(tx, id, actor.id, actor.role); };
  JobSpec spec = job_of(api, request, "outbox_replay");
  const auto done = co_await api.db.run(std::move(spec), std::move(job));
  if (!done) co_return problem(done.error(), request);
  co_return json_response(202, json::object{{"id", id}, {"state", "scheduled"}});
}

}  // namespace bccid::http
