#include "flow/webhook_subscriptions.hpp"

#include "http/dto/null_values.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"

#include <boost/json.hpp>

#include <array>

namespace bccid::http {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 2> kSignings{"hmac", "ed25519"};
constexpr std::int64_t kOverlapHours = 24;
constexpr std::int64_t kOverlapHoursMax = 24 * 14;

json::object to_json(const Subscription& one) {
  json::array keys;
  for (const auto& key : one.keys)
    keys.push_back(json::object{{"signing", key.signing},
                                {"public_key", or_null(key.public_key)},
                                {"made_at", to_rfc3339(key.made_at)},
                                {"ends_at", or_null(key.ends_at)}});
  json::object out;
  out["id"] = one.id;
  out["url"] = one.url;
  out["agency"] = or_null(one.agency);
  out["events"] = json::array(one.events.begin(), one.events.end());
  out["created_at"] = to_rfc3339(one.created_at);
  out["created_by"] = one.created_by;
  out["keys"] = std::move(keys);
  out["waiting"] = one.waiting;
  out["failing_since"] = or_null(one.failing_since);
  out["disabled_at"] = or_null(one.disabled_at);
  out["disabled_reason"] = or_null(one.disabled_reason);
  return out;
}

json::object to_json(const MadeSecret& made) {
  auto out = to_json(made.subscription);
  out["secret"] = or_null(made.secret);
  return out;
}

Answer answer_one(Api& api, const Request& request, const char* name,
                  std::function<Result<Subscription>(sql::Tx&, const Actor&, Time)> flow) {
  const Actor actor = actor_of(request);
  auto job = [&actor, &flow, now = api.clock.now()](sql::Tx& tx) { return flow(tx, actor, now); };
  JobSpec spec = job_of(api, request, name);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  co_return json_response(200, to_json(*found));
}

}  // namespace

// Without Idempotency-Key: a kept answer would keep the secret. The same address again is a conflict instead.
Answer post_webhook(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  SubscriptionWish wish;
  wish.url = reader.text("url", {.max = 1000});
  wish.agency = reader.optional_text("agency", {.max = 35}).value_or("");
  wish.events = reader.optional_texts("events", {.min = 0, .max = 50}, {.max = 60});
  wish.signing = static_cast<net::WebhookSigning>(reader.optional_one_of("signing", kSignings).value_or(0));
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &wish, &api, now](sql::Tx& tx) {
    return subscribe(tx, actor, wish, api.settings.subscriptions, now);
  };
  JobSpec spec = job_of(api, request, "subscribe");
  const auto made = co_await api.db.run(std::move(spec), std::move(job));
  if (!made) co_return problem(made.error(), request);
  auto response = json_response(201, to_json(*made));
  response.with("Location", "/v1/webhooks/" + made->subscription.id);
  co_return response;
}

Answer get_webhooks(Api& api, const Request& request) {
  const Actor actor = actor_of(request);
  auto job = [&actor, now = api.clock.now()](sql::Tx& tx) { return subscriptions(tx, actor, now); };
  JobSpec spec = job_of(api, request, "list_subscriptions");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& one : *found) items.push_back(to_json(one));
  co_return json_response(200, json::object{{"items", std::move(items)}});
}

Answer get_webhook(Api& api, const Request& request) {
  auto read = [id = std::string(request.param("id"))](sql::Tx& tx, const Actor& actor, Time now) {
    return find_subscription(tx, actor, id, now);
  };
  return answer_one(api, request, "read_subscription", std::move(read));
}

Answer delete_webhook(Api& api, const Request& request) {
  const std::string id(request.param("id"));
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &id, now](sql::Tx& tx) { return unsubscribe(tx, actor, id, now); };
  JobSpec spec = job_of(api, request, "unsubscribe");
  const auto done = co_await api.db.run(std::move(spec), std::move(job));
  if (!done) co_return problem(done.error(), request);
  co_return Response(204);
}

Answer post_webhook_rotate(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const auto hours =
      reader.optional_integer("overlap_hours", {.max = kOverlapHoursMax}).value_or(kOverlapHours);
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const std::string id(request.param("id"));
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &id, &api, hours, now](sql::Tx& tx) {
    return rotate_secret(tx, actor, id, std::chrono::hours(hours), api.settings.subscriptions, now);
  };
  JobSpec spec = job_of(api, request, "rotate_secret");
  const auto made = co_await api.db.run(std::move(spec), std::move(job));
  if (!made) co_return problem(made.error(), request);
  co_return json_response(200, to_json(*made));
}

Answer post_webhook_enable(Api& api, const Request& request) {
  auto enable = [id = std::string(request.param("id"))](sql::Tx& tx, const Actor& actor, Time now) {
    return resume_subscription(tx, actor, id, now);
  };
  return answer_one(api, request, "enable_subscription", std::move(enable));
}

Answer post_webhook_test(Api& api, const Request& request) {
  const std::string id(request.param("id"));
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &id, now](sql::Tx& tx) { return send_test_event(tx, actor, id, now); };
  JobSpec spec = job_of(api, request, "test_subscription");
  const auto event = co_await api.db.run(std::move(spec), std::move(job));
  if (!event) co_return problem(event.error(), request);
  co_return json_response(202, json::object{{"event_id", event->to_text()}});
}

Answer post_webhook_replay(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const Time from = reader.time("from");
  const Time to = reader.time("to");
  const bool dry_run = reader.optional_boolean("dry_run").value_or(false);
  if (reader.ok() && to <= from) reader.fail("to", "is not after `from`", "Give a later time.");
  if (reader.ok() && to - from > std::chrono::days(7))
    reader.fail("to", "is more than 7 days after `from`", "Ask for a shorter time, and go on from its end.");
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const std::string id(request.param("id"));
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &id, from, to, dry_run, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto events = replay_events(tx, actor, id, from, to, dry_run, now);
    if (!events) return events.error();
    const json::object out{{"delivered", events->delivered}, {"dead", events->dead}, {"dry_run", dry_run}};
    return KeptAnswer{dry_run ? 200 : 202, json::serialize(out), "", false};
  };
  co_return co_await answer_once(api, request, "replay_events", true, std::move(effect));
}

}  // namespace bccid::http
