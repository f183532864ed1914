#include "adapters/sim/webhook_sink.hpp"

#include "adapters/json_reply.hpp"
#include "adapters/sim/token_desk.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kIdsMax = 200'000;
constexpr std::size_t kTypesMax = 200;
constexpr std::size_t kBodiesMax = 1'000;
constexpr std::size_t kBodyBytesMax = 64 * 1024;
constexpr std::size_t kSecretsMax = 20;

}  // namespace

Answer WebhookSink::handle(const Call& call) {
  ++received_;
  const net::WebhookHeaders headers{call.header("webhook-id"), call.header("webhook-timestamp"),
                                    call.header("webhook-signature")};
  const Status verdict = net::verify_webhook(secrets_, headers, call.body, clock_.now());
  if (!verdict) {
    ++refused_;
    return {401, "text/plain", verdict.error().detail};
  }
  ++verified_;
  const Doing doing = plan_.next("webhook", headers.id);
  remember(call, doing.effect);
  return dress(doing, Answer(204, "text/plain", ""));
}

// A message that had no effect is as if it had never come.
void WebhookSink::remember(const Call& call, bool effect) {
  if (!effect) return;
  const std::string id(call.header("webhook-id"));
  if (++ids_[id] > 1) {
    ++repeated_;
    return;
  }
  ++distinct_;
  id_order_.push_back(id);
  if (id_order_.size() > kIdsMax) {
    ids_.erase(id_order_.front());
    id_order_.pop_front();
  }
  const auto body = json_object_of(call.body, kBodyBytesMax);
  const std::string type = body ? text_member(*body, "type", 100) : std::string("unreadable");
  if (types_.size() < kTypesMax || types_.contains(type)) ++types_[type];
  if (bodies_max_ == 0) return;
  bodies_.push_back({id, call.path, call.body.substr(0, kBodyBytesMax)});
  if (bodies_.size() > bodies_max_) bodies_.pop_front();
}

Answer WebhookSink::configure(const json::object& wish) {
  std::vector<net::WebhookSecret> secrets;
  if (const auto* list = wish.if_contains("secrets"); list != nullptr && list->is_array()) {
    if (list->get_array().size() > kSecretsMax) return {400, "text/plain", "too many secrets"};
    for (const auto& value : list->get_array()) {
      if (!value.is_string()) return {400, "text/plain", "a secret is not text"};
      auto secret = net::WebhookSecret::parse({value.get_string().data(), value.get_string().size()});
      if (!secret) return {400, "text/plain", secret.error().detail};
      secrets.push_back(std::move(*secret));
    }
  }
  const auto keep = integer_member(wish, "keep_bodies").value_or(100);
  secrets_ = std::move(secrets);
  bodies_max_ = static_cast<std::size_t>(std::clamp<std::int64_t>(keep, 0, kBodiesMax));
  while (bodies_.size() > bodies_max_) bodies_.pop_front();
  return json_answer(json::object{});
}

json::object WebhookSink::book() const {
  json::object out;
  out["received"] = received_;
  out["verified"] = verified_;
  out["refused"] = refused_;
  out["distinct"] = distinct_;
  out["repeated"] = repeated_;
  json::object types;
  for (const auto& [type, count] : types_) types[type] = count;
  out["types"] = std::move(types);
  json::array bodies;
  for (const auto& received : bodies_) {
    json::object entry;
    entry["id"] = received.id;
    entry["path"] = received.path;
    entry["body"] = received.body;
    bodies.push_back(std::move(entry));
  }
  out["bodies"] = std::move(bodies);
  return out;
}

}  // namespace bccid::sim
