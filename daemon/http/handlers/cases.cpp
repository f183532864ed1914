#include "http/dto/order_dto.hpp"
#include "http/dto/scan_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {

namespace json = boost::json;

Answer get_parcel(Api& api, const Request& request) {
  const Actor actor = actor_of(request);
  const auto label = parse_item_ref(request.param("ref"));
  const std::string ref = label ? *label : std::string(request.param("ref"));
  auto job = [&actor, &ref](sql::Tx& tx) { return read_parcel(tx, actor, ref); };
  JobSpec spec = job_of(api, request, "read_parcel");
  spec.in_mode(TxMode::read);
  const auto parcel = co_await api.db.run(std::move(spec), std::move(job));
  if (!parcel) co_return problem(parcel.error(), request);
  co_return json_response(200, to_json(*parcel));
}

Answer get_dossier(Api& api, const Request& request) {
  const Actor actor = actor_of(request);
  const std::string code(request.param("code"));
  auto job = [&actor, &code](sql::Tx& tx) { return read_dossier(tx, actor, code); };
  JobSpec spec = job_of(api, request, "read_dossier");
  spec.in_mode(TxMode::snapshot);
  const auto dossier = co_await api.db.run(std::move(spec), std::move(job));
  if (!dossier) co_return problem(dossier.error(), request);
  co_return json_response(200, to_json(*dossier));
}

Answer get_attention(Api& api, const Request& request) {
  const auto page = page_of(request, "owner");
  if (!page) co_return problem(page.error(), request);
  const std::string* owner = request.query.find("owner");
  const Actor actor = actor_of(request);
  auto job = [&actor, &page, owner](sql::Tx& tx) {
    return list_attention(tx, actor, owner ? *owner : "", *page);
  };
  JobSpec spec = job_of(api, request, "list_attention");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& item : found->items) items.push_back(to_json(item));
  json::object body;
  body["items"] = std::move(items);
  body["next"] = found->next.empty() ? json::value(nullptr) : json::value(found->next);
  co_return json_response(200, body);
}

Answer post_attention_close(Api& api, const Request& request) {
  const auto id = number_param(request, "attention item", "GET /v1/attention");
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string note = reader.text("note", {.min = 3, .max = 300});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &note, &id, now](sql::Tx& tx) { return close_by_hand(tx, *id, actor, note, now); };
  JobSpec spec = job_of(api, request, "attention_close");
  const auto closed = co_await api.db.run(std::move(spec), std::move(job));
  if (!closed) co_return problem(closed.error(), request);
  co_return json_response(200, to_json(*closed));
}

}  // namespace bccid::http
