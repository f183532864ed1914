#pragma once

#include "adapters/blocks.hpp"
#include "base/result.hpp"
#include "ports/carrier_port.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

// Bytes of the post's NGSP interface to our values and back. Pure: no socket, no clock.
namespace bccid::ngsp {

// The cursor that asks for the feed from its beginning.
inline constexpr std::string_view kFirstCursor = "000000000000000000000000";
inline constexpr std::size_t kFeedPageRowsMax = 1000;  // the interface's own limit

// True for the 24 hexadecimal digits of an ObjectId, the only thing that may become a cursor.
bool is_object_id(std::string_view text);

// The 17 flat members of "order/post", nulls written out. An end without a name is the block's own party.
std::string order_body(const CarrierOrder& order, const CarrierBlock& block);
// The same members, for a gateway that wants more of them.
boost::json::object order_members(const CarrierOrder& order, const CarrierBlock& block);

// The post's own codes of a province and of a commune's district by national code: as the block maps them;
// a province that is not mapped is its national code as a number, or null when that is none.
boost::json::value province_code(const std::string& code, const CarrierBlock& block);
int district_code(const std::string& commune, const CarrierBlock& block);

// Where a reading that goes on at `cursor` begins. Two writers of the post make their keys within the same
// seconds, so a row may appear behind one that was read: while the cursor is young, what was stored in its
// last two minutes is read once more; known rows are recognised by their keys.
std::string feed_start(std::string_view cursor, Time now);

// Path and query of the cancellation, which the interface does by GET.
std::string cancel_target(std::string_view number, const CarrierBlock& block);
std::string feed_target(std::string_view cursor, const CarrierBlock& block);

// What an answer to order/post or to the cancellation proves about `number`. A 401 is `not_sent`: the
// gateway refused before the post saw it. Only a readable Status of 100 accepts; 101, a 5xx, HTML and
// everything unreadable stay unknown.
SendReport read_send_reply(int http_status, std::string_view body, std::string_view number);

// One page of the feed. Errors: unavailable (status, HTML, unreadable or oversized body, a page that
// does not advance), because nothing of such an answer may be believed. The cursor passes no row whose key
// says that it was made more than ten minutes after `now`, and the end is not seen behind such rows.
Result<FeedPage> read_feed_reply(int http_status, std::string_view body, std::string_view cursor,
                                 const CarrierBlock& block, Time now);

}  // namespace bccid::ngsp
