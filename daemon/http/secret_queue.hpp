#pragma once

#include "base/result.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <memory>
#include <string>

namespace bccid::http {

// Compares secrets with their hashes on a thread of its own: each takes tens of milliseconds of one core and
// 19 MiB. The queue is short, so that a flood of sign-ins is turned away at once instead of making everybody
// wait beyond his patience; it is also what limits the tries of all addresses together.
class SecretQueue {
 public:
  explicit SecretQueue(std::size_t waiting_max = 32);
  ~SecretQueue();
  SecretQueue(const SecretQueue&) = delete;
  SecretQueue& operator=(const SecretQueue&) = delete;

  // Whether the secret is the one that was hashed. Called on the io thread, and answers there. Errors:
  // overloaded (the queue is full).
  boost::asio::awaitable<Result<bool>> verify(std::string encoded, std::string secret);

 private:
  const std::size_t waiting_max_;
  std::shared_ptr<std::size_t> waiting_ = std::make_shared<std::size_t>(0);  // io thread only
  boost::asio::thread_pool thread_{1};
};

}  // namespace bccid::http
