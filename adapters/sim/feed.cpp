#include "adapters/sim/feed.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <array>
#include <cstdio>

namespace bccid::sim {
namespace {

namespace json = boost::json;
using std::chrono::duration_cast;

constexpr std::size_t kRowsMax = 500'000;
constexpr int kLateBehind = 3;
constexpr int kUnknownStatusCode = 97;

bool is_turn(std::uint64_t every, std::uint64_t count) { return every != 0 && count % every == 0; }

std::string object_id(std::uint64_t second, std::uint64_t serial) {
  std::array<char, 32> out{};
  const int size =
      std::snprintf(out.data(), out.size(), "%08llx%016llx", static_cast<unsigned long long>(second),
                    static_cast<unsigned long long>(serial));
  return {out.data(), static_cast<std::size_t>(size)};
}

}  // namespace

Status Feed::append(const FeedEvent& event, Time now) {
  if (rows_.size() + held_.size() + 8 > kRowsMax)
    return Failure(Errc::too_large, "the feed holds as many rows as it may", "Start the simulator anew.");
  const std::uint64_t count = ++events_;
  if (is_turn(faults_.late_every, count)) {
    held_.push_back({event, kLateBehind});
    return {};
  }
  push_event(event, now);
  if (is_turn(faults_.duplicate_every, count)) push_event(event, now);
  add_strangers(event, now);
  for (auto& held : held_) --held.behind;
  while (!held_.empty() && held_.front().behind <= 0) {
    push_event(held_.front().event, now);
    held_.pop_front();
  }
  return {};
}

Status Feed::append_plain(const FeedEvent& event, Time now) {
  if (rows_.size() >= kRowsMax)
    return Failure(Errc::too_large, "the feed holds as many rows as it may", "Start the simulator anew.");
  push_event(event, now);
  return {};
}

void Feed::flush(Time now) {
  for (const auto& held : held_) push_event(held.event, now);
  held_.clear();
}

void Feed::add_strangers(const FeedEvent& event, Time now) {
  if (is_turn(faults_.unknown_order_every, events_)) {
    FeedEvent stranger = event;
    stranger.order_number = "LA-" + std::to_string(seed_) + "-" + std::to_string(events_);
    stranger.item_code.clear();
    ++strangers_;
    push_event(stranger, now);
  }
  if (is_turn(faults_.unknown_code_every, events_)) {
    FeedEvent unknown = event;
    unknown.status_code = kUnknownStatusCode;
    unknown.message = "Trạng thái chưa công bố";
    push_event(unknown, now);
  }
  if (is_turn(faults_.garbage_every, events_)) {
    json::object garbage;
    garbage["CustomerCode"] = event.customer_code;
    garbage["OrderNumber"] = json::array{1, 2};
    garbage["StatusCode"] = nullptr;
    garbage["EventTime"] = "hôm qua";
    push(std::move(garbage), now);
  }
}

void Feed::push_event(const FeedEvent& event, Time now) { push(row_of(event), now); }

void Feed::push(json::object content, Time now) {
  const auto second = duration_cast<std::chrono::seconds>(now.time_since_epoch()).count();
  second_ = std::max(second_, static_cast<std::uint64_t>(std::max<std::int64_t>(second, 0)));
  std::string id = object_id(second_, rows_.size() + 1);
  json::object key;
  key["$oid"] = id;
  content["_id"] = std::move(key);
  rows_.push_back({std::move(id), std::move(content)});
}

json::object Feed::row_of(const FeedEvent& event) const {
  const auto since = event.occurred_at.time_since_epoch();
  json::object row;
  row["CustomerCode"] = event.customer_code;
  row["OrderNumber"] = event.order_number;
  row["EventTime"] = faults_.seconds ? duration_cast<std::chrono::seconds>(since).count()
                                     : duration_cast<std::chrono::milliseconds>(since).count();
  row["POSID"] = event.office;
  row["ItemCode"] = event.item_code;
  row["StatusCode"] = event.status_code;
  row["StatusMessage"] = event.message;
  row["Notes"] = event.note;
  return row;
}

json::object Feed::page(std::string_view last_id, std::size_t rows_max) const {
  const auto first = std::upper_bound(rows_.begin(), rows_.end(), last_id,
                                      [](std::string_view id, const Row& row) { return id < row.id; });
  const auto left = static_cast<std::size_t>(rows_.end() - first);
  const std::size_t count = std::min(left, rows_max);
  json::array documents;
  documents.reserve(count);
  for (std::size_t i = 0; i < count; ++i)
    documents.push_back((first + static_cast<std::ptrdiff_t>(i))->content);
  json::object embedded;
  embedded["rh:doc"] = std::move(documents);
  json::object page;
  page["_size"] = left;
  page["_total_pages"] = rows_max == 0 ? 0 : (left + rows_max - 1) / rows_max;
  page["_returned"] = count;
  page["_embedded"] = std::move(embedded);
  return page;
}

}  // namespace bccid::sim
