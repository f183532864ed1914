#include "adapters/sim/plan.hpp"

#include "adapters/json_reply.hpp"
#include "base/digest.hpp"

#include <array>
#include <limits>
#include <optional>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::array<std::pair<std::string_view, Reply>, 11> kReplies{{
    {"normal", Reply::normal},
    {"hang", Reply::hang},
    {"reset", Reply::reset},
    {"status_101", Reply::status_101},
    {"reject", Reply::reject},
    {"html", Reply::html},
    {"http_401", Reply::http_401},
    {"http_500", Reply::http_500},
    {"http_503", Reply::http_503},
    {"truncated", Reply::truncated},
    {"cut", Reply::cut},
}};

constexpr std::array<std::string_view, 24> kTargets{
    "post.create",    "post.cancel",    "post.feed",   "post.token",      "post.price",    "agency.progress",
    "agency.status",  "agency.token",   "webhook",     "my.token",        "my.create",     "my.read",
    "my.history",     "my.cancel",      "my.price",    "receipt.ask",     "receipt.issue", "receipt.replace",
    "receipt.cancel", "portal.sign_in", "portal.sync", "portal.progress", "portal.event",  "citizens.verify"};
constexpr std::size_t kRulesMax = 50;
constexpr std::size_t kKeysMax = 100'000;

Failure wrong(const std::string& what, const std::string& pointer) {
  return {Errc::invalid_field, what, "See adapters/sim/README.md.", pointer};
}

std::optional<Reply> reply_named(std::string_view name) {
  for (const auto& [text, reply] : kReplies)
    if (text == name) return reply;
  return std::nullopt;
}

// A whole number member in range, or its default when absent.
template <class Number>
Status read_number(const json::object& from, std::string_view name, Number& into) {
  if (!from.contains({name.data(), name.size()})) return {};
  const auto number = integer_member(from, name);
  if (!number || *number < 0 || *number > std::numeric_limits<int>::max())
    return wrong("is not a whole number", "/" + std::string(name));
  into = static_cast<Number>(*number);
  return {};
}

Result<Rule> rule_of(const json::value& value) {
  if (!value.is_object()) return wrong("a rule is not an object", "");
  const auto& from = value.get_object();
  Rule rule;
  for (const auto& status :
       {read_number(from, "every", rule.every), read_number(from, "percent", rule.percent),
        read_number(from, "attempts", rule.attempts), read_number(from, "times", rule.times_max),
        read_number(from, "retry_after_s", rule.retry_after_s)})
    if (!status) return status.error();
  rule.key = text_member(from, "key", 100);
  if (const auto* effect = from.if_contains("effect")) {
    if (!effect->is_bool()) return wrong("is not true or false", "/effect");
    rule.effect = effect->get_bool();
  }
  const auto reply = reply_named(text_member(from, "reply", 40));
  if (!reply) return wrong("is not a known reply", "/reply");
  rule.reply = *reply;
  return rule;
}

Answer plain(int status, std::string content_type, std::string body) {
  return {status, std::move(content_type), std::move(body)};
}

constexpr std::string_view kErrorPage =
    "<!DOCTYPE html><html><head><title>Lỗi hệ thống</title></head><body><h1>Hệ thống đang bận</h1>"
    "<p>{\"Status\":100}</p></body></html>";

}  // namespace

Status Plan::set(std::string_view target, const json::array& rules) {
  bool known = false;
  for (const auto name : kTargets) known = known || name == target;
  if (!known) return wrong("target \"" + std::string(target) + "\" does not exist", "/target");
  if (rules.size() > kRulesMax) return wrong("too many rules", "/rules");
  std::vector<Rule> read;
  for (const auto& value : rules) {
    auto rule = rule_of(value);
    if (!rule) return rule.error();
    read.push_back(std::move(*rule));
  }
  targets_[std::string(target)].rules = std::move(read);
  return {};
}

void Plan::clear() { targets_.clear(); }

Doing Plan::next(std::string_view target, std::string_view key) {
  auto at = targets_.find(target);
  if (at == targets_.end()) at = targets_.emplace(std::string(target), Target{}).first;
  Target& known = at->second;
  const std::uint64_t request = ++known.requests;
  if (known.rules.empty()) return {};
  if (known.attempts.size() >= kKeysMax) known.attempts.clear();
  const unsigned attempt = ++known.attempts[std::string(key)];
  for (auto& rule : known.rules) {
    if (!applies(rule, request, attempt, key)) continue;
    ++rule.times;
    return {rule.effect, rule.reply, rule.retry_after_s};
  }
  return {};
}

bool Plan::applies(const Rule& rule, std::uint64_t request, unsigned attempt, std::string_view key) const {
  if (rule.times_max != 0 && rule.times >= rule.times_max) return false;
  if (rule.every != 0 && request % rule.every != 0) return false;
  if (rule.attempts != 0 && attempt > rule.attempts) return false;
  if (!rule.key.empty() && rule.key != key) return false;
  if (rule.percent >= 100) return true;
  const auto draw = content_hash(std::to_string(seed_) + ":" + std::string(key));
  return static_cast<std::uint64_t>(draw) % 100 < rule.percent;
}

Answer dress(const Doing& doing, Answer truth) {
  switch (doing.reply) {
    case Reply::normal: break;
    case Reply::hang: truth.conduct = Conduct::hang; break;
    case Reply::reset: truth.conduct = Conduct::reset; break;
    case Reply::status_101:
      return plain(200, "application/json", R"({"Status":101,"Message":"Đơn hàng đã tồn tại"})");
    case Reply::reject:
      return plain(200, "application/json",
                   R"({"Status":102,"Message":"Dữ liệu không hợp lệ","error_code":"5","message":"từ chối"})");
    case Reply::html: return plain(200, "text/html; charset=utf-8", std::string(kErrorPage));
    case Reply::http_401: return plain(401, "application/json", R"({"error":"invalid_token"})");
    case Reply::http_500: return plain(500, "text/html", "<html><body>Internal Server Error</body></html>");
    case Reply::http_503: {
      Answer busy = plain(503, "text/plain", "busy");
      busy.headers.emplace_back("Retry-After", std::to_string(doing.retry_after_s));
      return busy;
    }
    case Reply::cut: truth.conduct = Conduct::cut; break;
    case Reply::truncated: truth.body.resize(truth.body.size() / 2); break;
  }
  return truth;
}

}  // namespace bccid::sim
