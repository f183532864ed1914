#include "flow/matches_by_hand.hpp"
#include "flow/rehearse_matching.hpp"

#include "http/dto/match_dto.hpp"
#include "http/dto/null_values.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/list_query.hpp"
#include "http/object_reader.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <optional>

namespace bccid::http {
namespace {

namespace json = boost::json;

constexpr ListRule kSideRule{.min = 1, .max = 100};

Result<Uuid> match_id(const Request& request) {
  const auto id = parse_uuid(request.param("id"));
  if (id) return *id;
  return Failure(Errc::not_found, "there is no match \"" + std::string(request.param("id")) + '"',
                 "Use an id of GET /v1/matches.");
}

template <class T>
void refuse_twice(ObjectReader& reader, std::string_view field, std::vector<T> found) {
  std::ranges::sort(found);
  if (std::ranges::adjacent_find(found) != found.end())
    reader.fail(field, "one of them is named twice", "Name each once.");
}

MatchWish wish_in(ObjectReader& reader) {
  MatchWish wish;
  wish.lines = reader.integers("lines", kSideRule, {.min = 1});
  wish.references = reader.optional_texts("remittances", kSideRule, {.max = 25});
  if (!reader.has("remittances")) reader.fail("remittances", "is missing", {}, Errc::missing_field);
  refuse_twice(reader, "lines", wish.lines);
  refuse_twice(reader, "remittances", wish.references);
  if (reader.has("versions")) wish.versions = reader.integers("versions", kSideRule, {.min = 0});
  if (!wish.versions.empty() && wish.versions.size() != wish.lines.size())
    reader.fail("versions", "has " + std::to_string(wish.versions.size()) + " numbers",
                "Give one for each line, in their order, or none.");
  wish.amount = reader.optional_money("amount_vnd", Money::kAbsMax);
  if (wish.amount && wish.lines.size() > 1)
    reader.fail("amount_vnd", "is a part of one line, and there are " + std::to_string(wish.lines.size()),
                "Match the line of which only a part is meant by itself.");
  wish.note = reader.text("note", {.min = 3, .max = 300});
  return wish;
}

json::object rehearsal_json(const Rehearsal& made) {
  json::array rules, matches;
  for (const auto& sum : made.rules)
    rules.push_back(
        json::object{{"rule", sum.rule}, {"matches", sum.matches}, {"amount_vnd", sum.amount.dong()}});
  for (const auto& match : made.matches) matches.push_back(to_json(match));
  json::object body;
  body["rules"] = std::move(rules);
  body["ties"] = made.ties;
  body["items"] = std::move(matches);
  body["next"] = or_null(made.next);
  return body;
}

KeptAnswer kept(int status, const MatchView& match) {
  return KeptAnswer{status, json::serialize(to_json(match)), "", false};
}

}  // namespace

Answer get_matches(Api& api, const Request& request) {
  PairsReader reader(request.query, "?");
  const PageOf page = read_page(reader);
  const bool undone_too = read_state(reader, {"live", "all"}) == "all";
  if (const auto bad = reader.finish()) co_return problem(bad->summary(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &page, undone_too](sql::Tx& tx) { return find_matches(tx, actor, undone_too, page); };
  JobSpec spec = report_job_of(api, request, "list_matches");
  spec.in_mode(TxMode::snapshot);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& match : found->items) items.push_back(to_json(match));
  json::object body;
  body["items"] = std::move(items);
  body["next"] = or_null(found->next);
  co_return json_response(200, body);
}

Answer get_match(Api& api, const Request& request) {
  const auto id = match_id(request);
  if (!id) co_return problem(id.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &id](sql::Tx& tx) { return find_match(tx, actor, *id); };
  JobSpec spec = job_of(api, request, "read_match");
  spec.in_mode(TxMode::snapshot);
  const auto match = co_await api.db.run(std::move(spec), std::move(job));
  if (!match) co_return problem(match.error(), request);
  co_return json_response(200, to_json(*match));
}

Answer post_match(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const MatchWish wish = wish_in(reader);
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&api, &actor, &wish, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto match = match_by_person(tx, actor, wish, now, api.settings.recon);
    if (!match) return match.error();
    return kept(201, *match);
  };
  co_return co_await answer_once(api, request, "match_by_person", true, std::move(effect));
}

// The run that it tells about is rolled back, because its job ends with a failure of its own.
Answer post_matching_dry_run(Api& api, const Request& request) {
  const auto page = page_of(request);
  if (!page) co_return problem(page.error(), request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  std::optional<Rehearsal> made;
  auto job = [&api, &actor, &page, &made, now](sql::Tx& tx) -> Result<bool> {
    auto found = rehearse_matching(tx, actor, *page, now, api.settings.recon);
    if (!found) return found.error();
    made = *std::move(found);
    return Failure(Errc::conflict, "a dry run leaves nothing", "");
  };
  const auto ended = co_await api.db.run(report_job_of(api, request, "matching_dry_run"), std::move(job));
  if (!made) co_return problem(ended.error(), request);
  co_return json_response(200, rehearsal_json(*made));
}

Answer post_match_undo(Api& api, const Request& request) {
  const auto id = match_id(request);
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string reason = reader.text("reason", {.min = 3, .max = 300});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&api, &actor, &id, &reason, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto match = undo_match(tx, actor, *id, reason, now, api.settings.recon);
    if (!match) return match.error();
    return kept(200, *match);
  };
  co_return co_await answer_once(api, request, "undo_match", true, std::move(effect));
}

}  // namespace bccid::http
