#include "adapters/sim/citizens.hpp"

#include "adapters/json_reply.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <boost/json/array.hpp>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kCitizensMax = 100'000;
constexpr std::size_t kTextMax = 300;

bool same(const std::string& left, const std::string& right) {
  return fold_diacritics(left) == fold_diacritics(right);
}

}  // namespace

Answer Citizens::handle(std::string_view path, const Call& call) {
  if (call.method != "POST") return {405, "text/plain", "POST only"};
  if (path == "/token") return desk_.give(call);
  if (path == "/verify") return verify(call);
  return {404, "text/html", "<html><body>404</body></html>"};
}

Answer Citizens::verify(const Call& call) {
  if (!desk_.recognises(call)) return {401, "application/json", R"({"error":"invalid_token"})"};
  ++questions_;
  const Doing doing = plan_.next("citizens.verify", {});
  const auto asked = json_object_of(call.body, limits::kJsonBodyBytesMax);
  if (!asked) return {400, "text/plain", "the body is no JSON object"};
  const auto known = register_.find(text_member(*asked, "SoDinhDanh", kTextMax));
  const bool agrees = known != register_.end() &&
                      same(known->second.name, text_member(*asked, "HoTen", kTextMax)) &&
                      same(known->second.address, text_member(*asked, "DiaChi", kTextMax));
  matched_ += agrees ? 1U : 0U;
  json::object reply;
  reply["error_code"] = "0";
  reply["KetQua"] = agrees ? "1" : "0";
  return dress(doing, json_answer(reply));
}

Answer Citizens::enter(const json::object& wish) {
  const auto* list = wish.if_contains("citizens");
  if (list == nullptr || !list->is_array() || list->get_array().size() > kCitizensMax)
    return {400, "text/plain", "/citizens must be a list"};
  for (const auto& one : list->get_array()) {
    if (!one.is_object()) return {400, "text/plain", "a citizen is not an object"};
    const auto& object = one.get_object();
    register_[text_member(object, "id_number", kTextMax)] = {text_member(object, "name", kTextMax),
                                                             text_member(object, "address", kTextMax)};
  }
  return json_answer(json::object{});
}

json::object Citizens::figures() const {
  json::object out;
  out["register"] = register_.size();
  out["questions"] = questions_;
  out["matched"] = matched_;
  out["tokens"] = desk_.given();
  return out;
}

}  // namespace bccid::sim
