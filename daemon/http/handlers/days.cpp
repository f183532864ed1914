#include "flow/close_day.hpp"

#include "http/dto/office_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

json::object to_json(const DayClose& day) {
  json::object out;
  out["id"] = day.id;
  out["office"] = day.office;
  out["no"] = day.no;
  out["business_day"] = to_text(day.business_day);
  out["cut_at"] = to_rfc3339(day.cut_at);
  out["closed_by"] = day.actor;
  return out;
}

json::object with_sums(const DayClose& day) {
  json::array lines;
  Money collected, taken_back;
  for (const auto& line : day.lines) {
    collected += line.collected;
    taken_back += line.taken_back;
    lines.push_back(json::object{{"collector", line.collector},
                                 {"kind", line.kind},
                                 {"agency", line.agency},
                                 {"receipts", line.receipts},
                                 {"collected_vnd", line.collected.dong()},
                                 {"taken_back_vnd", line.taken_back.dong()}});
  }
  auto out = to_json(day);
  out["collected_vnd"] = collected.dong();
  out["taken_back_vnd"] = taken_back.dong();
  out["still_held_vnd"] = day.still_held.dong();
  out["hand_ins"] = json::object{
      {"number", day.hand_ins}, {"expected_vnd", day.expected.dong()}, {"counted_vnd", day.counted.dong()}};
  out["lines"] = std::move(lines);
  return out;
}

// The day with its sums, stored now if a close before us did not come to it.
Answer answer_with_day(Api& api, const Request& request, std::int64_t id, int status) {
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, id, now](sql::Tx& tx) -> Result<DayClose> {
    auto day = find_day(tx, actor, id);
    if (!day || day->summed_at) return day;
    sum_closed_days(tx, now);
    return find_day(tx, actor, id);
  };
  const auto day = co_await api.db.run(report_job_of(api, request, "sum_day"), std::move(job));
  if (!day) co_return problem(day.error(), request);
  co_return json_response(status, with_sums(*day));
}

}  // namespace

Answer post_day(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string office = optional_office(reader).value_or(request.principal->office);
  if (office.empty() && reader.ok())
    reader.fail("office", "is required", "You belong to no office: name the one whose day ends.",
                Errc::missing_field);
  const bool foreign = request.principal->role == Role::post_clerk && office != request.principal->office;
  if (foreign && reader.ok())
    reader.fail("office", "is not yours",
                "A clerk closes the day of his own office, " + request.principal->office + ".");
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &office, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto id = close_day(tx, actor, office, now);
    if (!id) return id.error();
    return KeptAnswer{201, json::serialize(json::object{{"id", *id}}), "", false};
  };
  Response kept = co_await answer_once(api, request, "close_day", true, std::move(effect));
  if (kept.status != 201) co_return kept;
  const auto id = json::parse(kept.body).at("id").as_int64();
  Response answer = co_await answer_with_day(api, request, id, 201);
  answer.headers.insert(answer.headers.end(), kept.headers.begin(), kept.headers.end());
  co_return answer;
}

Answer get_day(Api& api, const Request& request) {
  const auto id = number_param(request, "closed day", "GET /v1/days");
  if (!id) co_return problem(id.error(), request);
  co_return co_await answer_with_day(api, request, *id, 200);
}

Answer get_days(Api& api, const Request& request) {
  const auto page = page_of(request);
  if (!page) co_return problem(page.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &page](sql::Tx& tx) { return find_days(tx, actor, *page); };
  JobSpec spec = report_job_of(api, request, "list_days");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& day : found->items) items.push_back(to_json(day));
  json::object body;
  body["items"] = std::move(items);
  body["next"] = found->next.empty() ? json::value(nullptr) : json::value(found->next);
  co_return json_response(200, body);
}

}  // namespace bccid::http
