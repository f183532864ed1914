#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "ports/carrier_port.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::sim {

// One tracking event as the post's feed would tell it.
struct FeedEvent {
  std::string customer_code;
  std::string order_number;
  std::string item_code;
  int status_code = 0;
  std::string message;
  std::string office;
  std::string note;
  Time occurred_at{};
};

// What the feed does to the events on their way into it; each number means every n-th event, 0 never.
struct FeedFaults {
  std::uint64_t late_every = 0;           // held back behind the next three events
  std::uint64_t duplicate_every = 0;      // told again under another _id
  std::uint64_t unknown_order_every = 0;  // followed by a row of an order that nobody posted
  std::uint64_t unknown_code_every = 0;   // followed by a row with a StatusCode that is on no list
  std::uint64_t garbage_every = 0;        // followed by a row without parcel, with wrong types
  bool seconds = false;                   // EventTime in seconds instead of milliseconds
};

// The post's tracking feed: rows in order of insertion with ascending ObjectIds.
class Feed {
 public:
  explicit Feed(std::uint64_t seed) : seed_(seed) {}

  // Errors: too_large, when the feed holds as many rows as it may.
  Status append(const FeedEvent& event, Time now);
  // The row that a new order makes. It is never held back: it is what "ask by number" relies on.
  Status append_plain(const FeedEvent& event, Time now);
  // Lets out every row that is held back.
  void flush(Time now);
  void set_faults(const FeedFaults& faults) { faults_ = faults; }
  const FeedFaults& faults() const { return faults_; }
  // How many orders that nobody posted it has made up so far.
  std::uint64_t strangers() const { return strangers_; }

  // The rows behind `last_id` in the feed's envelope.
  boost::json::object page(std::string_view last_id, std::size_t rows_max) const;
  std::size_t size() const { return rows_.size(); }
  std::size_t held() const { return held_.size(); }

 private:
  struct Row {
    std::string id;
    boost::json::object content;
  };
  struct Held {
    FeedEvent event;
    int behind = 0;  // events that must pass it first
  };
  void push(boost::json::object content, Time now);
  void push_event(const FeedEvent& event, Time now);
  void add_strangers(const FeedEvent& event, Time now);
  boost::json::object row_of(const FeedEvent& event) const;

  std::uint64_t seed_;
  std::uint64_t strangers_ = 0;
  FeedFaults faults_;
  std::vector<Row> rows_;
  std::deque<Held> held_;
  std::uint64_t events_ = 0;
  std::uint64_t second_ = 0;  // of the newest _id; the clock may step back, ids may not
};

}  // namespace bccid::sim
