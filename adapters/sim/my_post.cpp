#include "adapters/sim/my_post.hpp"

#include "adapters/json_reply.hpp"
#include "adapters/sim/token_desk.hpp"
#include "base/digest.hpp"
#include "base/time_text.hpp"
#include "domain/parcel/item_code.hpp"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <array>
#include <span>
#include <stdexcept>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kOrdersMax = 100'000;
constexpr std::size_t kBodyBytesMax = 64 * 1024;
constexpr std::uint64_t kSerials = 100'000'000;

enum Status : int { kDraft = 0, kCreated = 1, kAssigned = 2, kCollected = 6, kCancelled = 9 };

constexpr std::array<std::string_view, 12> kMandatory{
    "senderName",           "senderPhone",          "senderAddress", "senderProvinceCode",
    "senderDistrictCode",   "receiverName",         "receiverPhone", "receiverAddress",
    "receiverProvinceCode", "receiverDistrictCode", "serviceCode",   "weight"};

// The interface's own form of a refusal.
Answer refusal(const std::string& message) {
  return json_answer(json::object{{"status", 400}, {"error", "Bad Request"}, {"message", message}}, 400);
}

// "20260703110000" -> {"03/07/2026", "11:00:00"}.
std::pair<std::string, std::string> day_and_hour(Time at) {
  const auto digits = to_portal_text(at);
  return {digits.substr(6, 2) + "/" + digits.substr(4, 2) + "/" + digits.substr(0, 4),
          digits.substr(8, 2) + ":" + digits.substr(10, 2) + ":" + digits.substr(12, 2)};
}

const json::object* object_in(const json::object& from, std::string_view name) {
  const auto* value = from.if_contains({name.data(), name.size()});
  return value != nullptr && value->is_object() ? &value->get_object() : nullptr;
}

Answer refusal_or_dressed(const Doing& doing, Answer truth) {
  return doing.reply == Reply::reject ? refusal("Dữ liệu không hợp lệ") : dress(doing, std::move(truth));
}

}  // namespace

struct MyPost::SigningKey {
  SigningKey() : value(EVP_RSA_gen(2048), &EVP_PKEY_free) {
    if (!value) throw std::runtime_error("no RSA key could be made");
  }

  std::string pem() const {
    const std::unique_ptr<BIO, decltype(&BIO_free)> out(BIO_new(BIO_s_mem()), &BIO_free);
    PEM_write_bio_PUBKEY(out.get(), value.get());
    char* text = nullptr;
    const auto size = BIO_get_mem_data(out.get(), &text);
    return {text, static_cast<std::size_t>(size)};
  }
  std::string sign(const std::string& said) const {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    const auto* bytes = reinterpret_cast<const unsigned char*>(said.data());
    std::size_t size = 0;
    std::vector<std::uint8_t> signature;
    if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, value.get()) != 1 ||
        EVP_DigestSign(context.get(), nullptr, &size, bytes, said.size()) != 1)
      throw std::runtime_error("a message could not be signed");
    signature.resize(size);
    if (EVP_DigestSign(context.get(), signature.data(), &size, bytes, said.size()) != 1)
      throw std::runtime_error("a message could not be signed");
    signature.resize(size);
    return base64(std::span<const std::uint8_t>(signature));
  }

  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> value;
};

MyPost::MyPost(std::uint64_t seed, Plan& plan, const Clock& clock)
    : plan_(plan), clock_(clock), next_serial_((seed * 6007 + 3) % kSerials) {}
MyPost::~MyPost() = default;

Answer MyPost::handle(std::string_view path, const Call& call) {
  if (path == "/GetAccessToken") return dress(plan_.next("my.token", ""), give_token(call));
  if (call.header("token") != token()) {
    ++counts_["refused_tokens"];
    return json_answer(json::object{{"status", 401}, {"error", "Unauthorized"}}, 401);
  }
  return serve(path, call);
}

Answer MyPost::serve(std::string_view path, const Call& call) {
  const bool get = call.method == "GET";
  if (path == "/CreateOrder" && !get) return create(call);
  if (path == "/getOrder" && get) return get_order(call);
  if (path == "/GetStatusHistoryOrder" && get) return get_history(call);
  if (path == "/orderCancel" && !get) return cancel(call);
  if (path == "/deleteOrderByDraft" && get) return delete_draft(call);
  if (path == "/ServicesCharge" && !get) return charge(call);
  return {404, "text/html", "<html><body>404</body></html>"};
}

Answer MyPost::give_token(const Call& call) {
  const auto wish = json_object_of(call.body, kBodyBytesMax);
  if (!wish || text_member(*wish, "username", 100).empty() || text_member(*wish, "password", 100).empty() ||
      text_member(*wish, "customerCode", 100).empty())
    return json_answer(json::object{{"success", false}, {"message", "Sai thông tin đăng nhập"}});
  ++counts_["tokens"];
  return json_answer(json::object{{"success", true}, {"token", token()}});
}

