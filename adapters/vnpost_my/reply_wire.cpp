#include "adapters/vnpost_my/wire.hpp"

#include "adapters/json_reply.hpp"
#include "base/digest.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <optional>

namespace bccid::my {
namespace {

namespace json = boost::json;
using Answer = OrderReading::Answer;

constexpr std::size_t kTextCharsMax = limits::kTextFieldCharsMax;
constexpr std::size_t kIdCharsMax = 100;
constexpr std::size_t kReasonCharsMax = 300;
constexpr std::size_t kHistoryRowsMax = 1'000;
constexpr std::size_t kHintsMax = 500;
constexpr int kStatusMax = 999;

SendReport report(SendOutcome outcome, std::string reason, int http_status) {
  SendReport out;
  out.outcome = outcome;
  out.reason = std::move(reason);
  out.http_status = http_status;
  return out;
}

std::string status_words(int http_status) { return "HTTP status " + std::to_string(http_status); }

// The counterpart's own words; the members of its error form, the best first.
std::string words_of(const json::object& reply) {
  for (const auto* name : {"message", "description", "Message", "error", "note"}) {
    auto words = text_member(reply, name, kReasonCharsMax);
    if (!words.empty()) return words;
  }
  return {};
}

bool says_any(std::string_view words, std::initializer_list<std::string_view> phrases) {
  const std::string folded = fold_diacritics(words);
  return std::ranges::any_of(
      phrases, [&](std::string_view phrase) { return folded.find(phrase) != std::string::npos; });
}

// Answers stand bare or in a "data" member, alone or in a list.
const json::value& inner(const json::value& reply) {
  if (!reply.is_object()) return reply;
  const auto* data = reply.get_object().if_contains("data");
  return data == nullptr ? reply : *data;
}

const json::object* single(const json::value& value) {
  if (value.is_object()) return &value.get_object();
  if (!value.is_array() || value.get_array().size() != 1 || !value.get_array().front().is_object())
    return nullptr;
  return &value.get_array().front().get_object();
}

std::string first_text(const json::object& object, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    auto text = text_member(object, name, kIdCharsMax);
    if (!text.empty()) return text;
  }
  return {};
}

// A refusal that the interface itself wrote: an object that has one of its error form's members.
std::optional<std::string> refusal_of(std::string_view body) {
  const auto reply = json_object_of(body, limits::kReplyBytesMax);
  if (!reply) return std::nullopt;
  auto words = words_of(*reply);
  if (words.empty()) return std::nullopt;
  return words;
}

bool is_refusal(int http_status) { return http_status == 400 || http_status == 422; }

// What no answer but a success or a refusal means; the caller judges those.
std::optional<SendReport> transport_report(int http_status) {
  if (http_status == 401) return report(SendOutcome::not_sent, "the post refused our token", http_status);
  if (http_status == 429)
    return report(SendOutcome::not_sent, "the post refused the rate of our requests", http_status);
  if (http_status == 200 || http_status == 201 || is_refusal(http_status)) return std::nullopt;
  return report(SendOutcome::unknown, status_words(http_status), http_status);
}

SendReport judge_refusal(std::string_view body, int http_status) {
  const auto words = refusal_of(body);
  if (!words) return report(SendOutcome::unknown, status_words(http_status), http_status);
  const bool perhaps_there = says_any(*words, {"da ton tai", "trung", "already", "duplicate"});
  return report(perhaps_there ? SendOutcome::unknown : SendOutcome::rejected, *words, http_status);
}

OrderDetail unclear(std::string reason) {
  OrderDetail detail;
  detail.reason = std::move(reason);
  return detail;
}

OrderDetail absent() {
  OrderDetail detail;
  detail.answer = Answer::absent;
  return detail;
}

bool is_empty_answer(const json::value& reply) {
  const auto& value = inner(reply);
  if (value.is_array()) return value.get_array().empty();
  return &value != &reply && value.is_null();
}

OrderDetail detail_of(const json::object& order, std::string_view number) {
  OrderDetail detail;
  detail.original_id = first_text(order, {"originalID", "originalId", "OriginalId"});
  detail.item_code = first_text(order, {"itemCode", "ItemCode"});
  const auto named = first_text(order, {"saleOrderCode"});
  if (detail.original_id.empty() && detail.item_code.empty()) return unclear("the answer has no order in it");
  if (named != number) return unclear("the answer is about another order");
  for (const auto* name : {"status", "orderStatus", "statusCode"})
    if (const auto status = integer_member(order, name); status && *status >= 0 && *status <= kStatusMax) {
      detail.status = static_cast<int>(*status);
      break;
    }
  detail.answer = Answer::known;
  return detail;
}

// "03/07/2026" and "11:00:00" at Vietnamese time.
std::optional<Time> time_of(std::string_view day, std::string_view hour) {
  if (day.size() != 10 || hour.size() != 8 || day[2] != '/' || day[5] != '/' || hour[2] != ':' ||
      hour[5] != ':')
    return std::nullopt;
  std::string digits(day.substr(6, 4));
  digits.append(day.substr(3, 2)).append(day.substr(0, 2));
  digits.append(hour.substr(0, 2)).append(hour.substr(3, 2)).append(hour.substr(6, 2));
  const auto time = parse_portal_time(digits);
  return time ? std::optional(*time) : std::nullopt;
}

std::optional<FeedRow> row_of(const json::value& value, std::string_view number, std::string_view item_code) {
  if (!value.is_object()) return std::nullopt;
  const auto& event = value.get_object();
  const auto status = integer_member(event, "statusCode");
  const auto day = text_member(event, "createdDate", kIdCharsMax);
  const auto hour = text_member(event, "createHour", kIdCharsMax);
  const auto time = time_of(day, hour.empty() ? text_member(event, "createdHour", kIdCharsMax) : hour);
  if (!status || *status < 0 || *status > kStatusMax || !time) return std::nullopt;
  FeedRow row;
  row.order_number = number;
  row.item_code = item_code;
  row.raw_code = std::to_string(*status);
  row.raw_text = text_member(event, "statusName", kTextCharsMax);
  row.office = text_member(event, "orgCode", kIdCharsMax);
  row.note = text_member(event, "description", kTextCharsMax);
  row.occurred_at = *time;
  // By our number, not by the label's: that may be given later, and the row must keep its name.
  row.row_id = row.order_number + "/" + row.raw_code + "/" + to_portal_text(*time);
  return row;
}

// Oldest first, as far as the clock of the history can tell; what it cannot tell keeps its place.
void put_in_order(std::vector<FeedRow>& rows) {
  if (rows.size() > 1 && rows.back().occurred_at < rows.front().occurred_at) std::ranges::reverse(rows);
  std::ranges::stable_sort(rows, {}, &FeedRow::occurred_at);
  Time second{};
  int within = 0;
  for (auto& row : rows) {
    within = row.occurred_at == second ? within + 1 : 0;
    second = row.occurred_at;
    row.occurred_at += Duration(within);
  }
}

OrderReading no_history(std::string reason) {
  OrderReading reading;
  reading.reason = std::move(reason);
  return reading;
}

// One client found the member's name with a blank behind it.
const json::array* history_in(const json::value& reply) {
  const auto* order = single(inner(reply));
  if (order == nullptr) return nullptr;
  for (const auto* name : {"statusHistory", "statusHistory "})
    if (const auto* list = order->if_contains(name); list != nullptr && list->is_array())
      return &list->get_array();
  return nullptr;
}

Failure no_price(const std::string& why) { return {Errc::unavailable, "price call: " + why}; }

}  // namespace

