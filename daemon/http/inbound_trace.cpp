#include "http/inbound_trace.hpp"

#include <boost/json.hpp>

namespace bccid::http {

namespace json = boost::json;

namespace {

// What the call was about: our answer names the order, or at least the dossier.
std::string subject_of(const Response& response) {
  if (response.status >= 400 || response.body.size() > limits::kJsonBodyBytesMax) return {};
  boost::system::error_code error;
  const auto value = json::parse(response.body, error);
  if (error || !value.is_object()) return {};
  const auto text = [&value](std::string_view name) -> std::string {
    const auto* member = value.get_object().if_contains(name);
    return member != nullptr && member->is_string() ? std::string(member->get_string()) : std::string();
  };
  if (auto number = text("number"); !number.empty()) return "order:" + number;
  if (auto code = text("dossier_code"); !code.empty()) return "dossier:" + code;
  return {};
}

}  // namespace

std::optional<InboundCall> inbound_call(const Router<Api>& router, const Request& request,
                                        const Response& response, std::chrono::microseconds took) {
  if (request.principal == nullptr || request.principal->role != Role::agency_system) return std::nullopt;
  const auto& caller = *request.principal;
  InboundCall call;
  call.counterpart = caller.agency_id.empty() ? "client:" + caller.id : "onestop:" + caller.agency_id;
  call.call = std::string(router.table().name(request.route));
  call.reads_only = request.method == Method::get || request.method == Method::head;
  if (!call.reads_only) call.subject = subject_of(response);
  call.request_id = request.request_id;
  call.status = response.status;
  call.problem = response.problem;
  call.took = took;
  call.bytes_in = request.body.size();
  call.bytes_out = response.body.size();
  if (call.reads_only) return call;
  call.asked = request.body;
  call.asked_type = request.headers.get("Content-Type");
  call.answered = response.body;
  call.answered_type = response.content_type;
  return call;
}

}  // namespace bccid::http
