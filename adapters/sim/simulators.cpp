#include "adapters/sim/simulators.hpp"

#include "adapters/json_reply.hpp"
#include "adapters/sim/token_desk.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <charconv>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kWishBytesMax = 4 * 1024 * 1024;
constexpr std::size_t kBookRowsMax = 10'000;

Answer refusal(const std::string& why) { return {400, "text/plain; charset=utf-8", why}; }

Answer not_here() { return {404, "text/plain", "no such thing here"}; }

std::size_t number_or(std::string_view text, std::size_t fallback) {
  std::size_t value = fallback;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// "/agency/H20.1/token" -> {"H20.1", "/token"}.
std::pair<std::string_view, std::string_view> first_segment(std::string_view path) {
  const auto end = std::min(path.find('/', 1), path.size());
  return {path.substr(1, end - 1), path.substr(end)};
}

}  // namespace

Simulators::Simulators(std::uint64_t seed, const Clock& clock)
    : plan_(seed),
      post_(seed, plan_, clock),
      my_(seed, plan_, clock),
      agencies_(plan_),
      sink_(plan_, clock),
      bank_(clock),
      receipts_(plan_),
      portals_(plan_),
      citizens_(plan_) {}

Answer Simulators::handle(const Call& call) {
  const std::string_view path = call.path;
  if (path.starts_with("/post/")) return post_.handle(path.substr(5), call);
  if (path.starts_with("/lgsp/")) return post_.handle_gateway(path.substr(5), call);
  if (path.starts_with("/my/")) return my_.handle(path.substr(3), call);
  if (path.starts_with("/webhooks")) return sink_.handle(call);
  if (path.starts_with("/agency/")) {
    const auto [agency, rest] = first_segment(path.substr(7));
    return agencies_.handle(agency, rest, call);
  }
  if (path.starts_with("/receipts/")) {
    const auto [issuer, rest] = first_segment(path.substr(9));
    return receipts_.handle(issuer, rest, call);
  }
  if (path.starts_with("/citizens/")) return citizens_.handle(path.substr(9), call);
  if (path.starts_with("/portal/")) {
    const auto [portal, rest] = first_segment(path.substr(7));
    return portals_.handle(portal, rest, call);
  }
  if (path.starts_with("/books/") && call.method == "GET") return books(path.substr(6), call);
  if (path == "/bank/statement" && call.method == "GET") return bank_.statement(call);
  if (call.method != "POST") return not_here();
  const auto wish = call.body.empty() ? json::object{} : json_object_of(call.body, kWishBytesMax);
  if (!wish) return refusal("the body is not a JSON object");
  if (path == "/bank/transfers") return bank_.transfer(*wish);
  if (path == "/sim/post/events") return post_.add_events(*wish);
  if (path == "/sim/my/events") return my_.add_events(*wish);
  if (path == "/sim/my/cases") return my_.decide(*wish);
  if (path.starts_with("/control/")) return control(path.substr(8), *wish);
  return not_here();
}

Answer Simulators::control(std::string_view path, const json::object& wish) {
  if (path == "/plan") return set_plan(wish);
  if (path == "/feed") return post_.set_feed(wish);
  if (path == "/webhooks") return sink_.configure(wish);
  if (path == "/my") return my_.configure(wish);
  if (path == "/bank") return bank_.plant(wish);
  if (path == "/citizens") return citizens_.enter(wish);
  if (path == "/clear") {
    plan_.clear();
    bank_.clear_faults();
    return post_.set_feed(json::object{});
  }
  if (path == "/feed/flush") {
    post_.flush_feed();
    return json_answer(json::object{});
  }
  if (path == "/tokens") {
    const auto lifetime = integer_member(wish, "expires_in_s");
    if (lifetime && *lifetime > 0) post_.set_token_lifetime_s(static_cast<std::uint64_t>(*lifetime));
    post_.revoke_tokens();
    my_.revoke_tokens();
    agencies_.revoke_tokens();
    portals_.revoke_tokens();
    citizens_.revoke_tokens();
    return json_answer(json::object{});
  }
  return not_here();
}

Answer Simulators::set_plan(const json::object& wish) {
  const auto* rules = wish.if_contains("rules");
  if (rules == nullptr || !rules->is_array()) return refusal("/rules must be a list");
  const Status status = plan_.set(text_member(wish, "target", 40), rules->get_array());
  if (!status) return refusal(status.error().pointer + " " + status.error().text());
  return json_answer(json::object{});
}

Answer Simulators::books(std::string_view path, const Call& call) const {
  const std::size_t after = number_or(call.parameter("after"), 0);
  const std::size_t limit = std::min(number_or(call.parameter("limit"), kBookRowsMax), kBookRowsMax);
  if (path == "/orders" && !call.parameter("number").empty())
    return json_answer(post_.order(call.parameter("number")));
  if (path == "/orders") return json_answer(post_.orders(after, limit));
  if (path == "/my/orders") return json_answer(my_.order(call.parameter("number")));
  if (path == "/my/message") return json_answer(my_.message_about(call.parameter("number")));
  if (path == "/my/key") return {200, "application/x-pem-file", my_.public_key()};
  if (path == "/dossiers") return json_answer(agencies_.dossiers(after, limit));
  if (path == "/portals") return json_answer(portals_.dossiers(after, limit));
  if (path == "/webhooks") return json_answer(sink_.book());
  if (path == "/bank") return json_answer(bank_.book());
  if (path == "/receipts") return json_answer(receipts_.documents(after, limit));
  if (path == "/stats") return json_answer(figures());
  return not_here();
}

json::object Simulators::figures() const {
  json::object out;
  out["post"] = post_.figures();
  out["my"] = my_.figures();
  out["agencies"] = agencies_.figures();
  out["citizens"] = citizens_.figures();
  out["portals"] = portals_.figures();
  out["receipts"] = receipts_.figures();
  json::object sink = sink_.book();
  sink.erase("bodies");
  out["webhooks"] = std::move(sink);
  return out;
}

}  // namespace bccid::sim
