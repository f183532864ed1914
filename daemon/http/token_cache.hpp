#pragma once

#include "base/clock.hpp"
#include "http/principal.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

namespace bccid::http {

// Remembers for a few seconds whose a token is, so that a scan costs no query of its own. A revoked token
// may therefore live on for that long on other daemons; the time is configuration. Io thread only.
class TokenCache {
 public:
  TokenCache(std::chrono::milliseconds keep, std::size_t entries_max = 10'000)
      : keep_(keep), entries_max_(entries_max) {}

  // Null when the token is not known here or was not checked recently.
  std::shared_ptr<const Principal> find(std::string_view token) const;
  // `expires_at` is the token's own end, which the cache never outlives.
  void put(std::string_view token, std::shared_ptr<const Principal> principal, Time now, Time expires_at);
  void forget(std::string_view token);

 private:
  using Steady = std::chrono::steady_clock;
  struct Entry {
    std::shared_ptr<const Principal> principal;
    Steady::time_point until;
  };
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };

  std::chrono::milliseconds keep_;
  std::size_t entries_max_;
  std::unordered_map<std::string, Entry, TextHash, std::equal_to<>> entries_;
};

}  // namespace bccid::http
