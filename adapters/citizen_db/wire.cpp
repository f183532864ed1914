#include "adapters/citizen_db/wire.hpp"

#include "adapters/json_reply.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace bccid::citizen {
namespace {

namespace json = boost::json;

constexpr std::size_t kVerdictCharsMax = 40;

CitizenVerdict unavailable(std::string why) {
  CitizenVerdict verdict;
  verdict.reason = std::move(why);
  return verdict;
}

// The verdict as text, whatever kind of value it is; "" when there is none.
std::string verdict_text(const json::object& reply, std::string_view path) {
  const auto dot = path.find('.');
  const auto* value = reply.if_contains({path.data(), std::min(dot, path.size())});
  if (value == nullptr) return {};
  if (dot != std::string_view::npos)
    return value->is_object() ? verdict_text(value->get_object(), path.substr(dot + 1)) : std::string();
  if (value->is_bool()) return value->get_bool() ? "true" : "false";
  return text_member(reply, path, kVerdictCharsMax);
}

bool lists(const std::vector<std::string>& values, const std::string& said) {
  return std::ranges::find(values, said) != values.end();
}

}  // namespace

std::string question_body(const CitizenQuestion& question, const CitizenDbBlock& block) {
  json::object body;
  body[block.name_member] = to_nfc(question.name);
  body[block.id_member] = question.id_number;
  if (!block.address_member.empty()) body[block.address_member] = to_nfc(question.address);
  return json::serialize(body);
}

CitizenVerdict read_verdict(int http_status, std::string_view body, const CitizenDbBlock& block) {
  if (http_status < 200 || http_status >= 300)
    return unavailable("HTTP status " + std::to_string(http_status));
  const auto reply = json_object_of(body, limits::kReplyBytesMax);
  if (!reply) return unavailable("the answer is not a JSON object of a readable size");
  const std::string said = verdict_text(*reply, block.verdict_member);
  const bool matched = lists(block.matched_values, said);
  if (said.empty() || matched == lists(block.not_matched_values, said))
    return unavailable("the answer has no " + block.verdict_member + " that the block knows");
  CitizenVerdict verdict;
  verdict.answer = matched ? CitizenAnswer::matched : CitizenAnswer::not_matched;
  verdict.compared = {"name", "id_number"};
  if (!block.address_member.empty()) verdict.compared.emplace_back("address");
  return verdict;
}

}  // namespace bccid::citizen
