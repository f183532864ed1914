#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <utility>

namespace bccid {

// The bell beside which a loop sleeps. A ring while nobody sleeps is kept for the next sleeper, so none is
// lost. One sleeper at a time; io thread only.
class Wake {
 public:
  explicit Wake(boost::asio::any_io_executor executor) : timer_(std::move(executor)) {}

  // Returns when somebody rings, or after `longest`.
  boost::asio::awaitable<void> wait(std::chrono::steady_clock::duration longest) {
    if (!rung_) {
      timer_.expires_after(longest);
      co_await timer_.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
    }
    rung_ = false;
  }
  void ring() {
    rung_ = true;
    timer_.cancel();
  }

 private:
  boost::asio::steady_timer timer_;
  bool rung_ = false;
};

}  // namespace bccid
