#include "store/notify_listener.hpp"

#include "base/log.hpp"
#include "store/one_shot.hpp"

#include <unistd.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <atomic>
#include <thread>
#include <utility>

namespace bccid {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kDelayMin{50};
constexpr std::chrono::milliseconds kDelayMax{5'000};

}  // namespace

class NotifyListener::Impl : public std::enable_shared_from_this<Impl> {
 public:
  Impl(asio::any_io_executor executor, sql::SessionOptions options)
      : executor_(std::move(executor)), options_(std::move(options)), timer_(executor_), socket_(executor_) {}

  void on(std::string channel, Callback callback) {
    callbacks_.emplace_back(std::move(channel), std::move(callback));
  }

  void start() {
    if (stopping_ || std::exchange(started_, true)) return;
    asio::co_spawn(executor_, loop(shared_from_this()), asio::detached);
  }

  asio::awaitable<void> stop() {
    stopping_ = true;
    timer_.cancel();
    if (socket_.is_open()) socket_.cancel();
    if (started_) co_await ended_.wait();
  }

  bool connected() const { return connected_; }

 private:
  // `self` keeps the object alive until the loop has ended.
  static asio::awaitable<void> loop(std::shared_ptr<Impl> self) {
    auto delay = kDelayMin;
    while (!self->stopping_) {
      co_await self->connect();
      if (self->connection_ && !self->stopping_) {
        delay = kDelayMin;
        co_await self->hear();
      }
      self->connected_ = false;
      self->connection_.reset();
      if (self->stopping_) break;
      self->timer_.expires_after(delay);
      boost::system::error_code ignored;
      co_await self->timer_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
      delay = std::min(delay * 2, kDelayMax);
    }
    self->ended_.fire();
  }

  // Connecting and LISTEN block, so a thread does them; it is waited for without blocking the loop.
  asio::awaitable<void> connect() {
    OneShot done;
    const std::jthread thread = opener(done);
    co_await done.wait();
  }

  std::jthread opener(OneShot& done) {
    return std::jthread([this, &done] {
      try {
        auto connection = std::make_unique<sql::Connection>(options_);
        for (const auto& [channel, callback] : callbacks_) connection->listen(channel);
        connection_ = std::move(connection);
      } catch (const sql::SqlError& error) {
        log::warn("notify_connect_failed", {{"reason", error.server_text()}});
      }
      done.fire();
    });
  }

  asio::awaitable<void> hear() {
    // A duplicate, because the descriptor closes what it watches and the driver closes its own.
    socket_.assign(::dup(connection_->socket()));
    connected_ = true;
    for (const auto& [channel, callback] : callbacks_) callback({});
    boost::system::error_code failed;
    while (!failed && !stopping_ && deliver()) {
      co_await socket_.async_wait(asio::posix::stream_descriptor::wait_read,
                                  asio::redirect_error(asio::use_awaitable, failed));
    }
    boost::system::error_code ignored;
    socket_.close(ignored);
  }

  // False when the connection is gone.
  bool deliver() {
    try {
      for (const auto& heard : connection_->notifications()) {
        for (const auto& [channel, callback] : callbacks_) {
          if (channel == heard.channel) callback(heard.payload);
        }
      }
      return connection_->usable();
    } catch (const sql::SqlError& error) {
      log::warn("notify_connection_lost", {{"reason", error.server_text()}});
      return false;
    }
  }

  const asio::any_io_executor executor_;
  const sql::SessionOptions options_;
  asio::steady_timer timer_;
  asio::posix::stream_descriptor socket_;
  std::vector<std::pair<std::string, Callback>> callbacks_;
  std::unique_ptr<sql::Connection> connection_;
  bool started_ = false;
  bool stopping_ = false;
  std::atomic<bool> connected_ = false;
  OneShot ended_;
};

NotifyListener::NotifyListener(asio::any_io_executor executor, sql::SessionOptions options)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(options))) {}

NotifyListener::~NotifyListener() = default;

void NotifyListener::on(std::string channel, Callback callback) {
  impl_->on(std::move(channel), std::move(callback));
}

asio::awaitable<void> NotifyListener::start() {
  impl_->start();
  co_return;
}

asio::awaitable<void> NotifyListener::stop() { return impl_->stop(); }

bool NotifyListener::connected() const { return impl_->connected(); }

}  // namespace bccid
