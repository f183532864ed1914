#pragma once

#include "base/clock.hpp"
#include "base/time_text.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct StatementGaps {
  std::size_t opened = 0;          // breaks
  std::vector<std::string> texts;  // one for each gap that is there, new or not
};

// Looks whether the account's statements from that day on follow each other: each opens with what the one
// before closed with, and no number of the bank's is left out. Opens a break statement_gap where they do not,
// about the statement behind the gap, with what moved unseen as its amount; ends those where they do now.
StatementGaps renew_statement_gaps(sql::Tx& tx, std::string_view account, Day from, Time now);

}  // namespace bccid
