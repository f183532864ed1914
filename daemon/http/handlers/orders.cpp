#include "flow/place_order.hpp"
#include "http/dto/order_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"

#include <boost/json.hpp>

#include <functional>

namespace bccid::http {
namespace {

namespace json = boost::json;

// The caller's name for a field of POST /v1/orders, by JSON pointer.
using FieldNames = std::function<std::string(std::string_view)>;

Result<KeptAnswer> render_placed(const Result<OrderView>& order, const FieldNames& names) {
  if (!order) {
    Failure failure = order.error();
    failure.pointer = names(failure.pointer);
    return failure;
  }
  KeptAnswer answer;
  answer.status = order->existed ? 200 : 201;
  answer.body = json::serialize(to_json(*order));
  answer.location = "/v1/orders/" + order->id.to_text();
  return answer;
}

// Whose order it is: an agency's system speaks for itself only; post staff name the agency.
Result<std::string> agency_for(const Request& request, const std::string& named) {
  const std::string& own = request.principal->agency_id;
  if (own.empty() && named.empty())
    return Failure(Errc::missing_field, "the agency is missing",
                   "Name the agency that the dossier belongs to.", "/agency");
  if (!own.empty() && !named.empty() && named != own)
    return Failure(Errc::forbidden, "this system speaks for agency " + own + ", not " + named,
                   "Leave `agency` out, or use that agency's own credentials.");
  return own.empty() ? named : own;
}

Answer place(Api& api, const Request& request, const std::string& agency, const OrderWish& wish,
             const FieldNames& names) {
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&api, &actor, &agency, &wish, &names, now](sql::Tx& tx) {
    return render_placed(place_order(tx, actor, agency, api.settings.carrier, wish, now), names);
  };
  co_return co_await answer_once(api, request, "place_order", false, std::move(effect));
}

}  // namespace

Result<Uuid> order_id_of(const Request& request) {
  auto id = parse_uuid(request.param("id"));
  if (!id)
    return Failure(Errc::not_found, "there is no order \"" + std::string(request.param("id")) + "\"",
                   "Use the id that POST /v1/orders answered.");
  return id;
}

Answer post_order(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const OrderBody order = read_order_body(reader);
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const auto agency = agency_for(request, order.agency);
  if (!agency) co_return problem(agency.error(), request);
  const FieldNames ours = [](std::string_view pointer) { return std::string(pointer); };
  co_return co_await place(api, request, *agency, order.wish, ours);
}

Answer post_onestop_trigger(Api& api, const Request& request) {
  const std::string agency = request.principal->agency_id;
  const auto onestop = api.onestops.find(agency);
  if (onestop == api.onestops.end())
    co_return problem(Failure(Errc::not_found, "agency " + agency + " has no one-stop connection",
                              "Ask the operator for an [[onestop]] block."),
                      request);
  // The form is the agency's own, the limits on JSON are those of every body.
  if (const auto body = json_body(request); !body) co_return problem(body.error(), request);
  const auto wish = onestop->second->parse_trigger(request.body);
  if (!wish) co_return problem(wish.error(), request);
  const FieldNames theirs = [&onestop](std::string_view pointer) {
    return onestop->second->trigger_pointer(pointer);
  };
  co_return co_await place(api, request, agency, *wish, theirs);
}

Answer get_order(Api& api, const Request& request) {
  const auto id = order_id_of(request);
  if (!id) co_return problem(id.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &id](sql::Tx& tx) { return read_order(tx, actor, *id); };
  JobSpec spec = job_of(api, request, "read_order");
  spec.in_mode(TxMode::read);
  const auto order = co_await api.db.run(std::move(spec), std::move(job));
  if (!order) co_return problem(order.error(), request);
  co_return json_response(200, to_json(*order));
}

Answer post_order_cancel(Api& api, const Request& request) {
  const auto id = order_id_of(request);
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string reason = reader.text("reason", {.min = 3, .max = 300});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &id, &reason, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto order = cancel_order(tx, actor, *id, reason, now);
    if (!order) return order.error();
    KeptAnswer answer;
    answer.status = order->state == "cancelled" ? 200 : 202;
    answer.body = json::serialize(to_json(*order));
    return answer;
  };
  co_return co_await answer_once(api, request, "cancel_order", false, std::move(effect));
}

Answer post_order_release(Api& api, const Request& request) {
  const auto id = order_id_of(request);
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const OrderCorrection correction = read_order_correction(reader);
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &id, &correction, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto order = release_order(tx, actor, *id, correction, now);
    if (!order) return order.error();
    KeptAnswer answer;
    answer.status = 200;
    answer.body = json::serialize(to_json(*order));
    return answer;
  };
  co_return co_await answer_once(api, request, "release_order", false, std::move(effect));
}

}  // namespace bccid::http