SendReport read_create_reply(int http_status, std::string_view body, std::string_view number) {
  if (auto report = transport_report(http_status)) return *report;
  if (is_refusal(http_status)) return judge_refusal(body, http_status);
  const auto reply = json_value_of(body, limits::kReplyBytesMax);
  const auto* order = reply && reply->is_object() ? single(inner(*reply)) : nullptr;
  if (order == nullptr)
    return report(SendOutcome::unknown, "the answer is not an order of a readable size", http_status);
  const auto named = first_text(*order, {"saleOrderCode"});
  if (!named.empty() && named != number)
    return report(SendOutcome::unknown, "the answer is about another order", http_status);
  const auto id = first_text(*order, {"originalID", "originalId"});
  const auto item = first_text(*order, {"itemCode"});
  if (named.empty() || (id.empty() && item.empty())) {
    auto words = words_of(*order);
    return report(SendOutcome::unknown, words.empty() ? "the answer names no order" : words, http_status);
  }
  return report(SendOutcome::accepted, "order " + (item.empty() ? id : item), http_status);
}

OrderDetail read_order_reply(int http_status, std::string_view body, std::string_view number) {
  if (http_status == 400 || http_status == 404) {
    const auto words = refusal_of(body);
    const bool not_found = words && says_any(*words, {"khong tim thay", "khong ton tai"});
    return not_found ? absent() : unclear(words.value_or(status_words(http_status)));
  }
  if (http_status != 200) return unclear(status_words(http_status));
  const auto reply = json_value_of(body, limits::kReplyBytesMax);
  if (!reply) return unclear("the answer is not JSON of a readable size");
  if (is_empty_answer(*reply)) return absent();
  const auto* order = single(inner(*reply));
  return order == nullptr ? unclear("the answer is not one order") : detail_of(*order, number);
}

