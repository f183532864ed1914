#include "http/secret_queue.hpp"

#include "flow/sign_in.hpp"
#include "http/waiting_place.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace bccid::http {
namespace {

namespace asio = boost::asio;

asio::awaitable<bool> compare(std::string encoded, std::string secret) {
  co_return verify_secret(encoded, secret);
}

}  // namespace

SecretQueue::SecretQueue(std::size_t waiting_max) : waiting_max_(waiting_max) {
  // The first unknown name must not take longer than the others.
  asio::post(thread_, [] { (void)nobody_hash(); });
}

SecretQueue::~SecretQueue() {
  thread_.stop();
  thread_.join();
}

asio::awaitable<Result<bool>> SecretQueue::verify(std::string encoded, std::string secret) {
  if (*waiting_ >= waiting_max_)
    co_return Failure(Errc::overloaded, "too many sign-ins at the same time", "Try again in a moment.");
  const WaitingPlace place(waiting_);
  auto job = compare(std::move(encoded), std::move(secret));
  const bool right = co_await asio::co_spawn(thread_.get_executor(), std::move(job), asio::use_awaitable);
  co_return right;
}

}  // namespace bccid::http