Answer MyPost::create(const Call& call) {
  ++counts_["create_requests"];
  const auto body = json_object_of(call.body, kBodyBytesMax);
  const auto* information = body ? object_in(*body, "informationOrder") : nullptr;
  if (information == nullptr) return refusal("Thiếu informationOrder");
  for (const auto name : kMandatory)
    if (text_member(*information, name, 500).empty()) return refusal("Thiếu trường " + std::string(name));
  if (!(*information).at("weight").is_string()) return refusal("weight phải là chuỗi");
  if (orders_.size() >= kOrdersMax) return {507, "text/plain", "books are full"};
  const Doing doing = plan_.next("my.create", text_member(*information, "saleOrderCode", 100));
  Answer truth = doing.effect ? create_order(*body, *information) : json_answer(json::object{});
  return refusal_or_dressed(doing, std::move(truth));
}

Answer MyPost::create_order(const json::object& body, const json::object& information) {
  Order order;
  order.number = text_member(information, "saleOrderCode", 100);
  order.weight = text_member(information, "weight", 20);
  if (const auto* addons = information.if_contains("addonService")) order.addons = json::serialize(*addons);
  std::string serial = std::to_string(next_serial_);
  next_serial_ = (next_serial_ + 1) % kSerials;
  order.original_id = "MY" + serial;
  serial.insert(0, 8 - serial.size(), '0');
  order.item_code = make_item_code("EM", serial, "VN").value().text;
  const bool draft = integer_member(body, "orderCreationStatus") == std::int64_t{0};
  auto& positions = by_number_[order.number];
  ++counts_["creations"];
  if (!positions.empty()) ++counts_["double_creations"];
  positions.push_back(orders_.size());
  orders_.push_back(std::move(order));
  append(orders_.back(), draft ? kDraft : kCreated, clock_.now());
  auto reply = printed(orders_.back());
  reply["orderHdrID"] = orders_.back().original_id;
  return json_answer(reply);
}

Answer MyPost::get_order(const Call& call) {
  ++counts_["order_requests"];
  const std::string number(call.parameter("code"));
  const Doing doing = plan_.next("my.read", number);
  const Order* order = find(number);
  if (order == nullptr) return dress(doing, json_answer(json::object{{"data", json::array{}}}));
  return dress(doing, json_answer(json::object{{"data", json::array{printed(*order)}}}));
}

Answer MyPost::get_history(const Call& call) {
  const std::string number(call.parameter("code"));
  const Doing doing = plan_.next("my.history", number);
  const Order* order = find(number);
  if (order == nullptr) return dress(doing, json_answer(json::object{{"data", json::array{}}}));
  json::array history;
  for (const auto& event : order->history) {
    const auto [day, hour] = day_and_hour(event.at);
    history.push_back(json::object{{"statusCode", event.status},
                                   {"statusName", "Trạng thái " + std::to_string(event.status)},
                                   {"createdDate", day},
                                   {"createHour", hour},
                                   {"someNewMember", true}});
  }
  json::object data{{"itemCode", order->item_code}, {"statusHistory", std::move(history)}};
  return dress(doing, json_answer(json::object{{"data", json::array{std::move(data)}}}));
}

Answer MyPost::cancel(const Call& call) {
  ++counts_["cancel_requests"];
  const auto wish = json_object_of(call.body, kBodyBytesMax);
  const auto id = wish ? text_member(*wish, "OriginalId", 100) : std::string();
  const auto at = std::ranges::find(orders_, id, &Order::original_id);
  if (at == orders_.end()) return refusal("Không tìm thấy đơn hàng");
  const Doing doing = plan_.next("my.cancel", at->number);
  Answer truth = doing.effect ? cancel_order(*at) : json_answer(json::array{});
  return refusal_or_dressed(doing, std::move(truth));
}

Answer MyPost::cancel_order(Order& order) {
  const int status = status_of(order);
  if (status >= kCollected) return refusal("Đơn hàng đã được lấy, không thể hủy");
  json::object result{{"type", 1}, {"note", ""}, {"originalId", order.original_id}, {"caseId", nullptr}};
  if (status < kAssigned) {
    append(order, kCancelled, clock_.now());
    result["message"] = "Đã hủy";
  } else {
    if (order.case_id.empty()) order.case_id = "CASE" + std::to_string(++counts_["cases"]);
    result["message"] = "Chờ phê duyệt";
    result["caseId"] = order.case_id;
  }
  return json_answer(json::array{std::move(result)});
}

Answer MyPost::delete_draft(const Call& call) {
  const Order* order = find(call.parameter("code"));
  if (order == nullptr || status_of(*order) != kDraft)
    return json_answer(json::object{{"success", false}, {"message", "Không phải đơn nháp"}});
  by_number_.erase(by_number_.find(call.parameter("code")));
  ++counts_["drafts_deleted"];
  return json_answer(json::object{{"success", true}});
}

