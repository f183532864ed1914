#pragma once

#include "net/connection.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

namespace bccid::net {

// Idle connections by origin, the latest used first. Bounded for each origin and overall.
class ConnectionPool {
 public:
  ConnectionPool(std::size_t per_origin_max, std::size_t total_max, std::chrono::milliseconds age_max)
      : per_origin_max_(per_origin_max), total_max_(total_max), age_max_(age_max) {}

  // A connection that is open and quiet; null when there is none.
  std::unique_ptr<Connection> take(const std::string& origin);
  void put(const std::string& origin, std::unique_ptr<Connection> connection);
  void clear();
  std::size_t size() const { return size_; }

 private:
  void drop_old(Steady::time_point now);

  std::unordered_map<std::string, std::vector<std::unique_ptr<Connection>>> idle_;
  std::size_t per_origin_max_;
  std::size_t total_max_;
  std::chrono::milliseconds age_max_;
  std::size_t size_ = 0;
  Steady::time_point next_sweep_{};
};

}  // namespace bccid::net
