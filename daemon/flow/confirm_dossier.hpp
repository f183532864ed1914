#pragma once

#include "base/clock.hpp"
#include "store/outbox_store.hpp"
#include "store/pq.hpp"

namespace bccid {

// Records that the one-stop system has taken this status message; one that says no status (0) changes
// nothing. Messages of one dossier leave in order and old ones are not replayed, so the last call is the
// newest.
void confirm_dossier(sql::Tx& tx, const LeasedMessage& message, int portal_status, Time now);

}  // namespace bccid
