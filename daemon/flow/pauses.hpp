#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <string>
#include <string_view>
#include <unordered_set>

namespace bccid {

// The targets to which an operator wants nothing sent until he resumes them.
std::unordered_set<std::string> paused_targets(sql::Tx& tx);

// Stops sending to a target, on every daemon within a second: what is under way ends, what waits stays in the
// outbox. Audited. Again changes nothing and keeps who said it first. False when it was paused already.
// Errors: not_found (a counterpart that nobody ever had anything to do with).
Result<bool> pause_target(sql::Tx& tx, std::string_view target, std::string_view reason, const Actor& actor,
                          Time now);
// Sends to it again, what has waited longest first; audited. False when it was not paused. Errors: as above.
Result<bool> resume_target(sql::Tx& tx, std::string_view target, std::string_view reason, const Actor& actor,
                           Time now);

}  // namespace bccid
