#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "flow/reconcile.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <string>
#include <string_view>
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

// Gives a message up that nobody needs any more: a dead letter, or an event or a dossier's status that is
// still being tried. The row is void and keeps the reason, its attention item is closed, an audit row and a
// trace tell who did it and why. A dossier whose status it carried is not asked for that status any more.
// Errors: not_found (no such row that waits or is dead); conflict (what waits decides about an order or a
// receipt, or is just being sent).
Status give_up_message(sql::Tx& tx, std::int64_t id, std::string_view reason, const Actor& actor);

}  // namespace bccid
