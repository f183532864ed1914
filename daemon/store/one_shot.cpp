#include "store/one_shot.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace bccid {

namespace asio = boost::asio;

asio::awaitable<void> OneShot::wait() {
  const asio::any_io_executor executor = co_await asio::this_coro::executor;
  auto initiate = [this, &executor](auto handler) { add(executor, Handler(std::move(handler))); };
  co_await asio::async_initiate<const asio::use_awaitable_t<>, void()>(initiate, asio::use_awaitable);
}

void OneShot::add(asio::any_io_executor executor, Handler handler) {
  {
    const std::scoped_lock lock(mutex_);
    if (!fired_) {
      waiters_.push_back({asio::make_work_guard(executor), std::move(handler)});
      return;
    }
  }
  asio::post(executor, std::move(handler));
}

void OneShot::fire() {
  std::vector<Waiter> waiters;
  {
    const std::scoped_lock lock(mutex_);
    fired_ = true;
    waiters.swap(waiters_);
  }
  for (auto& waiter : waiters) {
    const asio::any_io_executor executor = waiter.work.get_executor();
    asio::post(executor, std::move(waiter.handler));
  }
}

}  // namespace bccid
