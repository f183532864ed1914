#pragma once

#include <boost/asio/any_completion_handler.hpp>
#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <mutex>
#include <vector>

namespace bccid {

// An event that happens once, fired by any thread and awaited by coroutines on their own executors.
class OneShot {
 public:
  // Returns at once when the event has happened. Cannot be cancelled.
  boost::asio::awaitable<void> wait();
  void fire();

 private:
  using Handler = boost::asio::any_completion_handler<void()>;
  struct Waiter {
    boost::asio::executor_work_guard<boost::asio::any_io_executor> work;
    Handler handler;
  };

  void add(boost::asio::any_io_executor executor, Handler handler);

  std::mutex mutex_;
  bool fired_ = false;
  std::vector<Waiter> waiters_;
};

}  // namespace bccid
