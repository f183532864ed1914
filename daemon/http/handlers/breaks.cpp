#include "flow/decide_breaks.hpp"

#include "base/limits.hpp"
#include "domain/recon/break.hpp"
#include "http/dto/null_values.hpp"
#include "http/dto/office_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"
#include "http/pairs_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

json::array ends_json(const BreakView& found) {
  json::array ends;
  if (found.resolved_at) return ends;
  for (const auto action : ends_of(found.type, found.amount)) ends.emplace_back(name(action));
  return ends;
}

json::object to_json(const BreakView& found) {
  json::object out;
  out["id"] = found.id.to_text();
  out["type"] = name(found.type);
  out["subject"] = found.subject;
  out["amount_vnd"] = found.amount.dong();
  out["since"] = to_rfc3339(found.since);
  out["age_hours"] = found.age_hours;
  out["owner"] = found.owner;
  out["action"] = found.action;
  const auto& told = advice(found.type);
  out["advice"] = json::object{{"vi", told.action_vi}, {"en", told.action_en}};
  out["ends"] = ends_json(found);
  out["agency"] = found.agency;
  out["dossier_code"] = found.dossier_code;
  out["order_number"] = or_null(found.order_number);
  out["item_code"] = or_null(found.item_code);
  out["receipts"] = json::array(found.receipts.begin(), found.receipts.end());
  out["line"] = or_null(found.line);
  out["remittance"] = or_null(found.remittance);
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

struct ListQuery {
  BreakQuestion question;
  PageOf page;
};

template <Named Enum>
std::string name_of(PairsReader& reader, std::string_view key, std::string_view hint) {
  auto value = reader.optional_text(key, {.max = 40});
  if (value && !from_name<Enum>(*value))
    reader.fail(key, Failure(Errc::invalid_field, std::string(key) + " \"" + *value + "\" is not known",
                             std::string(hint)));
  return value.value_or("");
}

Result<ListQuery> list_query_of(const Request& request) {
  PairsReader reader(request.query, "?");
  ListQuery asked;
  asked.page.after = reader.optional_text("after", {.max = 200}).value_or("");
  const NumberRule limit{.min = 1, .max = static_cast<std::int64_t>(limits::kPageItemsMax)};
  asked.page.limit = static_cast<std::size_t>(
      reader.optional_integer("limit", limit).value_or(static_cast<std::int64_t>(limits::kPageItemsDefault)));
  const auto state = reader.optional_text("state", {.max = 20});
  if (state && *state != "open" && *state != "all")
    reader.fail("state",
                Failure(Errc::invalid_field, "state \"" + *state + "\" is not known", "Use open or all."));
  asked.question.open_only = state != "all";
  asked.question.type = name_of<BreakType>(reader, "type", "Use a BreakType of the contract.");
  asked.question.owner = name_of<BreakOwner>(reader, "owner", "Use post_finance or agency_finance.");
  asked.question.agency = reader.optional_text("agency", {.max = 30}).value_or("");
  if (const auto bad = reader.finish()) return bad->summary();
  return asked;
}

}  // namespace

Answer get_breaks(Api& api, const Request& request) {
  const auto asked = list_query_of(request);
  if (!asked) co_return problem(asked.error(), request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &asked, now](sql::Tx& tx) {
    return list_breaks(tx, actor, asked->question, asked->page, now);
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
