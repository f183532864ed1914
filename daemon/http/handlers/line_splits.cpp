#include "flow/split_lines.hpp"

#include "http/dto/match_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

std::vector<SplitPart> parts_in(ObjectReader& reader) {
  std::vector<SplitPart> parts;
  for (const auto& value : reader.list("parts", {.min = 2, .max = kPartsMax})) {
    ObjectReader part(value, reader.pointer("parts", parts.size()));
    const Money amount = part.money("amount_vnd", Money::kAbsMax);
    parts.push_back({amount, part.optional_text("note", {.max = 200}).value_or("")});
    reader.absorb(part);
  }
  return parts;
}

KeptAnswer kept(int status, const LineCase& found) {
  return KeptAnswer{status, json::serialize(to_json(found)), "", false};
}

}  // namespace

Answer post_line_split(Api& api, const Request& request) {
  const auto id = number_param(request, "statement line", "GET /v1/statement-lines");
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  SplitWish wish;
  wish.line = *id;
  wish.parts = parts_in(reader);
  wish.version = reader.optional_integer("version", {.min = 0});
  wish.note = reader.text("note", {.min = 3, .max = 300});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&api, &actor, &wish, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto found = split_line(tx, actor, wish, now, api.settings.recon);
    if (!found) return found.error();
    return kept(201, *found);
  };
  co_return co_await answer_once(api, request, "split_line", true, std::move(effect));
}

Answer post_line_join(Api& api, const Request& request) {
  const auto id = number_param(request, "statement line", "GET /v1/statement-lines");
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  JoinWish wish;
  wish.line = *id;
  wish.version = reader.optional_integer("version", {.min = 0});
  wish.reason = reader.text("reason", {.min = 3, .max = 300});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&api, &actor, &wish, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto found = join_line(tx, actor, wish, now, api.settings.recon);
    if (!found) return found.error();
    return kept(200, *found);
  };
  co_return co_await answer_once(api, request, "join_line", true, std::move(effect));
}

}  // namespace bccid::http
