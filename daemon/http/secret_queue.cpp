#include "http/secret_queue.hpp"

#include "flow/sign_in.hpp"

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

// Counts one that waits for as long as this lives, however its coroutine ends.
class Place {
 public:
  explicit Place(std::shared_ptr<std::size_t> taken) : taken_(std::move(taken)) { ++*taken_; }
  ~Place() { --*taken_; }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

 private:
  std::shared_ptr<std::size_t> taken_;  // a coroutine that is thrown away at the end may outlive the queue
};

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
  const Place place(waiting_);
  auto job = compare(std::move(encoded), std::move(secret));
  const bool right = co_await asio::co_spawn(thread_.get_executor(), std::move(job), asio::use_awaitable);
  co_return right;
}

}  // namespace bccid::http
