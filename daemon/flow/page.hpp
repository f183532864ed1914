#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace bccid {

struct PageOf {  // cursor paging: `after` is opaque to callers, empty for the first page
  std::string after;
  std::size_t limit = 50;
};

// The cursor of a list that is sorted by one number: that of the last item of the page before, or `first`.
// Errors: invalid_field.
Result<std::int64_t> number_cursor(const PageOf& page, std::int64_t first);

}  // namespace bccid
