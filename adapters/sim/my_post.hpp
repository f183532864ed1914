#pragma once

#include "adapters/sim/plan.hpp"
#include "base/clock.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::sim {

// A signed message that the post wants to send.
struct SignedHint {
  std::string url;
  std::string body;
};

// The post's customer interface (MyVNPost) with books of its own. Like the real one it has no idempotency,
// and a cancellation of an order that a postman has in hand is a case that people there decide.
class MyPost {
 public:
  MyPost(std::uint64_t seed, Plan& plan, const Clock& clock);
  ~MyPost();
  MyPost(const MyPost&) = delete;
  MyPost& operator=(const MyPost&) = delete;

  // Everything below "/my".
  Answer handle(std::string_view path, const Call& call);
  // {"events":[{"number", "status", "occurred_at"}]}: appended to the histories as they are, in any order.
  Answer add_events(const boost::json::object& wish);
  // {"case_id", "approve"}: how people at the post decide.
  Answer decide(const boost::json::object& wish);
  // {"webhook_url"}: where signed messages go from now on; empty: nowhere.
  Answer configure(const boost::json::object& wish);
  void on_hint(std::function<void(SignedHint)> send) { send_ = std::move(send); }
  void revoke_tokens() { ++generation_; }

  // The public half of the key that signs, in PEM.
  std::string public_key() const;
  // A message about an order's present state, as the post would send it. Null without such an order.
  boost::json::value message_about(std::string_view number) const;
  boost::json::value order(std::string_view number) const;
  boost::json::object figures() const;

 private:
  struct Event {
    int status = 0;
    Time at{};
  };
  struct Order {
    std::string number, original_id, item_code;
    std::string weight, addons;
    std::vector<Event> history;
    std::string case_id;
  };
  struct SigningKey;

  Answer serve(std::string_view path, const Call& call);
  Answer give_token(const Call& call);
  Answer create(const Call& call);
  Answer create_order(const boost::json::object& body, const boost::json::object& information);
  Answer get_order(const Call& call);
  Answer get_history(const Call& call);
  Answer cancel(const Call& call);
  Answer cancel_order(Order& order);
  Answer delete_draft(const Call& call);
  Answer charge(const Call& call);
  void append(Order& order, int status, Time at);
  const SigningKey& key() const;
  std::string token() const { return "sim-my-" + std::to_string(generation_); }
  Order* find(std::string_view number);
  const Order* find(std::string_view number) const;
  static int status_of(const Order& order);
  static boost::json::object printed(const Order& order);

  Plan& plan_;
  const Clock& clock_;
  std::uint64_t next_serial_;
  std::uint64_t generation_ = 1;
  std::vector<Order> orders_;
  std::map<std::string, std::vector<std::size_t>, std::less<>> by_number_;
  std::map<std::string, std::uint64_t, std::less<>> counts_;
  std::string webhook_url_;
  std::function<void(SignedHint)> send_;
  mutable std::unique_ptr<SigningKey> key_;  // made when it is first needed
};

}  // namespace bccid::sim
