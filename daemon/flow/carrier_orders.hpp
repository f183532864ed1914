#pragma once

#include "base/clock.hpp"
#include "ports/carrier_port.hpp"
#include "store/pq.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// What the sender must do with an order row that it holds.
enum class SendStep {
  send,       // nothing is known to exist: send (again)
  ask_later,  // a send's outcome is unknown and the feed has not been read far enough since
  done,       // the post has it already
  unwanted,   // nobody wants it sent any more
  refused,    // the post said no: a person decides
  no_number,  // the post wants a label's number with it, and none is left
};

struct SendPlan {
  SendStep step = SendStep::done;
  CarrierOrder order;
  std::string reason;  // why nothing is sent
  Time ask_at{};       // for ask_later: not before
};

// What a post wants before an order is sent to it.
struct SendTerms {
  Duration settle{};             // how long a lost request may still take effect
  bool with_item_code = false;   // a label's number out of our range; see flow/waybills.hpp
  std::size_t waybills_low = 0;  // fewer numbers than this go on the attention list
  // Set where the post has no feed and is asked order by order: how soon it is asked after a send began.
  std::optional<Duration> first_look = {};
};

// Decides before each send, and records that a send begins (order becomes `sending`) in the same commit.
// While a send's outcome is unknown the post is asked by number: the order is found among the stored rows, or
// the feed was read to its end (a post without a feed: the order was asked for), by a reading that began
// later than `terms.settle` after the outcome became unknown, without it, or it is too early. Where the post
// wants a label's number, the order has one from its first send on. An order that is `sending` already was
// left behind by a sender that died: its outcome is unknown.
SendPlan plan_order_send(sql::Tx& tx, std::string_view number, const SendTerms& terms, Time now);

// Records what an answer proves: accepted -> placed, rejected -> held with an attention item,
// not_sent -> wanted, unknown -> unknown since now.
void apply_send_report(sql::Tx& tx, std::string_view number, const SendReport& report, Time now);

// Whether the post must be asked to cancel: send, done (it is cancelled), or unwanted.
SendPlan plan_order_cancel(sql::Tx& tx, std::string_view number);

// accepted -> cancelled with its parcel; rejected -> placed again with an attention item; pending -> it waits
// for what the post's events show, with an attention item. A no after an
// unanswered try proves nothing, because the try may have been the yes: that goes to a person too.
void apply_cancel_report(sql::Tx& tx, std::string_view number, const SendReport& report, Time now);

// One answer of a feed, and what it was an answer to.
struct FeedRead {
  std::string carrier;
  std::string code_source;
  std::string from;  // the cursor that was asked with
  Time began{};      // when the asking began: what the post knew before is in the answer
  FeedPage page;
};

struct FeedApplied {
  std::size_t rows = 0;
  std::size_t fresh = 0;    // rows not seen before
  std::size_t events = 0;   // accepted as parcel events
  std::size_t held = 0;     // for parcels that we do not know
  std::size_t adopted = 0;  // held scans that found their parcel through this page
};

// Rows that a post told about its orders, however they were read. Stores those that are new, learns item
// codes, marks orders as placed, passes the rows on as parcel events, adopts held scans.
FeedApplied take_carrier_rows(sql::Tx& tx, const std::string& carrier, const std::string& code_source,
                              const std::vector<FeedRow>& rows, Time now);

// Stores a page of the feed and moves the cursor in one commit. The same page again changes nothing.
FeedApplied apply_feed_page(sql::Tx& tx, const FeedRead& read, Time now);

// Where to go on reading; an empty text when the feed was never read.
std::string feed_cursor(sql::Tx& tx, std::string_view carrier);

}  // namespace bccid
