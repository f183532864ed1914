#pragma once

#include <boost/asio/awaitable.hpp>

namespace bccid {

// Every long-lived thing of the daemon. Stop before start, stop twice and stop during start are legal
// and must leave nothing running. All calls come from the io thread.
class Service {
 public:
  Service() = default;
  Service(const Service&) = delete;
  Service& operator=(const Service&) = delete;
  virtual ~Service() = default;

  virtual const char* name() const = 0;
  // Returns when the service works; throws when it cannot.
  virtual boost::asio::awaitable<void> start() = 0;
  // Returns when the service has finished what it had begun.
  virtual boost::asio::awaitable<void> stop() = 0;
};

}  // namespace bccid
