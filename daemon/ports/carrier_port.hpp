#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/result.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace bccid {

// One end of a carriage. Addresses travel with their national commune code; an adapter that needs
// its counterpart's own codes maps them.
struct CarrierParty {
  std::string name;
  std::string phone;
  std::string email;
  std::string address;
  std::string province_code;
  std::string commune_code;
};

// What the post is asked to carry. `number` was stored before the first send and never changes.
struct CarrierOrder {
  std::string number;  // external number, <= 50 characters
  // The number of the label, out of a range that the post gave us. Empty where the post numbers its labels
  // itself.
  std::string item_code;
  CarrierParty sender;
  CarrierParty receiver;
  Money cod;             // what the post collects for others; postage is apart
  std::string contents;  // list of papers, without personal data
  std::string note;
};

// What the counterpart's answer proves. Only the first two are knowledge; everything else means that
// the effect may or may not exist, so the caller must ask by number before it sends again.
enum class SendOutcome {
  accepted,  // it exists now
  rejected,  // it does not exist and will not; `reason` says why
  not_sent,  // no byte of the request left us; sending again is safe
  unknown,   // lost answer, HTTP 5xx, unreadable body, "already there"
};

struct SendReport {
  SendOutcome outcome = SendOutcome::unknown;
  std::string reason;       // the counterpart's words or our own, for people
  int http_status = 0;      // 0 when there was no answer
  Duration retry_after{0};  // the counterpart's wish; 0 when it said nothing
};

// One row of the counterpart's tracking feed, kept raw beside what we make of it.
struct FeedRow {
  std::string row_id;  // the counterpart's own key of the row
  std::string order_number;
  std::string item_code;  // may be empty
  std::string raw_code;
  std::string raw_text;
  std::string office;
  std::string note;
  Time occurred_at{};
};

struct FeedPage {
  std::vector<FeedRow> rows;   // in feed order
  std::string next_cursor;     // where to go on; equal to the given one when nothing came
  bool at_end = false;         // true when the feed had nothing more at the time of the answer
  std::size_t unreadable = 0;  // rows that could not be read at all and were counted, not stored
};

// What the core needs from a post. Calls are made on the io thread; a Failure means that the call as
// a whole is impossible now (`unavailable`), never that an order's fate is known.
class CarrierPort {
 public:
  CarrierPort() = default;
  CarrierPort(const CarrierPort&) = delete;
  CarrierPort& operator=(const CarrierPort&) = delete;
  virtual ~CarrierPort() = default;

  // Name of the configuration block; stored on each order, so that an answer is always sought from
  // the same account that the order was sent with.
  virtual const std::string& name() const = 0;
  // Whose codes this feed speaks, as "source/version" of schemas/codes/scan_codes.csv.
  virtual const std::string& code_source() const = 0;
  // True where the post wants a label's number with each order; `create_order` is called with one then.
  virtual bool wants_item_code() const { return false; }
  virtual boost::asio::awaitable<SendReport> create_order(const CarrierOrder& order,
                                                          std::string request_id) = 0;
  virtual boost::asio::awaitable<SendReport> cancel_order(std::string number, std::string request_id) = 0;
  virtual boost::asio::awaitable<Result<FeedPage>> read_feed(std::string cursor) = 0;
};

}  // namespace bccid
