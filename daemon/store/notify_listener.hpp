#pragma once

#include "base/service.hpp"
#include "store/pq.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace bccid {

// Hears NOTIFY on a connection of its own, whose socket the event loop watches. A notification only
// wakes somebody; polling stays the truth, since what is sent while the connection is down is lost.
class NotifyListener final : public Service {
 public:
  // Called on the executor with the payload. After each (re)connection every callback is called once
  // with an empty payload, because something may have been missed.
  using Callback = std::function<void(const std::string& payload)>;

  // Connecting blocks, so it happens on a thread of the listener; the rest on `executor`, which must
  // be the io thread's.
  NotifyListener(boost::asio::any_io_executor executor, sql::SessionOptions options);
  ~NotifyListener() override;

  // Before start.
  void on(std::string channel, Callback callback);

  const char* name() const override { return "notify_listener"; }
  // Returns at once; connects in the background and again with a growing delay when the line breaks.
  boost::asio::awaitable<void> start() override;
  boost::asio::awaitable<void> stop() override;

  bool connected() const;

 private:
  class Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace bccid
