#include "adapters/json_reply.hpp"
#include "adapters/order_post_wire.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <boost/url/encode.hpp>
#include <boost/url/rfc/unreserved_chars.hpp>

#include <charconv>

namespace bccid::ngsp {
namespace {

namespace json = boost::json;

constexpr std::int64_t kAccepted = 100;
constexpr std::int64_t kAlreadyThere = 101;
constexpr std::size_t kReasonCharsMax = 300;

json::value text_or_null(std::string_view text) {
  if (text.empty()) return nullptr;
  const std::string composed = to_nfc(text);
  return json::value(json::string(composed));
}

SendReport report(SendOutcome outcome, std::string reason, int http_status) {
  SendReport out;
  out.outcome = outcome;
  out.reason = std::move(reason);
  out.http_status = http_status;
  return out;
}

// "Status 7: Sai mã khách hàng".
std::string words_of(const json::object& reply) {
  std::string words;
  if (const auto status = integer_member(reply, "Status")) words = "Status " + std::to_string(*status);
  for (const auto* name : {"Message", "message", "error_description", "description", "error"}) {
    const std::string message = text_member(reply, name, kReasonCharsMax);
    if (message.empty()) continue;
    words += (words.empty() ? "" : ": ") + message;
    break;
  }
  return words.empty() ? "the post gave no reason" : words;
}

// The gateway in front of the post answers with its own 5xx inside a 200; that describes the way
// there, not the order.
bool is_transport_status(std::int64_t status) { return status >= 500 && status <= 599; }

SendReport judge_success(const json::object& reply, int http_status) {
  const auto status = integer_member(reply, "Status");
  if (!status) return report(SendOutcome::unknown, "the answer has no readable Status", http_status);
  if (*status == kAccepted) return report(SendOutcome::accepted, words_of(reply), http_status);
  if (*status == kAlreadyThere) return report(SendOutcome::unknown, words_of(reply), http_status);
  if (is_transport_status(*status)) return report(SendOutcome::unknown, words_of(reply), http_status);
  return report(SendOutcome::rejected, words_of(reply), http_status);
}

// A 4xx that claims success contradicts itself and proves nothing.
SendReport judge_refusal(const json::object& reply, int http_status) {
  const auto status = integer_member(reply, "Status");
  const bool contradicts = status && (*status == kAccepted || *status == kAlreadyThere);
  return report(contradicts ? SendOutcome::unknown : SendOutcome::rejected, words_of(reply), http_status);
}

bool names_another(const json::object& reply, std::string_view number) {
  const std::string named = text_member(reply, "OrderNumber", limits::kTextFieldCharsMax);
  return !named.empty() && named != number;
}

}  // namespace

json::value province_code(const std::string& code, const CarrierBlock& block) {
  const auto mapped = block.province_codes.find(code);
  if (mapped != block.province_codes.end()) return mapped->second;
  int number = 0;
  const auto [end, error] = std::from_chars(code.data(), code.data() + code.size(), number);
  if (code.empty() || error != std::errc{} || end != code.data() + code.size()) return nullptr;
  return number;
}

int district_code(const std::string& commune, const CarrierBlock& block) {
  const auto mapped = block.district_codes.find(commune);
  return mapped == block.district_codes.end() ? block.district_code_default : mapped->second;
}

json::object order_members(const CarrierOrder& order, const CarrierBlock& block) {
  const CarrierParty& sender = order.sender.name.empty() ? block.own_party : order.sender;
  const CarrierParty& receiver = order.receiver.name.empty() ? block.own_party : order.receiver;
  json::object body;
  body["CustomerCode"] = text_or_null(block.customer_code);
  body["OrderNumber"] = text_or_null(order.number);
  body["CODAmount"] = order.cod.dong();
  body["SenderProvince"] = province_code(sender.province_code, block);
  body["SenderDistrict"] = district_code(sender.commune_code, block);
  body["SenderAddress"] = text_or_null(sender.address);
  body["SenderName"] = text_or_null(sender.name);
  body["SenderEmail"] = text_or_null(sender.email);
  body["SenderTel"] = text_or_null(sender.phone);
  body["SenderDesc"] = text_or_null(order.contents);
  body["Description"] = text_or_null(order.note);
  body["ReceiverName"] = text_or_null(receiver.name);
  body["ReceiverAddress"] = text_or_null(receiver.address);
  body["ReceiverTel"] = text_or_null(receiver.phone);
  body["ReceiverProvince"] = province_code(receiver.province_code, block);
  body["ReceiverDistrict"] = district_code(receiver.commune_code, block);
  body["ReceiverEmail"] = text_or_null(receiver.email);
  return body;
}

std::string order_body(const CarrierOrder& order, const CarrierBlock& block) {
  return json::serialize(order_members(order, block));
}

std::string cancel_target(std::string_view number, const CarrierBlock& block) {
  const auto& plain = boost::urls::unreserved_chars;
  return block.cancel_path + "?CustomerCode=" + boost::urls::encode(block.customer_code, plain) +
         "&OrderNumber=" + boost::urls::encode(number, plain);
}

SendReport read_send_reply(int http_status, std::string_view body, std::string_view number) {
  if (http_status == 401) return report(SendOutcome::not_sent, "the gateway refused our token", http_status);
  if (http_status == 429)
    return report(SendOutcome::not_sent, "the gateway refused the rate of our requests", http_status);
  if (http_status < 200 || http_status >= 500 || (http_status >= 300 && http_status < 400))
    return report(SendOutcome::unknown, "HTTP status " + std::to_string(http_status), http_status);
  const auto reply = json_object_of(body, limits::kReplyBytesMax);
  if (!reply)
    return report(SendOutcome::unknown, "the answer is not a JSON object of a readable size", http_status);
  if (names_another(*reply, number))
    return report(SendOutcome::unknown, "the answer is about another order", http_status);
  return http_status < 300 ? judge_success(*reply, http_status) : judge_refusal(*reply, http_status);
}

}  // namespace bccid::ngsp
