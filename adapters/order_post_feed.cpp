#include "adapters/json_reply.hpp"
#include "adapters/order_post_wire.hpp"
#include "base/limits.hpp"
#include "base/time_text.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <optional>

namespace bccid::ngsp {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::size_t kTextCharsMax = limits::kTextFieldCharsMax;
constexpr std::size_t kNumberCharsMax = limits::kDossierCodeCharsMax;

// Instants outside these years are a wrong unit or a wrong clock, not an event.
constexpr std::int64_t kEarliestSecond = 946'684'800;  // 2000-01-01
constexpr std::int64_t kLatestSecond = 4'102'444'800;  // 2100-01-01
constexpr std::chrono::minutes kKeySkewMax{10};        // of the server that makes the keys
constexpr std::chrono::minutes kYoung{5};              // a cursor behind which rows may still appear
constexpr std::chrono::minutes kReadAgain{2};

std::optional<Time> at_second(std::int64_t value) {
  if (value < kEarliestSecond || value >= kLatestSecond) return std::nullopt;
  return Time{seconds{value}};
}

std::optional<Time> at_millisecond(std::int64_t value) {
  if (value < kEarliestSecond * 1000 || value >= kLatestSecond * 1000) return std::nullopt;
  return Time{milliseconds{value}};
}

std::optional<Time> at_portal_digits(std::int64_t value) {
  const auto time = parse_portal_time(std::to_string(value));
  if (!time) return std::nullopt;
  return at_second(std::chrono::floor<seconds>(time->time_since_epoch()).count());
}

std::optional<Time> time_of_number(std::int64_t value, EventTimeUnit unit) {
  switch (unit) {
    case EventTimeUnit::seconds: return at_second(value);
    case EventTimeUnit::milliseconds: return at_millisecond(value);
    case EventTimeUnit::portal_digits: return at_portal_digits(value);
    case EventTimeUnit::automatic: break;
  }
  // The three ranges do not touch: 10 digits, 12 or 13 digits, 14 digits that begin with a year.
  if (const auto time = at_second(value)) return time;
  if (const auto time = at_millisecond(value)) return time;
  return at_portal_digits(value);
}

// 1720000000000, "1720000000000", {"$numberLong": "..."}, {"$date": ...}.
std::optional<std::int64_t> event_number(const json::value& value) {
  if (!value.is_object()) return integer_of(value);
  const auto& object = value.get_object();
  if (const auto number = integer_member(object, "$numberLong")) return number;
  const auto* date = object.if_contains("$date");
  if (date == nullptr) return std::nullopt;
  return date->is_object() ? integer_member(date->get_object(), "$numberLong") : integer_of(*date);
}

// The first four bytes of an ObjectId are the second in which the post stored the row: the best that
// is left when a row has no readable time of its own.
std::optional<Time> stored_at(std::string_view object_id) {
  std::int64_t second = 0;
  std::from_chars(object_id.data(), object_id.data() + 8, second, 16);
  return at_second(second);
}

std::optional<Time> occurred_at(const json::object& row, std::string_view object_id, EventTimeUnit unit) {
  const auto* value = row.if_contains("EventTime");
  const auto number = value == nullptr ? std::nullopt : event_number(*value);
  const auto time = number ? time_of_number(*number, unit) : std::nullopt;
  return time ? time : stored_at(object_id);
}

// The row's key in lower case; empty when it has none that can be a cursor. A key that claims an
// impossible time is none: one forged "ffff…" would carry the cursor past everything that follows.
std::string object_id_of(const json::object& row) {
  const auto* id = row.if_contains("_id");
  if (id == nullptr) return {};
  std::string text = id->is_object() ? text_member(id->get_object(), "$oid", kNumberCharsMax)
                                     : text_member(row, "_id", kNumberCharsMax);
  if (!is_object_id(text)) return {};
  std::transform(text.begin(), text.end(), text.begin(),
                 [](char c) { return (c >= 'A' && c <= 'F') ? static_cast<char>(c - 'A' + 'a') : c; });
  return stored_at(text) ? text : std::string{};
}

// Nothing when the row names no parcel or no time at all; every other gap is left empty.
std::optional<FeedRow> read_row(const json::object& row, std::string object_id, EventTimeUnit unit) {
  FeedRow out;
  out.order_number = text_member(row, "OrderNumber", kTextCharsMax);
  out.item_code = text_member(row, "ItemCode", kTextCharsMax);
  if (out.order_number.size() > kNumberCharsMax || out.item_code.size() > kNumberCharsMax)
    return std::nullopt;
  if (out.order_number.empty() && out.item_code.empty()) return std::nullopt;
  const auto time = occurred_at(row, object_id, unit);
  if (!time) return std::nullopt;
  out.occurred_at = *time;
  out.row_id = std::move(object_id);
  out.raw_code = text_member(row, "StatusCode", kNumberCharsMax);
  out.raw_text = text_member(row, "StatusMessage", kTextCharsMax);
  out.office = text_member(row, "POSID", kNumberCharsMax);
  out.note = text_member(row, "Notes", kTextCharsMax);
  return out;
}

// A credential may see the rows of several customer codes; each has its own block and reader.
bool belongs_to_another(const json::object& row, const CarrierBlock& block) {
  const std::string customer = text_member(row, "CustomerCode", kTextCharsMax);
  return !customer.empty() && !block.customer_code.empty() && customer != block.customer_code;
}

// What a row's key does for the cursor.
enum class RowKey {
  none,   // the feed cannot go on behind it
  ahead,  // later than now, so the cursor waits before it
  usable,
};

RowKey take_row(const json::value& value, const CarrierBlock& block, Time now, FeedPage& page) {
  std::string object_id = value.is_object() ? object_id_of(value.get_object()) : std::string{};
  if (object_id.empty()) {
    ++page.unreadable;
    return RowKey::none;
  }
  const auto& row = value.get_object();
  // Never backwards, whatever the order of rows. A key of a clock that runs ahead would hide all rows until
  // its time comes: it is read again with each page until then, and known by its key.
  const auto key = *stored_at(object_id) > now + kKeySkewMax ? RowKey::ahead : RowKey::usable;
  if (key == RowKey::usable) page.next_cursor = std::max(page.next_cursor, object_id);
  if (belongs_to_another(row, block)) return key;
  auto read = read_row(row, std::move(object_id), block.event_time_unit);
  if (read) {
    page.rows.push_back(std::move(*read));
  } else {
    ++page.unreadable;
  }
  return key;
}

const json::array* rows_of(const json::object& reply) {
  const auto* embedded = reply.if_contains("_embedded");
  if (embedded == nullptr) return nullptr;
  if (embedded->is_array()) return &embedded->get_array();  // the feed server's later, flat shape
  if (!embedded->is_object()) return nullptr;
  const auto* rows = embedded->get_object().if_contains("rh:doc");
  return (rows != nullptr && rows->is_array()) ? &rows->get_array() : nullptr;
}

// An empty page may leave the list out, if it says that it returned nothing.
bool says_empty(const json::object& reply) { return integer_member(reply, "_returned") == 0; }

Failure unreadable_feed(const std::string& what) {
  return {Errc::unavailable, "tracking feed: " + what, "Look at the counterpart; the cursor has not moved."};
}

}  // namespace

