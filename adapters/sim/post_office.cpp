#include "adapters/sim/post_office.hpp"

#include "adapters/json_reply.hpp"
#include "base/time_text.hpp"
#include "domain/parcel/item_code.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kOrdersMax = 100'000;
constexpr std::size_t kCreationsMax = 200'000;
constexpr std::size_t kBodyBytesMax = 64 * 1024;
constexpr std::uint64_t kSerials = 100'000'000;
constexpr std::string_view kGatewaySecret = "sim-lgsp";

constexpr std::array<std::string_view, 17> kMembers{
    "CustomerCode",     "OrderNumber",  "CODAmount",       "SenderProvince", "SenderDistrict",
    "SenderAddress",    "SenderName",   "SenderEmail",     "SenderTel",      "SenderDesc",
    "Description",      "ReceiverName", "ReceiverAddress", "ReceiverTel",    "ReceiverProvince",
    "ReceiverDistrict", "ReceiverEmail"};
constexpr std::array<std::string_view, 8> kMandatory{"CustomerCode",    "OrderNumber", "SenderAddress",
                                                     "SenderName",      "SenderTel",   "ReceiverName",
                                                     "ReceiverAddress", "ReceiverTel"};

enum StatusCode { kRegistered = 1, kCancelled = 9 };

Answer status_reply(int status, const std::string& message) {
  json::object reply;
  reply["Status"] = status;
  reply["Message"] = message;
  return json_answer(reply);
}

std::size_t number_or(std::string_view text, std::size_t fallback) {
  std::size_t value = fallback;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

// Empty when the order is complete.
std::string missing_member(const json::object& wish) {
  for (const auto name : kMembers)
    if (!wish.contains({name.data(), name.size()})) return std::string(name);
  for (const auto name : kMandatory)
    if (text_member(wish, name, 500).empty()) return std::string(name);
  for (const auto* name : {"SenderProvince", "ReceiverProvince"})
    if (!integer_member(wish, name)) return name;
  return {};
}

}  // namespace

PostOffice::PostOffice(std::uint64_t seed, Plan& plan, const Clock& clock)
    : plan_(plan), clock_(clock), feed_(seed), next_serial_((seed * 7919 + 1) % kSerials) {}

Answer PostOffice::handle(std::string_view path, const Call& call) {
  if (path == "/token") {
    const Doing doing = plan_.next("post.token", "");
    return dress(doing, desk_.give(call));
  }
  if (!desk_.recognises(call)) {
    ++counts_["refused_tokens"];
    return {401, "application/json", R"({"error":"invalid_token"})"};
  }
  return serve(path, call);
}

Answer PostOffice::handle_gateway(std::string_view path, const Call& call) {
  if (call.header("access_token") == kGatewaySecret) return serve(path, call);
  ++counts_["refused_tokens"];
  return {401, "application/json", R"({"error":"invalid access_token"})"};
}

Answer PostOffice::serve(std::string_view path, const Call& call) {
  if (path == "/apiVNPostNGSP/p1.0/order/post" && call.method == "POST") return create(call);
  if (path == "/apiVNPostNGSP/p1.0/order/cancel" && call.method == "GET") return cancel(call);
  if (path == "/apiVNPostNGSP/p1.0/order/tracking" && call.method == "GET") return read_feed(call);
  if (path == "/price" && call.method == "POST") return price(call);
  return {404, "text/html", "<html><body>404</body></html>"};
}

