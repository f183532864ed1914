#include "adapters/portal_reply.hpp"

#include "adapters/json_reply.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

namespace bccid {
namespace {

constexpr std::size_t kReasonCharsMax = 300;

// Some systems answer a progress message with words only.
bool says_success(const std::string& message) {
  return says(message, "thanh cong") && !says(message, "khong thanh cong") &&
         !says(message, "chua thanh cong");
}

SendOutcome judge(const PortalReply& reply, int http_status) {
  if (http_status >= 400) return reply.code == 0 ? SendOutcome::unknown : SendOutcome::rejected;
  if (reply.code == 0 || reply.exists) return SendOutcome::accepted;
  if (reply.code) return SendOutcome::rejected;
  return says_success(reply.message) ? SendOutcome::accepted : SendOutcome::unknown;
}

}  // namespace

bool says(const std::string& message, std::string_view phrase) {
  return fold_diacritics(message).find(phrase) != std::string::npos;
}

PortalReply read_portal_reply(int http_status, std::string_view body) {
  PortalReply out;
  SendReport& report = out.report;
  report.http_status = http_status;
  if (http_status == 401 || http_status == 429) {
    report.outcome = SendOutcome::not_sent;
    report.reason = http_status == 401 ? "the gateway refused our token" : "the gateway refused the rate";
    return out;
  }
  const bool readable =
      (http_status >= 200 && http_status < 300) || (http_status >= 400 && http_status < 500);
  const auto reply = readable ? json_object_of(body, limits::kReplyBytesMax) : std::nullopt;
  if (!reply) {
    report.reason = readable ? "the answer is not a JSON object of a readable size"
                             : "HTTP status " + std::to_string(http_status);
    return out;
  }
  out.message = text_member(*reply, "message", kReasonCharsMax);
  out.code = integer_member(*reply, "error_code");
  const bool there = out.code == 3 || out.code == -3 || says(out.message, "da ton tai");
  out.exists = http_status < 300 && out.code != 0 && there;
  report.outcome = judge(out, http_status);
  report.reason = (out.code ? "error_code " + std::to_string(*out.code) : "no error_code") +
                  (out.message.empty() ? "" : ": " + out.message);
  return out;
}

}  // namespace bccid
