#include "http/token_cache.hpp"

#include <algorithm>

namespace bccid::http {

std::shared_ptr<const Principal> TokenCache::find(std::string_view token) const {
  const auto found = entries_.find(token);
  if (found == entries_.end() || Steady::now() >= found->second.until) return nullptr;
  return found->second.principal;
}

void TokenCache::put(std::string_view token, std::shared_ptr<const Principal> principal, Time now,
                     Time expires_at) {
  // Full means thousands of callers within seconds; starting over costs each of them one query.
  if (entries_.size() >= entries_max_) entries_.clear();
  const auto own = std::chrono::duration_cast<std::chrono::milliseconds>(expires_at - now);
  entries_.insert_or_assign(std::string(token),
                            Entry{std::move(principal), Steady::now() + std::min(keep_, own)});
}

void TokenCache::forget(std::string_view token) {
  if (const auto found = entries_.find(token); found != entries_.end()) entries_.erase(found);
}

}  // namespace bccid::http
