#pragma once

#include "base/result.hpp"
#include "net/deadline_watch.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/address.hpp>

#include <memory>
#include <string>
#include <vector>

namespace bccid::net {

using Addresses = std::vector<boost::asio::ip::address>;

// Names to addresses. Injected, so that tests answer as they like.
class Resolver {
 public:
  Resolver() = default;
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;
  virtual ~Resolver() = default;

  // All addresses of the name, at least one. Errors: unavailable, overloaded (too many lookups waiting).
  virtual boost::asio::awaitable<Result<Addresses>> resolve(const std::string& host,
                                                            Steady::time_point deadline) = 0;
};

// The system's resolver. Each lookup runs on a thread of its own (at most 16), because the C library
// cannot be interrupted: a dead name server must neither hold up other names nor our shutdown.
std::unique_ptr<Resolver> system_resolver(boost::asio::any_io_executor executor);

}  // namespace bccid::net
