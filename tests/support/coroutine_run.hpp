#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace bccid::test {

// Starts a coroutine whose value is read later, when `io` has run out of work.
template <class T>
class Pending {
 public:
  Pending(boost::asio::io_context& io, boost::asio::awaitable<T> work) {
    auto keep = [this](std::exception_ptr error, T value) {
      error_ = std::move(error);
      value_.emplace(std::move(value));
    };
    boost::asio::co_spawn(io, std::move(work), std::move(keep));
  }
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;

  bool done() const { return value_.has_value(); }
  T& value() {
    if (error_) std::rethrow_exception(error_);
    return value_.value();
  }

 private:
  std::exception_ptr error_;
  std::optional<T> value_;
};

// Runs a coroutine and everything else that `io` has to do.
template <class T>
T run(boost::asio::io_context& io, boost::asio::awaitable<T> work) {
  Pending<T> pending(io, std::move(work));
  io.restart();
  while (!pending.done() && io.run_one() > 0) {
  }
  return std::move(pending.value());
}

inline void run(boost::asio::io_context& io, boost::asio::awaitable<void> work) {
  bool done = false;
  std::exception_ptr failure;
  auto keep = [&](std::exception_ptr error) {
    done = true;
    failure = std::move(error);
  };
  boost::asio::co_spawn(io, std::move(work), std::move(keep));
  io.restart();
  while (!done && io.run_one() > 0) {
  }
  if (failure) std::rethrow_exception(failure);
}

}  // namespace bccid::test
