#include "net/connection_pool.hpp"

#include <algorithm>
#include <utility>

namespace bccid::net {

std::unique_ptr<Connection> ConnectionPool::take(const std::string& origin) {
  const auto found = idle_.find(origin);
  if (found == idle_.end()) return nullptr;
  auto& shelf = found->second;
  const auto now = Steady::now();
  while (!shelf.empty()) {
    auto connection = std::move(shelf.back());
    shelf.pop_back();
    --size_;
    if (now - connection->idle_since < age_max_ && connection->still_quiet()) return connection;
  }
  idle_.erase(found);
  return nullptr;
}

void ConnectionPool::put(const std::string& origin, std::unique_ptr<Connection> connection) {
  const auto now = Steady::now();
  if (now >= next_sweep_) drop_old(now);
  if (size_ >= total_max_) return;
  auto& shelf = idle_[origin];
  if (shelf.size() >= per_origin_max_) return;
  connection->idle_since = now;
  shelf.push_back(std::move(connection));
  ++size_;
}

void ConnectionPool::clear() {
  idle_.clear();
  size_ = 0;
}

// Connections are pushed at the end, so the old ones stand at the beginning of a shelf.
void ConnectionPool::drop_old(Steady::time_point now) {
  next_sweep_ = now + age_max_ / 4;
  for (auto at = idle_.begin(); at != idle_.end();) {
    auto& shelf = at->second;
    const auto young = std::find_if(shelf.begin(), shelf.end(),
                                    [&](const auto& one) { return now - one->idle_since < age_max_; });
    size_ -= static_cast<std::size_t>(young - shelf.begin());
    shelf.erase(shelf.begin(), young);
    at = shelf.empty() ? idle_.erase(at) : std::next(at);
  }
}

}  // namespace bccid::net