bool is_object_id(std::string_view text) {
  return text.size() == kFirstCursor.size() && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
         });
}

std::string feed_start(std::string_view cursor, Time now) {
  const auto stored = stored_at(cursor);
  if (!stored || *stored < now - kYoung) return std::string(cursor);
  const auto second = std::chrono::floor<seconds>((*stored - kReadAgain).time_since_epoch()).count();
  return fmt::format("{:08x}{}", second, kFirstCursor.substr(8));
}

std::string feed_target(std::string_view cursor, const CarrierBlock& block) {
  const std::size_t rows = std::clamp<std::size_t>(block.feed_page_rows, 1, kFeedPageRowsMax);
  return block.feed_path + "?pagesize=" + std::to_string(rows) + "&lastId=" + std::string(cursor);
}

Result<FeedPage> read_feed_reply(int http_status, std::string_view body, std::string_view cursor,
                                 const CarrierBlock& block, Time now) {
  if (http_status != 200) return unreadable_feed("HTTP status " + std::to_string(http_status));
  const auto reply = json_object_of(body, limits::kFeedReplyBytesMax, Utf8::broken_is_shown);
  if (!reply) return unreadable_feed("the answer is not a JSON object of a readable size");
  const auto* rows = rows_of(*reply);
  if (rows == nullptr && !says_empty(*reply)) return unreadable_feed("the answer has no list of rows");
  FeedPage page;
  page.next_cursor = std::string(cursor);
  bool without_key = false;
  bool ahead = false;
  if (rows != nullptr) {
    for (const auto& row : *rows) {
      const auto key = take_row(row, block, now, page);
      without_key |= key == RowKey::none;
      ahead |= key == RowKey::ahead;
    }
  }
  // A short page proves nothing: the server may cap the page size. Only a page without anything new does. Nor
  // is the end seen behind rows that are dated ahead: when it is our clock that lags, more may follow them,
  // and an order must not be called absent, and sent again, for it.
  const bool moved = page.next_cursor != cursor;
  page.at_end = !moved && !ahead;
  if (!moved && without_key) return unreadable_feed("no row of the page carries a usable _id");
  return page;
}

}  // namespace bccid::ngsp
