#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "ports/call_tag.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstdint>
#include <string>
#include <string_view>
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
  pending,   // taken, and people at the counterpart decide: it is done when it is seen, not before
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

// What is known of one order after the post was asked for it by our number.
struct OrderReading {
  enum class Answer : std::uint8_t {
    known,      // the post has it; `rows` are its whole history so far
    absent,     // a definite answer that nothing has this number
    error,      // an answer that proves nothing: a status, HTML, what cannot be read
    no_answer,  // the network gave none
  };
  Answer answer = Answer::error;
  std::vector<FeedRow> rows;  // oldest first; row ids repeat from reading to reading
  std::size_t unreadable = 0;
  std::string reason;       // for error and no_answer, for people
  Duration retry_after{0};  // the counterpart's wish; 0 when it said nothing
};

// Which parcel a signed message of the post is about. It says no more: the state is read.
struct CarrierHint {
  std::string order_number;  // either may be empty, not both
  std::string item_code;
};

// What a parcel would cost at the post. Only what its price depends on.
struct PriceQuestion {
  std::string from_province, from_commune;  // national codes
  std::string to_province, to_commune;
  int weight_g = 0;
  Duration time_limit{0};  // of the whole call
};

// What this post can do. A job or handler looks here before it calls; what is not stated is never called.
struct CarrierAbilities {
  bool push_order = true;
  bool cancel = true;
  bool feed = false;      // read_feed: the events of all orders behind a cursor
  bool read_one = false;  // read_order: asked order by order
  bool hints = false;     // read_hints: signed messages of the post to us
  bool price = false;     // ask_price
  bool waybills = false;  // create_order takes a label's number along
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
  virtual const CarrierAbilities& abilities() const = 0;
  // Whose codes its events bear, as "source/version" of schemas/codes/scan_codes.csv.
  virtual const std::string& code_source() const = 0;
  virtual boost::asio::awaitable<SendReport> create_order(const CarrierOrder& order, CallTag tag) = 0;
  virtual boost::asio::awaitable<SendReport> cancel_order(std::string number, CallTag tag) = 0;
  virtual boost::asio::awaitable<Result<FeedPage>> read_feed(std::string cursor);
  virtual boost::asio::awaitable<OrderReading> read_order(std::string number);
  // Judges a message that came in from outside; pure. Errors: unauthenticated (no valid signature of the
  // post), malformed.
  virtual Result<std::vector<CarrierHint>> read_hints(std::string_view body) const;
  // The post's own price. Errors: unavailable, with the reason for people.
  virtual boost::asio::awaitable<Result<Money>> ask_price(PriceQuestion question);
};

// What a post that lacks an ability answers, should it be called all the same.
inline Failure not_able(const std::string& carrier, std::string_view what) {
  return {Errc::unsupported, "carrier " + carrier + " " + std::string(what), "Use a carrier whose kind can."};
}

inline boost::asio::awaitable<Result<FeedPage>> CarrierPort::read_feed(std::string) {
  co_return not_able(name(), "has no tracking feed");
}

inline boost::asio::awaitable<OrderReading> CarrierPort::read_order(std::string) {
  OrderReading none;
  none.reason = not_able(name(), "cannot be asked for one order").detail;
  co_return none;
}

inline Result<std::vector<CarrierHint>> CarrierPort::read_hints(std::string_view) const {
  return not_able(name(), "sends no messages");
}

inline boost::asio::awaitable<Result<Money>> CarrierPort::ask_price(PriceQuestion) {
  co_return not_able(name(), "gives no prices");
}

}  // namespace bccid
