#include "net/resolver.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

namespace bccid::net {
namespace {

namespace asio = boost::asio;

constexpr int kLookupsMax = 16;

// What a lookup thread may touch after the resolver is gone: nothing but this.
struct Hub {
  explicit Hub(asio::any_io_executor executor_in) : executor(std::move(executor_in)) {}
  std::mutex mutex;
  std::optional<asio::any_io_executor> executor;  // nothing: the resolver is gone
  int running = 0;
};

struct Lookup {
  explicit Lookup(const asio::any_io_executor& executor) : done(executor) {}
  asio::steady_timer done;
  Addresses found;
  std::string error;
};

void collect(const addrinfo* list, Addresses& out) {
  for (const addrinfo* one = list; one != nullptr; one = one->ai_next) {
    if (one->ai_family == AF_INET) {
      sockaddr_in address{};
      std::memcpy(&address, one->ai_addr, sizeof(address));
      out.emplace_back(asio::ip::address_v4(ntohl(address.sin_addr.s_addr)));
    } else if (one->ai_family == AF_INET6) {
      sockaddr_in6 address{};
      std::memcpy(&address, one->ai_addr, sizeof(address));
      asio::ip::address_v6::bytes_type bytes{};
      std::memcpy(bytes.data(), &address.sin6_addr, bytes.size());
      out.emplace_back(asio::ip::address_v6(bytes, address.sin6_scope_id));
    }
  }
}

Addresses ask_system(const std::string& host, std::string& error) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* list = nullptr;
  Addresses out;
  const int code = getaddrinfo(host.c_str(), nullptr, &hints, &list);
  if (code != 0) {
    error = gai_strerror(code);
    return out;
  }
  collect(list, out);
  freeaddrinfo(list);
  return out;
}

// The thread holds the lookup weakly: it must never be the one that destroys a timer.
void run_lookup(const std::shared_ptr<Hub>& hub, const std::weak_ptr<Lookup>& lookup,
                const std::string& host) {
  std::string error;
  Addresses found = ask_system(host, error);
  const std::scoped_lock lock(hub->mutex);
  --hub->running;
  if (!hub->executor) return;
  asio::post(*hub->executor, [lookup, found = std::move(found), error = std::move(error)]() mutable {
    const auto waiting = lookup.lock();
    if (waiting == nullptr) return;
    waiting->found = std::move(found);
    waiting->error = std::move(error);
    waiting->done.cancel();
  });
}

class SystemResolver final : public Resolver {
 public:
  explicit SystemResolver(asio::any_io_executor executor)
      : executor_(executor), hub_(std::make_shared<Hub>(std::move(executor))) {}

  ~SystemResolver() override {
    const std::scoped_lock lock(hub_->mutex);
    hub_->executor.reset();
  }

  asio::awaitable<Result<Addresses>> resolve(const std::string& host, Steady::time_point deadline) override {
    if (!reserve())
      co_return Failure(Errc::overloaded, "too many name lookups are waiting", "Try again in a few seconds.");
    auto lookup = std::make_shared<Lookup>(executor_);
    lookup->done.expires_at(deadline);
    start(lookup, host);
    boost::system::error_code ignored;
    co_await lookup->done.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
    if (!lookup->found.empty()) co_return std::move(lookup->found);
    const std::string why = lookup->error.empty() ? "no answer in time" : lookup->error;
    co_return Failure(Errc::unavailable, "host \"" + host + "\" has no address: " + why,
                      "Check the name and the name server.");
  }

 private:
  bool reserve() {
    const std::scoped_lock lock(hub_->mutex);
    if (hub_->running >= kLookupsMax) return false;
    ++hub_->running;
    return true;
  }

  void start(const std::shared_ptr<Lookup>& lookup, const std::string& host) {
    std::thread([hub = hub_, waiting = std::weak_ptr<Lookup>(lookup), host] {
      run_lookup(hub, waiting, host);
    }).detach();
  }

  asio::any_io_executor executor_;
  std::shared_ptr<Hub> hub_;
};

}  // namespace

std::unique_ptr<Resolver> system_resolver(asio::any_io_executor executor) {
  return std::make_unique<SystemResolver>(std::move(executor));
}

}  // namespace bccid::net