Answer MyPost::charge(const Call& call) {
  const auto wish = json_object_of(call.body, kBodyBytesMax);
  const auto* data = wish ? object_in(*wish, "data") : nullptr;
  if (data == nullptr) return refusal("Thiếu data");
  const auto weight = integer_member(*data, "weight").value_or(0);
  const auto service = text_member(*data, "serviceCode", 40);
  json::array rows;
  for (const auto& [code, base] : {std::pair<std::string, int>{"KHAC", 90'000}, {service, 20'000}})
    rows.push_back(json::object{{"serviceCode", code}, {"mainFee", base}, {"totalFee", base + weight * 20}});
  return dress(plan_.next("my.price", ""), json_answer(json::object{{"data", std::move(rows)}}));
}

void MyPost::append(Order& order, int status, Time at) {
  order.history.push_back({status, at});
  if (webhook_url_.empty() || !send_) return;
  ++counts_["messages"];
  send_({webhook_url_, json::serialize(message_about(order.number))});
}

Answer MyPost::add_events(const json::object& wish) {
  const auto* list = wish.if_contains("events");
  if (list == nullptr || !list->is_array()) return {400, "text/plain", "events must be a list"};
  std::size_t appended = 0;
  for (const auto& value : list->get_array()) {
    if (!value.is_object()) return {400, "text/plain", "an event is not an object"};
    const auto& event = value.get_object();
    Order* order = find(text_member(event, "number", 100));
    const auto status = integer_member(event, "status");
    const auto time = text_member(event, "occurred_at", 40);
    const auto at = time.empty() ? Result<Time>(clock_.now()) : parse_rfc3339(time);
    if (order == nullptr || !status || !at)
      return {400, "text/plain", "an event names no order, status or time"};
    append(*order, static_cast<int>(*status), *at);
    ++appended;
  }
  return json_answer(json::object{{"appended", appended}});
}

Answer MyPost::decide(const json::object& wish) {
  const auto id = text_member(wish, "case_id", 40);
  const auto at = std::ranges::find(orders_, id, &Order::case_id);
  if (id.empty() || at == orders_.end()) return {404, "text/plain", "no such case"};
  at->case_id.clear();
  const auto* approve = wish.if_contains("approve");
  if (approve != nullptr && approve->is_bool() && approve->get_bool()) append(*at, kCancelled, clock_.now());
  return json_answer(json::object{});
}

Answer MyPost::configure(const json::object& wish) {
  webhook_url_ = text_member(wish, "webhook_url", 300);
  return json_answer(json::object{});
}

const MyPost::SigningKey& MyPost::key() const {
  if (!key_) key_ = std::make_unique<SigningKey>();
  return *key_;
}

std::string MyPost::public_key() const { return key().pem(); }

json::value MyPost::message_about(std::string_view number) const {
  const Order* order = find(number);
  if (order == nullptr) return nullptr;
  const auto sent = to_portal_text(clock_.now());
  const auto status = status_of(*order);
  json::object record{{"itemCode", order->item_code},
                      {"saleOrderCode", order->number},
                      {"status", status},
                      {"codAmount", 0},
                      {"updatedDate", sent}};
  const auto signature = key().sign("MYVNP" + sent + order->item_code + std::to_string(status));
  return json::object{{"data", json::array{std::move(record)}}, {"sendDate", sent}, {"signature", signature}};
}

MyPost::Order* MyPost::find(std::string_view number) {
  const auto at = by_number_.find(number);
  return at == by_number_.end() ? nullptr : &orders_[at->second.back()];
}

const MyPost::Order* MyPost::find(std::string_view number) const {
  const auto at = by_number_.find(number);
  return at == by_number_.end() ? nullptr : &orders_[at->second.back()];
}

int MyPost::status_of(const Order& order) { return order.history.back().status; }

json::object MyPost::printed(const Order& order) {
  return {{"originalID", order.original_id},
          {"itemCode", order.item_code},
          {"saleOrderCode", order.number},
          {"status", status_of(order)}};
}

json::value MyPost::order(std::string_view number) const {
  const auto at = by_number_.find(number);
  if (at == by_number_.end()) return nullptr;
  const auto& order = orders_[at->second.back()];
  auto out = printed(order);
  out["times_created"] = at->second.size();
  out["weight"] = order.weight;
  out["addons"] = order.addons;
  out["case_id"] = order.case_id;
  return out;
}

json::object MyPost::figures() const {
  json::object out;
  for (const char* name : {"tokens", "refused_tokens", "create_requests", "creations", "double_creations",
                           "order_requests", "cancel_requests", "cases", "drafts_deleted", "messages"}) {
    const auto at = counts_.find(name);
    out[name] = at == counts_.end() ? 0 : at->second;
  }
  return out;
}

}  // namespace bccid::sim
