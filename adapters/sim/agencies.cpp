#include "adapters/sim/agencies.hpp"

#include "adapters/json_reply.hpp"
#include "base/time_text.hpp"

#include <boost/json/array.hpp>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kDossiersMax = 100'000;
constexpr std::size_t kStepsMax = 50;
constexpr std::size_t kIdsMax = 200;
constexpr std::size_t kBodyBytesMax = 64 * 1024;
constexpr std::int64_t kResultGiven = 10;

Answer reply_of(const char* code, const std::string& message) {
  json::object reply;
  reply["error_code"] = code;
  reply["message"] = message;
  return json_answer(reply);
}

Answer done() { return reply_of("0", "Cập nhật thành công"); }

}  // namespace

Answer Agencies::handle(std::string_view agency, std::string_view path, const Call& call) {
  if (path == "/token") {
    const Doing doing = plan_.next("agency.token", agency);
    return dress(doing, desk_.give(call));
  }
  if (!desk_.recognises(call)) return {401, "application/json", R"({"error":"invalid_token"})"};
  if (call.method != "POST") return {405, "text/plain", "POST only"};
  if (path == "/CapNhatTienDoHoSoMC") return take(agency, call, true);
  if (path == "/CapNhatTrangThaiHoSo") return take(agency, call, false);
  return {404, "text/html", "<html><body>404</body></html>"};
}

Answer Agencies::take(std::string_view agency, const Call& call, bool is_progress) {
  ++requests_;
  const auto message = json_object_of(call.body, kBodyBytesMax);
  const std::string code = message ? text_member(*message, "MaHoSo", 60) : std::string{};
  const auto status = message ? integer_member(*message, "TrangThai") : std::nullopt;
  const Doing doing = plan_.next(is_progress ? "agency.progress" : "agency.status", code);
  if (!doing.effect) return dress(doing, done());
  // A progress step may leave the status as it is.
  const bool readable = status ? *status >= 1 && *status <= kResultGiven : is_progress;
  if (code.empty() || !readable) {
    ++refused_;
    return dress(doing, reply_of("4", "Thiếu MaHoSo hoặc TrangThai không hợp lệ"));
  }
  const Key key(agency, code);
  if (dossiers_.size() >= kDossiersMax && !dossiers_.contains(key))
    return {507, "text/plain", "books are full"};
  Dossier& dossier = dossiers_[key];
  return dress(doing, is_progress ? take_progress(dossier, *message) : take_status(dossier, *message));
}

Answer Agencies::take_progress(Dossier& dossier, const json::object& message) {
  const std::string id = text_member(message, "MaThongDiep", 100);
  if (!id.empty() && dossier.progress_ids.contains(id)) {
    ++dossier.repeats;
    return reply_of("3", "Tiến độ đã tồn tại");
  }
  Step step;
  step.text = text_member(message, "NoiDungXuLy", 500);
  step.at = text_member(message, "ThoiDiemXuLy", 20);
  step.status = integer_member(message, "TrangThai").value_or(0);
  if (step.text.empty() || !parse_portal_time(step.at)) {
    ++refused_;
    return reply_of("6", "Thiếu NoiDungXuLy hoặc ThoiDiemXuLy");
  }
  if (dossier.steps.size() < kStepsMax) dossier.steps.push_back(std::move(step));
  if (dossier.progress_ids.size() < kIdsMax) dossier.progress_ids.insert(id);
  ++dossier.progress_messages;
  return done();
}

Answer Agencies::take_status(Dossier& dossier, const json::object& message) {
  const std::string id = text_member(message, "MaThongDiep", 100);
  if (!id.empty() && dossier.status_ids.contains(id)) {
    ++dossier.repeats;
    return reply_of("-3", "Trạng thái đã tồn tại");
  }
  const auto status = integer_member(message, "TrangThai").value_or(0);
  const std::string returned_at = text_member(message, "NgayTra", 20);
  if (status == kResultGiven && !parse_portal_time(returned_at)) {
    ++refused_;
    return reply_of("5", "Trạng thái 10 phải có NgayTra");
  }
  if (dossier.status == kResultGiven && status != kResultGiven) ++dossier.times_taken_back;
  dossier.status = status;
  dossier.returned_at = returned_at;
  if (dossier.status_ids.size() < kIdsMax) dossier.status_ids.insert(id);
  ++dossier.status_messages;
  return done();
}

json::object Agencies::dossiers(std::size_t after, std::size_t limit) const {
  json::array list;
  std::size_t position = 0;
  for (const auto& [key, dossier] : dossiers_) {
    if (position++ < after) continue;
    if (list.size() >= limit) break;
    json::object out;
    out["agency"] = key.first;
    out["dossier_code"] = key.second;
    out["status"] = dossier.status;
    out["returned_at"] = dossier.returned_at;
    out["progress_messages"] = dossier.progress_messages;
    out["status_messages"] = dossier.status_messages;
    out["repeats"] = dossier.repeats;
    out["times_taken_back"] = dossier.times_taken_back;
    json::array steps;
    for (const auto& step : dossier.steps) {
      json::object printed;
      printed["text"] = step.text;
      printed["at"] = step.at;
      printed["status"] = step.status;
      steps.push_back(std::move(printed));
    }
    out["steps"] = std::move(steps);
    list.push_back(std::move(out));
  }
  json::object book;
  book["total"] = dossiers_.size();
  book["dossiers"] = std::move(list);
  return book;
}

json::object Agencies::figures() const {
  json::object out;
  out["requests"] = requests_;
  out["refused"] = refused_;
  out["dossiers"] = dossiers_.size();
  out["tokens"] = desk_.given();
  return out;
}

}  // namespace bccid::sim
