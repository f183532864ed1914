#include "app/daemon.hpp"

#include "app/parts.hpp"
#include "app/systemd_notify.hpp"
#include "base/log.hpp"
#include "base/version.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <unistd.h>

#include <algorithm>
#include <csignal>
#include <exception>
#include <iostream>

namespace bccid::app {

namespace asio = boost::asio;

namespace {

constexpr auto kQuiet = asio::as_tuple(asio::use_awaitable);

}  // namespace

class Daemon::Impl {
 public:
  Impl(Config config, std::string dsn, ConfigSource source)
      : config_(std::move(config)), source_(std::move(source)), parts_(io_, config_, dsn) {}

  ExitCode run() {
    asio::co_spawn(io_, live(), [this](std::exception_ptr error) { ended(error); });
    asio::co_spawn(io_, hear_stops(), asio::detached);
    asio::co_spawn(io_, hear_reloads(), asio::detached);
    asio::co_spawn(io_, feed_watchdog(), asio::detached);
    io_.run();
    return code_;
  }

 private:
  asio::awaitable<void> live() {
    const auto began = std::chrono::steady_clock::now();
    co_await start_all();
    parts_.admin().ready = true;
    notify_ready();
    const auto took =
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - began);
    log::info("ready", {{"version", version()}, {"took_ms", took.count()}});
    stop_.expires_at(asio::steady_timer::time_point::max());
    if (!stopping_) co_await stop_.async_wait(kQuiet);
    co_await stop_all();
  }

  asio::awaitable<void> start_all() {
    for (Service* service : parts_.services()) {
      co_await service->start();
      started_.push_back(service);
      // They must be in their tables before the first message can be decided.
      if (service == &parts_.db()) {
        const auto put = co_await parts_.publish_counterparts();
        if (!put) throw std::runtime_error("counterparts: " + put.error().text());
      }
    }
  }

  asio::awaitable<void> stop_all() {
    parts_.admin().ready = false;
    notify_stopping();
    log::info("draining");
    // Callers, receivers and the database may all be slow: what waits for somebody outside ends side by side,
    // so that a stop takes as long as the slowest of them and not as all together. A little later than the
    // drain: what was not delivered is still given back.
    parts_.db().finish_by(deadline_in(config_.shutdown.drain + std::chrono::seconds(1)));
    for (Service* service : parts_.outward()) {
      ++asides_;
      asio::co_spawn(io_, stop_aside(*service), asio::detached);
    }
    while (asides_ > 0) co_await aside_.async_wait(kQuiet);
    const auto& outward = parts_.outward();
    for (auto service = started_.rbegin(); service != started_.rend(); ++service)
      if (std::find(outward.begin(), outward.end(), *service) == outward.end()) co_await (*service)->stop();
    log::info("stopped");
  }

  asio::awaitable<void> stop_aside(Service& service) {
    co_await service.stop();
    --asides_;
    aside_.cancel();
  }

  void ended(std::exception_ptr error) {
    try {
      if (error) std::rethrow_exception(error);
    } catch (const std::exception& problem) {
      std::cerr << "bccid: could not start: " << problem.what() << '\n';
      code_ = ExitCode::start_failed;
    }
    // Threads of half-started services may still hold work; what is started is stopped by destruction.
    io_.stop();
  }

  asio::awaitable<void> hear_stops() {
    for (;;) {
      const auto [error, number] = co_await stops_.async_wait(kQuiet);
      if (error) co_return;
      if (stopping_) {
        // The operator asked twice: no drain, no cleanup. The database rolls back what is open.
        log::warn("second_signal_stopping_at_once");
        _exit(128 + number);
      }
      stopping_ = true;
      stop_.cancel();
    }
  }

  asio::awaitable<void> hear_reloads() {
    for (;;) {
      const auto [error, number] = co_await reloads_.async_wait(kQuiet);
      if (error) co_return;
      (void)number;
      notify_reloading();
      reload();
      notify_ready();
    }
  }

  void reload() {
    auto wanted = load_config(source_);
    if (!wanted.ok()) {
      log::error("reload_refused", {{"reason", wanted.failure().text()}});
      return;
    }
    log::set_level(log::parse_level(wanted.config.log.level).value());
    if (auto* certificate = parts_.certificate())
      if (const auto read = certificate->reload(); !read)
        log::error("certificate_kept", {{"reason", read.error().text()}});
    for (const auto& key : keys_needing_restart(config_, wanted.config))
      log::warn("restart_needed", {{"key", key}});
    log::info("reloaded");
  }

  // From the loop that does the work: when it is stuck, systemd must notice.
  asio::awaitable<void> feed_watchdog() {
    const auto every = watchdog_interval();
    if (!every) co_return;
    asio::steady_timer timer(io_);
    for (;;) {
      notify_watchdog();
      timer.expires_after(*every);
      co_await timer.async_wait(kQuiet);
    }
  }

  Config config_;
  const ConfigSource source_;
  asio::io_context io_{1};
  asio::signal_set stops_{io_, SIGTERM, SIGINT};
  asio::signal_set reloads_{io_, SIGHUP};
  asio::steady_timer stop_{io_};
  asio::steady_timer aside_{io_, asio::steady_timer::time_point::max()};
  Parts parts_;
  std::vector<Service*> started_;
  bool stopping_ = false;
  std::size_t asides_ = 0;
  ExitCode code_ = ExitCode::ok;
};

Daemon::Daemon(Config config, std::string dsn, ConfigSource source)
    : impl_(std::make_unique<Impl>(std::move(config), std::move(dsn), std::move(source))) {}

Daemon::~Daemon() = default;

ExitCode Daemon::run() { return impl_->run(); }

}  // namespace bccid::app
