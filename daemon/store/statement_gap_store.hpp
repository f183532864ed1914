#pragma once

#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"
#include "store/pq.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A statement and the one before it on the same account.
struct StatementJoint {
  Uuid id;  // of the later one
  Day from{};
  Money opening;
  Day before_to{};
  Money before_closing;
  std::string agency;  // whose account it is; of several, the first by code
  bool gap = false;    // it does not go on where the one before ended
};

// Of each statement, notifications left aside, that ends on that day or later and is not the account's first,
// by its days. Files that cover the same days, wholly or in part, are no gap: what they say differently about
// a line is refused at their import. Banks date an opening balance on the first day or on the day before it;
// both go on from the closing of the day before.
std::vector<StatementJoint> statement_joints(sql::Tx& tx, std::string_view account, Day from);

}  // namespace bccid
