#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace bccid::http {

struct SignInRules {
  int free_tries = 5;  // refusals of one name from one address before the first wait: 2, 4, 8 ... seconds
  std::chrono::seconds longest_wait{900};
  std::chrono::seconds longest_wait_here{30};  // of this host, where many callers may look like one
  int together_max = 16;                       // tries of one name from one address at the same time
  int peer_tries = 30;                  // refusals from one address before it waits, whatever the names
  std::chrono::seconds peer_refill{6};  // after which one of them is given back
  std::size_t entries_max = 10'000;  // remembered of each kind; the one that was not seen longest goes first
};

// Who has to wait before he may try a secret. What is counted is a name together with the address that tried
// it, and the address by itself; never a name alone, so nobody can lock somebody else out from elsewhere.
// Whether a name exists is not known here, so it cannot show. An IPv6 address counts by its network of 64
// bits, which is what one customer gets. A proxy on this host that is not trusted
// (http.trusted_proxies) shows every caller as 127.0.0.1, ::1 or "unix": these have no count of their own,
// and a name waits only shortly there, so that one caller cannot keep everybody out of it. Kept in memory
// only, by each daemon for itself: a caller cannot restart it, and two daemons double his tries, no more. Io
// thread only.
class SignInThrottle {
 public:
  explicit SignInThrottle(SignInRules rules = {}) : rules_(rules) {}

  // Zero: he may try, and must say with one of the functions below how it went. Else how long he has to wait.
  std::chrono::seconds admit(std::string_view name, std::string_view peer, Time now);
  // The secret was right: earlier refusals of the name from there are forgotten.
  void right(std::string_view name, std::string_view peer);
  // The secret or the name was wrong.
  void wrong(std::string_view name, std::string_view peer, Time now);
  // Nothing was compared, because something else failed.
  void undone(std::string_view name, std::string_view peer);

  std::size_t remembered() const { return pairs_.size() + peers_.size(); }

 private:
  struct Pair {
    int refusals = 0;
    int trying = 0;
    Time refused_at{};
  };
  struct Peer {
    int taken = 0;  // of its tries, since the time that follows
    Time counted_at{};
  };

  // A map that forgets the entry which was not touched for the longest time.
  template <class Value>
  class Recent {
   public:
    Recent() = default;
    Recent(Recent&&) = default;  // the list's places move along; a copy's would not
    Recent& operator=(Recent&&) = default;
    Value& touch(const std::string& key, std::size_t entries_max) {
      if (const auto found = places_.find(key); found != places_.end()) {
        order_.splice(order_.begin(), order_, found->second);
        return found->second->second;
      }
      if (places_.size() >= entries_max) {
        places_.erase(order_.back().first);
        order_.pop_back();
      }
      order_.emplace_front(key, Value{});
      places_.emplace(key, order_.begin());
      return order_.front().second;
    }
    Value* find(const std::string& key) {
      const auto found = places_.find(key);
      return found == places_.end() ? nullptr : &found->second->second;
    }
    void erase(const std::string& key) {
      const auto found = places_.find(key);
      if (found == places_.end()) return;
      order_.erase(found->second);
      places_.erase(found);
    }
    std::size_t size() const { return places_.size(); }

   private:
    using Order = std::list<std::pair<std::string, Value>>;
    Order order_;  // the last touched first
    std::unordered_map<std::string, typename Order::iterator> places_;
  };

  std::chrono::seconds pair_wait(const Pair& pair, std::chrono::seconds longest, Time now) const;
  std::chrono::seconds peer_wait(Peer& peer, Time now) const;
  void give_back(const std::string& network);
  // The name is tried no more from there; what was never refused needs no memory.
  void finish(const std::string& key);

  SignInRules rules_;
  Recent<Pair> pairs_;
  Recent<Peer> peers_;
};

}  // namespace bccid::http
