#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>

#include <chrono>
#include <memory>

namespace bccid::net {

using Steady = std::chrono::steady_clock;

// Something with a deadline: a connection, a request. Owned by whoever runs it; unlinks itself.
class Watched
    : public boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>> {
 public:
  Watched() = default;
  Watched(const Watched&) = delete;
  Watched& operator=(const Watched&) = delete;
  virtual ~Watched() = default;

  void arm(Steady::time_point at) { deadline_ = at; }
  void disarm() { deadline_ = Steady::time_point::max(); }
  Steady::time_point deadline() const { return deadline_; }
  // Called once for each time that an armed deadline passed, from the io thread.
  virtual void on_deadline() = 0;

 private:
  Steady::time_point deadline_ = Steady::time_point::max();
};

// One timer for thousands of deadlines: arming is a store, and a sweep every `tick` finds what is late.
// A timer of its own for each request would cost a heap operation and an allocation both ways.
// All calls from one thread. The sweep sleeps while nothing is watched.
class DeadlineWatch {
 public:
  DeadlineWatch(boost::asio::any_io_executor executor, std::chrono::milliseconds tick);
  ~DeadlineWatch();
  DeadlineWatch(const DeadlineWatch&) = delete;
  DeadlineWatch& operator=(const DeadlineWatch&) = delete;

  void add(Watched& watched);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace bccid::net
