#include "adapters/sim/portals.hpp"

#include "adapters/json_reply.hpp"
#include "base/limits.hpp"
#include "base/time_text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kDossiersMax = 100'000;
constexpr std::size_t kStepsKept = 50;
constexpr std::size_t kEventsKept = 10'000;
constexpr std::size_t kStepsAtOnce = 10;
constexpr std::int64_t kResultGiven = 10;

Answer reply_of(const char* code, const std::string& message) {
  json::object reply;
  reply["error_code"] = code;
  reply["message"] = message;
  return json_answer(reply);
}

Answer done() { return reply_of("00", "Thành công"); }

// The array of a bare body; nothing for anything else.
const json::array* array_of(const json::value& body) { return body.is_array() ? &body.get_array() : nullptr; }

std::string code_in(const json::array& data) {
  if (data.empty() || !data.front().is_object()) return {};
  return text_member(data.front().get_object(), "MaHoSo", 60);
}

const char* target_of(std::string_view path) {
  return path == "/CapNhatTienDoHoSoMC" ? "portal.progress" : "portal.sync";
}

}  // namespace

void Portals::revoke_tokens() {
  desk_.revoke();
  ++session_;
}

Answer Portals::handle(std::string_view portal, std::string_view path, const Call& call) {
  ++requests_;
  if (call.method != "POST") return {405, "text/plain", "POST only"};
  if (path == "/token") return dress(plan_.next("portal.sign_in", portal), desk_.give(call));
  if (path == "/login") return sign_in(portal, call);
  if (path == "/event") return measure(call);
  if (path == "/DongBoHoSoMC" || path == "/CapNhatHoSoMC" || path == "/CapNhatTienDoHoSoMC")
    return exchange(portal, path, call);
  return {404, "text/html", "<html><body>404</body></html>"};
}

Answer Portals::sign_in(std::string_view portal, const Call& call) {
  const Doing doing = plan_.next("portal.sign_in", portal);
  const auto wish = json_object_of(call.body, limits::kJsonBodyBytesMax);
  if (!wish || text_member(*wish, "username", 100).empty() || text_member(*wish, "password", 100).empty() ||
      call.header("dstcode").empty())
    return dress(doing, reply_of("1", "Sai tài khoản"));
  ++sign_ins_;
  json::object reply;
  reply["error_code"] = "0";
  reply["session"] = "session-" + std::to_string(session_);
  return dress(doing, json_answer(reply));
}

Answer Portals::exchange(std::string_view portal, std::string_view path, const Call& call) {
  boost::system::error_code error;
  const auto body = json::parse(call.body, error);
  if (error) return {400, "text/plain", "the body is no JSON"};
  const auto* data = array_of(body);
  bool updating = path == "/CapNhatHoSoMC";
  if (data != nullptr && !desk_.recognises(call))
    return {401, "application/json", R"({"error":"invalid_token"})"};
  if (data == nullptr) {
    if (!body.is_object() || call.header("dstcode").empty()) return {400, "text/plain", "no data"};
    const auto& object = body.get_object();
    if (text_member(object, "session", 100) != "session-" + std::to_string(session_)) {
      ++stale_;
      return reply_of("-1", "Phiên làm việc đã hết hạn");
    }
    updating = text_member(object, "isUpdating", 10) == "True";
    const auto* list = object.if_contains("data");
    data = list == nullptr ? nullptr : array_of(*list);
  }
  if (data == nullptr) return reply_of("2", "Thiếu data");
  const Doing doing = plan_.next(target_of(path), code_in(*data));
  return dress(doing, doing.effect ? apply(portal, path, updating, *data) : done());
}

Answer Portals::apply(std::string_view portal, std::string_view path, bool updating,
                      const json::array& data) {
  Answer answer = path == "/CapNhatTienDoHoSoMC" ? progress(portal, data) : sync(portal, updating, data);
  if (answer.body.find("\"00\"") == std::string::npos) ++refused_;
  return answer;
}

Answer Portals::sync(std::string_view portal, bool updating, const json::array& data) {
  const std::string code = code_in(data);
  if (code.empty() || data.size() != 1) return reply_of("4", "Thiếu MaHoSo");
  const auto& sent = data.front().get_object();
  const bool given = integer_member(sent, "TrangThaiHoSo") == kResultGiven;
  if (given != parse_portal_time(text_member(sent, "NgayTra", 20)).has_value())
    return reply_of("5", "Trạng thái 10 phải có NgayTra");
  const Key key(portal, code);
  const bool there = dossiers_.contains(key);
  if (!updating && there) return reply_of("3", "Hồ sơ đã tồn tại");
  if (updating && !there) return reply_of("6", "Không tìm thấy hồ sơ");
  if (!there && dossiers_.size() >= kDossiersMax) return {507, "text/plain", "books are full"};
  Dossier& dossier = dossiers_[key];
  dossier.data = sent;
  ++(updating ? dossier.updated : dossier.added);
  return done();
}

Answer Portals::progress(std::string_view portal, const json::array& data) {
  const auto at = dossiers_.find(Key(portal, code_in(data)));
  if (at == dossiers_.end()) return reply_of("6", "Không tìm thấy hồ sơ");
  if (data.size() > kStepsAtOnce) return reply_of("7", "Quá 10 bước");
  for (const auto& step : data)
    if (!step.is_object() || text_member(step.get_object(), "NoiDungXuLy", 500).empty() ||
        !parse_portal_time(text_member(step.get_object(), "ThoiDiemXuLy", 20)))
      return reply_of("4", "Thiếu NoiDungXuLy hoặc ThoiDiemXuLy");
  for (const auto& step : data)
    if (at->second.steps.size() < kStepsKept) at->second.steps.push_back(step.get_object());
  ++at->second.progress_messages;
  return done();
}

Answer Portals::measure(const Call& call) {
  if (!desk_.recognises(call)) return {401, "application/json", R"({"error":"invalid_token"})"};
  auto event = json_object_of(call.body, limits::kJsonBodyBytesMax);
  const std::string code = event ? text_member(*event, "MaHoSo", 60) : std::string();
  const Doing doing = plan_.next("portal.event", code);
  if (!doing.effect) return dress(doing, done());
  if (code.empty() || !integer_member(*event, "Status")) {
    ++refused_;
    return dress(doing, reply_of("4", "Thiếu MaHoSo hoặc Status"));
  }
  if (events_.size() < kEventsKept) events_.push_back(std::move(*event));
  return dress(doing, done());
}

json::object Portals::dossiers(std::size_t after, std::size_t limit) const {
  json::array list;
  std::size_t position = 0;
  for (const auto& [key, dossier] : dossiers_) {
    if (position++ < after) continue;
    if (list.size() >= limit) break;
    json::array steps;
    for (const auto& step : dossier.steps) steps.push_back(step);
    json::object out;
    out["portal"] = key.first;
    out["dossier_code"] = key.second;
    out["data"] = dossier.data;
    out["steps"] = std::move(steps);
    out["added"] = dossier.added;
    out["updated"] = dossier.updated;
    out["progress_messages"] = dossier.progress_messages;
    list.push_back(std::move(out));
  }
  json::object book;
  book["total"] = dossiers_.size();
  book["dossiers"] = std::move(list);
  book["events"] = events_;
  return book;
}

json::object Portals::figures() const {
  json::object out;
  out["requests"] = requests_;
  out["refused"] = refused_;
  out["dossiers"] = dossiers_.size();
  out["events"] = events_.size();
  out["sign_ins"] = sign_ins_;
  out["stale_sessions"] = stale_;
  out["tokens"] = desk_.given();
  return out;
}

}  // namespace bccid::sim
