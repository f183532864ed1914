#pragma once

#include "adapters/sim/feed.hpp"
#include "adapters/sim/plan.hpp"
#include "adapters/sim/token_desk.hpp"
#include "base/clock.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

namespace bccid::sim {

// The post's order interface with its books. Like the real one it has no idempotency: the same
// OrderNumber posted twice makes two parcels, and the books show it.
class PostOffice {
 public:
  PostOffice(std::uint64_t seed, Plan& plan, const Clock& clock);

  // Everything below "/post".
  Answer handle(std::string_view path, const Call& call);
  // Everything below "/lgsp": the same books behind a province's gateway, which knows callers by a fixed
  // header and takes the numbers of labels with the orders.
  Answer handle_gateway(std::string_view path, const Call& call);
  // Appends tracking events: {"events":[{item_code|order_number, status_code, occurred_at, ...}]}.
  Answer add_events(const boost::json::object& wish);
  // Sets the feed's faults; members that are absent become 0.
  Answer set_feed(const boost::json::object& wish);
  void flush_feed() { feed_.flush(clock_.now()); }
  void revoke_tokens() { desk_.revoke(); }
  void set_token_lifetime_s(std::uint64_t seconds) { desk_.set_lifetime_s(seconds); }

  // The orders in the order of their first creation, from position `after` on.
  boost::json::object orders(std::size_t after, std::size_t limit) const;
  // One order; null when it was never created.
  boost::json::value order(std::string_view number) const;
  boost::json::object figures() const;

 private:
  struct Order {
    std::string number;
    std::string customer_code;
    std::int64_t cod = 0;
    std::vector<std::string> item_codes;  // one for each time it was created
    std::vector<Time> created_at;
    bool cancelled = false;
  };

  Answer serve(std::string_view path, const Call& call);
  Answer create(const Call& call);
  Answer cancel(const Call& call);
  Answer price(const Call& call);
  Answer read_feed(const Call& call);
  Answer create_order(const boost::json::object& wish);
  std::string item_code_for(const boost::json::object& wish);
  Status append_event(const boost::json::object& wish);
  Result<FeedEvent> event_of(const boost::json::object& wish) const;
  std::string next_item_code();
  Order* find(std::string_view number);
  static boost::json::object printed(const Order& order);

  Plan& plan_;
  const Clock& clock_;
  TokenDesk desk_{"post"};
  Feed feed_;
  std::vector<Order> orders_;
  std::unordered_map<std::string, std::size_t> by_number_;
  std::unordered_map<std::string, std::size_t> by_item_;
  std::uint64_t next_serial_;
  std::map<std::string, std::uint64_t, std::less<>> counts_;
};

}  // namespace bccid::sim