// The tariff of the gateway: one price for each gram, whatever the places.
Answer PostOffice::price(const Call& call) {
  const Doing doing = plan_.next("post.price", "");
  const auto wish = json_object_of(call.body, kBodyBytesMax);
  if (!wish || text_member(*wish, "mainSrv", 20) != "HCC" || call.parameter("service").empty())
    return status_reply(103, "Thiếu dịch vụ");
  const json::object content{{"price", 20'000 + integer_member(*wish, "weight").value_or(0) * 30}};
  return dress(doing, json_answer(json::object{{"content", content}}));
}

Answer PostOffice::create(const Call& call) {
  ++counts_["create_requests"];
  const auto wish = json_object_of(call.body, kBodyBytesMax);
  if (!wish) return status_reply(104, "Dữ liệu không phải JSON");
  const std::string missing = missing_member(*wish);
  if (!missing.empty()) return status_reply(103, "Thiếu trường " + missing);
  const auto of_label = by_item_.find(text_member(*wish, "ItemCode", 40));
  if (of_label != by_item_.end() &&
      orders_[of_label->second].number != text_member(*wish, "OrderNumber", 100))
    return status_reply(105, "Mã vận đơn đã được sử dụng");
  const Doing doing = plan_.next("post.create", text_member(*wish, "OrderNumber", 100));
  Answer truth = doing.effect ? create_order(*wish) : status_reply(100, "Thành công");
  return dress(doing, std::move(truth));
}

Answer PostOffice::create_order(const json::object& wish) {
  if (orders_.size() >= kOrdersMax || by_item_.size() >= kCreationsMax)
    return {507, "text/plain", "books are full"};
  const std::string number = text_member(wish, "OrderNumber", 100);
  const auto [at, added] = by_number_.emplace(number, orders_.size());
  if (added) {
    Order fresh;
    fresh.number = number;
    fresh.customer_code = text_member(wish, "CustomerCode", 100);
    orders_.push_back(std::move(fresh));
  }
  Order& order = orders_[at->second];
  order.cod = integer_member(wish, "CODAmount").value_or(0);
  order.item_codes.push_back(item_code_for(wish));
  order.created_at.push_back(clock_.now());
  by_item_.emplace(order.item_codes.back(), at->second);
  ++counts_["creations"];
  if (!added) ++counts_["double_creations"];
  FeedEvent registered;
  registered.customer_code = order.customer_code;
  registered.order_number = order.number;
  registered.item_code = order.item_codes.back();
  registered.status_code = kRegistered;
  registered.message = "Đã tiếp nhận yêu cầu";
  registered.occurred_at = clock_.now();
  if (!feed_.append_plain(registered, clock_.now())) return {507, "text/plain", "feed is full"};
  return status_reply(100, "Thành công");
}

Answer PostOffice::cancel(const Call& call) {
  ++counts_["cancel_requests"];
  const std::string number(call.parameter("OrderNumber"));
  const Doing doing = plan_.next("post.cancel", number);
  Order* order = find(number);
  if (order == nullptr) return dress(doing, status_reply(106, "Không tìm thấy đơn hàng"));
  if (order->cancelled) return dress(doing, status_reply(107, "Đơn hàng đã hủy"));
  if (!doing.effect) return dress(doing, status_reply(100, "Thành công"));
  order->cancelled = true;
  ++counts_["cancelled"];
  FeedEvent event;
  event.customer_code = order->customer_code;
  event.order_number = order->number;
  event.item_code = order->item_codes.back();
  event.status_code = kCancelled;
  event.message = "Đã hủy yêu cầu";
  event.occurred_at = clock_.now();
  if (!feed_.append(event, clock_.now())) return {507, "text/plain", "feed is full"};
  return dress(doing, status_reply(100, "Thành công"));
}

Answer PostOffice::read_feed(const Call& call) {
  ++counts_["feed_requests"];
  const Doing doing = plan_.next("post.feed", "");
  const std::size_t rows = std::min<std::size_t>(number_or(call.parameter("pagesize"), 50), 1000);
  return dress(doing, json_answer(feed_.page(call.parameter("lastId"), rows)));
}

Answer PostOffice::add_events(const json::object& wish) {
  const auto* list = wish.if_contains("events");
  if (list == nullptr || !list->is_array()) return {400, "text/plain", "events must be a list"};
  json::array refused;
  std::size_t appended = 0;
  for (const auto& value : list->get_array()) {
    const Status status = value.is_object()
                              ? append_event(value.get_object())
                              : Status(Failure(Errc::invalid_field, "an event is not an object"));
    if (status) {
      ++appended;
    } else {
      refused.push_back(json::string(status.error().detail));
    }
  }
  json::object reply;
  reply["appended"] = appended;
  reply["refused"] = std::move(refused);
  return json_answer(reply);
}

Status PostOffice::append_event(const json::object& wish) {
  auto event = event_of(wish);
  if (!event) return event.error();
  return feed_.append(*event, clock_.now());
}

// An event names its parcel by item code or order number; strangers are let through, as in the real feed.
Result<FeedEvent> PostOffice::event_of(const json::object& wish) const {
  FeedEvent event;
  event.item_code = text_member(wish, "item_code", 40);
  event.order_number = text_member(wish, "order_number", 100);
  const auto by_item = by_item_.find(event.item_code);
  const auto by_number = by_number_.find(event.order_number);
  const Order* order = nullptr;
  if (by_item != by_item_.end()) order = &orders_[by_item->second];
  if (order == nullptr && by_number != by_number_.end()) order = &orders_[by_number->second];
  if (order != nullptr) {
    event.order_number = order->number;
    event.customer_code = order->customer_code;
    if (event.item_code.empty()) event.item_code = order->item_codes.front();
  }
  if (event.order_number.empty() && event.item_code.empty())
    return Failure(Errc::missing_field, "item_code or order_number is missing");
  const auto code = integer_member(wish, "status_code");
  if (!code || *code < 0 || *code > 9999) return Failure(Errc::invalid_field, "status_code is not a number");
  event.status_code = static_cast<int>(*code);
  event.message = text_member(wish, "message", 200);
  event.office = text_member(wish, "office", 40);
  event.note = text_member(wish, "note", 200);
  const std::string time = text_member(wish, "occurred_at", 40);
  const auto occurred_at = time.empty() ? Result<Time>(clock_.now()) : parse_rfc3339(time);
  if (!occurred_at) return occurred_at.error();
  event.occurred_at = *occurred_at;
  return event;
}

Answer PostOffice::set_feed(const json::object& wish) {
  FeedFaults faults;
  const std::array<std::pair<const char*, std::uint64_t*>, 5> numbers{
      {{"late_every", &faults.late_every},
       {"duplicate_every", &faults.duplicate_every},
       {"unknown_order_every", &faults.unknown_order_every},
       {"unknown_code_every", &faults.unknown_code_every},
       {"garbage_every", &faults.garbage_every}}};
  for (const auto& [name, into] : numbers) {
    const auto number = integer_member(wish, name).value_or(0);
    if (number < 0) return {400, "text/plain", std::string(name) + " is negative"};
    *into = static_cast<std::uint64_t>(number);
  }
  faults.seconds = text_member(wish, "time_unit", 10) == "s";
  feed_.set_faults(faults);
  return json_answer(json::object{});
}

std::string PostOffice::next_item_code() {
  std::string serial = std::to_string(next_serial_);
  next_serial_ = (next_serial_ + 1) % kSerials;
  serial.insert(0, 8 - serial.size(), '0');
  return make_item_code("CP", serial, "VN").value().text;
}

// Whoever brings a label's number gets no other.
std::string PostOffice::item_code_for(const json::object& wish) {
  auto brought = text_member(wish, "ItemCode", 40);
  return brought.empty() ? next_item_code() : brought;
}

PostOffice::Order* PostOffice::find(std::string_view number) {
  const auto at = by_number_.find(std::string(number));
  return at == by_number_.end() ? nullptr : &orders_[at->second];
}

json::object PostOffice::printed(const Order& order) {
  json::object out;
  out["number"] = order.number;
  out["customer_code"] = order.customer_code;
  out["times_created"] = order.item_codes.size();
  json::array items;
  for (const auto& code : order.item_codes) items.push_back(json::string(code));
  out["item_codes"] = std::move(items);
  json::array times;
  for (const auto time : order.created_at) times.push_back(json::string(to_rfc3339(time)));
  out["created_at"] = std::move(times);
  out["cod_amount"] = order.cod;
  out["cancelled"] = order.cancelled;
  return out;
}

json::object PostOffice::orders(std::size_t after, std::size_t limit) const {
  json::array list;
  for (std::size_t at = after; at < orders_.size() && list.size() < limit; ++at)
    list.push_back(printed(orders_[at]));
  json::object book;
  book["total"] = orders_.size();
  book["orders"] = std::move(list);
  return book;
}

json::value PostOffice::order(std::string_view number) const {
  const auto at = by_number_.find(std::string(number));
  if (at == by_number_.end()) return nullptr;
  return printed(orders_[at->second]);
}

json::object PostOffice::figures() const {
  json::object out;
  out["orders"] = orders_.size();
  out["feed_rows"] = feed_.size();
  out["feed_rows_held"] = feed_.held();
  out["feed_strangers"] = feed_.strangers();
  out["tokens"] = desk_.given();
  for (const char* name : {"create_requests", "creations", "double_creations", "cancel_requests", "cancelled",
                           "feed_requests", "refused_tokens"}) {
    const auto at = counts_.find(name);
    out[name] = at == counts_.end() ? 0 : at->second;
  }
  return out;
}

}  // namespace bccid::sim
