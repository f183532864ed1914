#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace bccid {

// How much room a row needs, in points.
struct RowShape {
  std::size_t lines = 1;
  double pitch = 0;   // from one line to the next
  double before = 0;  // left out at the top of a page
  double after = 0;
  bool keep_with_next = false;
  std::optional<std::size_t> heading = {};  // a row that is repeated above this one on a new page
};

// Some lines of a row, and where they begin below the top of their page.
struct Piece {
  std::size_t row = 0;
  std::size_t first_line = 0;
  std::size_t lines = 0;
  double top = 0;
};

using Page = std::vector<Piece>;

// Distributes rows over pages of that height. Rows that are kept together move to a new page together, unless
// no page could hold them; only a row that is higher than a page is broken, between lines. Always ends, and
// gives at least one page.
std::vector<Page> paginate(std::span<const RowShape> rows, double height);

}  // namespace bccid
