#include "net/deadline_watch.hpp"

#include <boost/system/error_code.hpp>

namespace bccid::net {

struct DeadlineWatch::State : std::enable_shared_from_this<State> {
  State(boost::asio::any_io_executor executor, std::chrono::milliseconds tick_in)
      : timer(std::move(executor)), tick(tick_in) {}

  void wake() {
    if (sweeping || watched.empty()) return;
    sweeping = true;
    timer.expires_after(tick);
    timer.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      self->sweeping = false;
      if (error || self->stopped) return;
      self->sweep();
      self->wake();
    });
  }

  // A callback only cancels operations; what that resumes runs later, so the list stands still here.
  void sweep() {
    const auto now = Steady::now();
    for (auto& one : watched) {
      if (one.deadline() > now) continue;
      one.disarm();
      one.on_deadline();
    }
  }

  boost::asio::steady_timer timer;
  std::chrono::milliseconds tick;
  boost::intrusive::list<Watched, boost::intrusive::constant_time_size<false>> watched;
  bool sweeping = false;
  bool stopped = false;
};

DeadlineWatch::DeadlineWatch(boost::asio::any_io_executor executor, std::chrono::milliseconds tick)
    : state_(std::make_shared<State>(std::move(executor), tick)) {}

DeadlineWatch::~DeadlineWatch() {
  state_->stopped = true;
  state_->watched.clear();
  state_->timer.cancel();
}

void DeadlineWatch::add(Watched& watched) {
  state_->watched.push_back(watched);
  state_->wake();
}

}  // namespace bccid::net
