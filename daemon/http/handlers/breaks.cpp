#include "flow/decide_breaks.hpp"

#include "http/dto/null_values.hpp"
#include "http/dto/office_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

json::object to_json(const BreakView& found) {
  json::object out;
  out["id"] = found.id.to_text();
  out["type"] = found.type;
  out["subject"] = found.subject;
  out["amount_vnd"] = found.amount.dong();
  out["since"] = to_rfc3339(found.since);
  out["age_hours"] = found.age_hours;
  out["owner"] = found.owner;
  out["action"] = found.action;
  out["agency"] = found.agency;
  out["dossier_code"] = found.dossier_code;
  out["resolved_at"] = or_null(found.resolved_at);
  out["resolution"] = found.resolution;
  return out;
}

json::object to_json(const BreakProposal& proposal) {
  json::object out;
  out["action"] = name(proposal.action);
  out["note"] = proposal.note;
  out["office"] = or_null(proposal.office);
  out["proposed_by"] = proposal.proposed_by;
  out["proposed_at"] = to_rfc3339(proposal.proposed_at);
  out["decision"] = or_null(proposal.decision);
  out["decided_by"] = or_null(proposal.decided_by);
  out["decided_at"] = or_null(proposal.decided_at);
  out["reason"] = or_null(proposal.reason);
  return out;
}

json::object to_json(const BreakCase& found) {
  auto out = to_json(found.view);
  json::array proposals, comments;
  for (const auto& proposal : found.proposals) proposals.push_back(to_json(proposal));
  for (const auto& comment : found.comments)
    comments.push_back(
        json::object{{"at", to_rfc3339(comment.at)}, {"by", comment.actor}, {"text", comment.text}});
  out["proposals"] = std::move(proposals);
  out["comments"] = std::move(comments);
  return out;
}

Result<Uuid> break_id(const Request& request) {
  const auto id = parse_uuid(request.param("id"));
  if (id) return *id;
  return Failure(Errc::not_found, "there is no break \"" + std::string(request.param("id")) + '"',
                 "Use an id of GET /v1/breaks.");
}

KeptAnswer kept(int status, const BreakCase& found) {
  return KeptAnswer{status, json::serialize(to_json(found)), "", false};
}

}  // namespace

Answer get_breaks(Api& api, const Request& request) {
  const auto page = page_of(request, "state");
  if (!page) co_return problem(page.error(), request);
  const std::string* state = request.query.find("state");
  const bool open_only = state == nullptr || *state == "open";
  if (state != nullptr && *state != "open" && *state != "all")
    co_return problem(
        Failure(Errc::invalid_field, "state \"" + *state + "\" is not known", "Use open or all.", "?state"),
        request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &page, open_only, now](sql::Tx& tx) {
    return list_breaks(tx, actor, open_only, *page, now);
  };
  JobSpec spec = report_job_of(api, request, "list_breaks");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& one : found->items) items.push_back(to_json(one));
  json::object body;
  body["items"] = std::move(items);
  body["next"] = found->next.empty() ? json::value(nullptr) : json::value(found->next);
  co_return json_response(200, body);
}

Answer get_break(Api& api, const Request& request) {
  const auto id = break_id(request);
  if (!id) co_return problem(id.error(), request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &id, now](sql::Tx& tx) { return read_break(tx, actor, *id, now); };
  JobSpec spec = job_of(api, request, "read_break");
  spec.in_mode(TxMode::snapshot);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  co_return json_response(200, to_json(*found));
}

Answer post_break_comment(Api& api, const Request& request) {
  const auto id = break_id(request);
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string text = reader.text("text", {.max = 2000, .lines = true});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &id, &text, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto found = comment_break(tx, actor, *id, text, now);
    if (!found) return found.error();
    return kept(201, *found);
  };
  co_return co_await answer_once(api, request, "comment_break", false, std::move(effect));
}

Answer post_break_proposal(Api& api, const Request& request) {
  const auto id = break_id(request);
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  BreakWish wish;
  wish.action = static_cast<BreakAction>(reader.one_of("action", EnumNames<BreakAction>::kNames));
  wish.note = reader.text("note", {.min = 3, .max = 500});
  wish.office = optional_office(reader).value_or("");
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &id, &wish, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto found = propose_end(tx, actor, *id, wish, now);
    if (!found) return found.error();
    return kept(201, *found);
  };
  co_return co_await answer_once(api, request, "propose_break_end", true, std::move(effect));
}

Answer post_break_decision(Api& api, const Request& request) {
  const auto id = break_id(request);
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
  OnceEffect effect = [&actor, &id, &reason, approve, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto found = decide_end(tx, actor, *id, approve, reason, now);
    if (!found) return found.error();
    return kept(200, *found);
  };
  co_return co_await answer_once(api, request, "decide_break_end", true, std::move(effect));
}

}  // namespace bccid::http
