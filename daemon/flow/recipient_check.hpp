#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "flow/actor.hpp"
#include "ports/citizen_port.hpp"
#include "store/order_store.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <string>

namespace bccid {

// Whose particulars are to be compared: the citizen of an order, the receiver of a result or the sender of a
// dossier.
struct RecipientToCheck {
  std::int64_t order_id = 0;
  std::string name, address;
  std::string party_hash;  // of the particulars, so that an answer is not shown beside others
};

// Errors: not_found (also for another agency's order); conflict (the order is closed: nobody needs to know).
Result<RecipientToCheck> read_recipient(sql::Tx& tx, const Actor& actor, const Uuid& id);

// Keeps the answer, its time and what was compared, and nothing of the question. Answers the order.
Result<OrderView> keep_recipient_check(sql::Tx& tx, const Actor& actor, const Uuid& id,
                                       const RecipientToCheck& asked, const CitizenVerdict& verdict,
                                       Time now);

}  // namespace bccid
