#pragma once

#include "store/pq.hpp"

namespace bccid {

// For the rest of the transaction, statements on the outbox are planned by index. A prepared plan made while
// the table is small would read it whole, and would still be in use when it has grown by a million rows.
void plan_outbox_by_index(sql::Tx& tx);

}  // namespace bccid