SendReport read_cancel_reply(int http_status, std::string_view body, std::string_view original_id) {
  if (auto report = transport_report(http_status)) return *report;
  if (is_refusal(http_status)) return judge_refusal(body, http_status);
  const auto reply = json_value_of(body, limits::kReplyBytesMax);
  const auto* result = reply ? single(inner(*reply)) : nullptr;
  if (result == nullptr)
    return report(SendOutcome::unknown, "the answer is not a result of a readable size", http_status);
  if (first_text(*result, {"originalId", "originalID", "OriginalId"}) != original_id)
    return report(SendOutcome::unknown, "the answer is about another order", http_status);
  const auto number = first_text(*result, {"caseId", "CaseId"});
  auto words = words_of(*result);
  if (!number.empty()) words = "approval case " + number + (words.empty() ? "" : ": " + words);
  return report(SendOutcome::pending, words.empty() ? "the post took the request" : words, http_status);
}

OrderReading read_history_reply(int http_status, std::string_view body, std::string_view number,
                                std::string_view item_code) {
  if (http_status != 200) return no_history("history: " + status_words(http_status));
  const auto reply = json_value_of(body, limits::kReplyBytesMax, Utf8::broken_is_shown);
  if (!reply) return no_history("the history is not JSON of a readable size");
  const auto* history = history_in(*reply);
  if (history == nullptr && !is_empty_answer(*reply)) return no_history("the answer has no history in it");
  OrderReading reading;
  reading.answer = Answer::known;
  if (history == nullptr) return reading;
  if (history->size() > kHistoryRowsMax) return no_history("the history has too many rows");
  for (const auto& value : *history) {
    auto row = row_of(value, number, item_code);
    if (row)
      reading.rows.push_back(std::move(*row));
    else
      ++reading.unreadable;
  }
  put_in_order(reading.rows);
  return reading;
}

Result<Money> read_price_reply(int http_status, std::string_view body, const CarrierBlock& block) {
  if (http_status != 200) return no_price(status_words(http_status));
  const auto reply = json_value_of(body, limits::kReplyBytesMax);
  if (!reply) return no_price("the answer is not JSON of a readable size");
  const auto& value = inner(*reply);
  const auto rows = value.is_array() ? value.get_array() : json::array{value};
  for (const auto& row : rows) {
    if (!row.is_object() || text_member(row.get_object(), "serviceCode", kIdCharsMax) != block.service_code)
      continue;
    const auto total = integer_member(row.get_object(), "totalFee");
    if (total && *total > 0 && *total <= limits::kChargeDongMax) return Money(*total);
  }
  return no_price("the answer names no price of service " + block.service_code);
}

Result<std::vector<CarrierHint>> read_hint_body(std::string_view body, const net::RsaPublicKey& key) {
  const auto message = json_object_of(body, limits::kJsonBodyBytesMax);
  const auto* data = message ? message->if_contains("data") : nullptr;
  if (data == nullptr || !data->is_array() || data->get_array().empty() ||
      !data->get_array().front().is_object())
    return Failure(Errc::malformed, "the message has no list of orders", "Send {data, sendDate, signature}.",
                   "/data");
  const auto& first = data->get_array().front().get_object();
  // As it was signed: composing or trimming would change what the signature covers.
  const auto raw = [](const json::object& object, std::string_view name) -> std::string {
    const auto* value = object.if_contains({name.data(), name.size()});
    if (value == nullptr) return {};
    if (value->is_string()) return std::string(value->get_string());
    const auto number = integer_of(*value);
    return number ? std::to_string(*number) : std::string();
  };
  const auto signature = parse_base64(raw(*message, "signature"));
  const auto said = "MYVNP" + raw(*message, "sendDate") + raw(first, "itemCode") + raw(first, "status");
  if (!signature || !key.verifies(said, *signature))
    return Failure(Errc::unauthenticated, "the message bears no valid signature of the post",
                   "Sign \"MYVNP\", sendDate, and the first order's itemCode and status with RSA-SHA256.",
                   "/signature");
  std::vector<CarrierHint> hints;
  for (const auto& value : data->get_array()) {
    if (!value.is_object() || hints.size() >= kHintsMax) continue;
    CarrierHint hint;
    hint.order_number = text_member(value.get_object(), "saleOrderCode", kIdCharsMax);
    hint.item_code = to_upper_ascii(text_member(value.get_object(), "itemCode", kIdCharsMax));
    if (!hint.order_number.empty() || !hint.item_code.empty()) hints.push_back(std::move(hint));
  }
  return hints;
}

}  // namespace bccid::my
