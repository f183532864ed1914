#pragma once

#include "base/clock.hpp"
#include "store/pq.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A sender's breaker opened, let a probe fail, or closed.
struct BreakerNews {
  std::string target;
  bool open = false;
  Duration probe_in{0};  // while open: how long until the next try
  std::string by;        // the daemon
  std::string subject;   // of the message that was tried last: order:NUMBER, ...
  std::string answer;    // what came of it
};

// Makes it visible: the counterpart's row says so, and while a breaker is open an administrator has an item
// of kind breaker_open that names the target, the dossier and parcel that were tried last, and the last
// answer.
void tell_breakers(sql::Tx& tx, const std::vector<BreakerNews>& news);

// A daemon that starts has no open breaker: what it told before is taken back, and its items are closed.
void forget_breakers_of(sql::Tx& tx, std::string_view instance);

}  // namespace bccid
