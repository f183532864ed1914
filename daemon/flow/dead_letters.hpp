#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "flow/reconcile.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace bccid {

// A message that will not be sent again unless somebody says so.
struct DeadLetter {
  std::int64_t id = 0;
  std::string target, kind, subject, reason;
  int attempts = 0;
  Time created_at{};
  Time died_at{};
};
struct DeadLetterPage {
  std::vector<DeadLetter> items;  // the newest first
  std::string next;
};
// Errors: invalid_field (cursor).
Result<DeadLetterPage> list_dead_letters(sql::Tx& tx, const PageOf& page);

}  // namespace bccid
