#pragma once

#include "domain/custody/papers.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bccid {

// Compares what was counted with the applicant, by order id, with the lists of those orders. Answers one
// sentence for each difference; orders whose papers agree are left out, and orders without a list, because
// there is nothing to compare with.
std::map<std::int64_t, std::vector<std::string>> paper_differences(
    sql::Tx& tx, const std::map<std::int64_t, std::vector<Paper>>& counted);

}  // namespace bccid
