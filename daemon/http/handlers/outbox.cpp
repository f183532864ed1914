#include "flow/dead_letters.hpp"
#include "flow/replay_range.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"
#include "store/outbox_store.hpp"

#include <boost/json.hpp>

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

namespace {

ReplayRange read_range(ObjectReader& reader) {
  ReplayRange range;
  range.target = reader.optional_text("target", {.max = 80}).value_or("");
  range.from = reader.optional_time("from");
  range.to = reader.optional_time("to");
  if (reader.has("ids")) range.ids = reader.integers("ids", {.min = 1, .max = kReplayRowsMax}, {.min = 1});
  range.reason = reader.text("reason", {.min = 3, .max = 300});
  return range;
}

}  // namespace

Answer post_replay(Api& api, const Request& request) {
  const auto id = number_param(request, "message", "GET /v1/outbox/dead");
  if (!id) co_return problem(id.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &id](sql::Tx& tx) { return replay(tx, *id, actor.id, actor.role); };
  JobSpec spec = job_of(api, request, "outbox_replay");
  const auto done = co_await api.db.run(std::move(spec), std::move(job));
  if (!done) co_return problem(done.error(), request);
  co_return json_response(202, json::object{{"id", *id}, {"state", "scheduled"}});
}

// Without `expected` it only counts: nobody replays what he has not counted.
Answer post_replay_range(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const ReplayRange range = read_range(reader);
  const bool dry_run = reader.optional_boolean("dry_run").value_or(true);
  const auto expected = reader.optional_integer("expected", {.min = 0, .max = kReplayRowsMax});
  if (!dry_run && !expected)
    reader.fail("expected", Failure(Errc::missing_field, "expected is missing",
                                    "Count with dry_run first, and send that number."));
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  auto job = [&](sql::Tx& tx) -> Result<ReplayedRange> {
    if (!dry_run) return replay_range(tx, range, static_cast<std::size_t>(*expected), actor);
    ReplayedRange counted;
    counted.matching = count_range(tx, range);
    return counted;
  };
  JobSpec spec = job_of(api, request, "outbox_replay_range");
  const auto done = co_await api.db.run(std::move(spec), std::move(job));
  if (!done) co_return problem(done.error(), request);
  json::array left;
  for (const auto id : done->left) left.push_back(id);
  json::object answer;
  answer["dry_run"] = dry_run;
  answer["matching"] = done->matching;
  answer["replayed"] = done->replayed;
  answer["left"] = std::move(left);
  co_return json_response(200, answer);
}

Answer post_give_up(Api& api, const Request& request) {
  const auto id = number_param(request, "message", "GET /v1/outbox/dead");
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string reason = reader.text("reason", {.min = 3, .max = 300});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &id, &reason](sql::Tx& tx) { return give_up_message(tx, *id, reason, actor); };
  JobSpec spec = job_of(api, request, "outbox_give_up");
  const auto done = co_await api.db.run(std::move(spec), std::move(job));
  if (!done) co_return problem(done.error(), request);
  co_return json_response(200, json::object{{"id", *id}, {"state", "void"}});
}

}  // namespace bccid::http
