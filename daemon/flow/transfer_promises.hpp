#pragma once

#include "store/pq.hpp"

#include <cstdint>
#include <set>

namespace bccid {

// Those of these orders of which a transfer can pay nothing: nothing is due, or only what has no account.
std::set<std::int64_t> owing_no_transfer(sql::Tx& tx, std::set<std::int64_t> orders);

}  // namespace bccid
