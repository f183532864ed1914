#pragma once

#include "base/clock.hpp"
#include "flow/actor.hpp"
#include "ports/carrier_port.hpp"
#include "store/pq.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// What the sender must do with an order row that it holds.
enum class SendStep {
  send,      // nothing is known to exist: send (again)
  ask_later, // a send's outcome is unknown and the feed has not been read far enough since
  done,      // the post has it already, or nobody wants it any more
};

struct SendPlan {
  SendStep step = SendStep::done;
  CarrierOrder order;
  std::string reason;   // why nothing is sent
};

// Decides before each send, and records that a send begins (order becomes `sending`) in the same commit.
// While a send's outcome is unknown the post is asked by number: the order is found among the stored feed
// rows, or the feed was read to its end later than the send plus `settle` without it, or it is too early.
SendPlan plan_order_send(sql::Tx& tx, std::string_view number, Duration settle, Time now);

// Records what an answer proves: accepted -> placed, rejected -> held with an attention item,
// not_sent -> wanted, unknown -> unknown since the send.
void apply_send_report(sql::Tx& tx, std::string_view number, const SendReport& report, Time now);

void apply_cancel_report(sql::Tx& tx, std::string_view number, const SendReport& report, Time now);

struct FeedApplied {
  std::size_t rows = 0;
  std::size_t fresh = 0;      // rows not seen before
  std::size_t events = 0;     // accepted as parcel events
  std::size_t held = 0;       // for parcels that we do not know
  std::size_t adopted = 0;    // held scans that found their parcel through this page
};

// Stores a page of the feed and moves the cursor in one commit: learns item codes, marks orders as placed,
// passes the rows on as parcel events, adopts held scans. The same page again changes nothing.
FeedApplied apply_feed_page(sql::Tx& tx, std::string_view carrier, std::string_view code_source,
                            const FeedPage& page, Time now);

// Where to go on reading; an empty text when the feed was never read.
std::string feed_cursor(sql::Tx& tx, std::string_view carrier);

}  // namespace bccid
