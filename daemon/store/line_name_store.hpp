#pragma once

#include "domain/recon/reference_shape.hpp"
#include "store/pq.hpp"

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

std::vector<ReferenceShape> reference_shapes(sql::Tx& tx);

struct LineSigns {
  std::int64_t line = 0;
  std::string signs;
};
// Keeps which of the lines of an account hold the signs of which of its remittances.
void insert_line_names(sql::Tx& tx, std::string_view account, std::span<const LineSigns> found);

// The references of an account's remittances that have one of these signs.
std::vector<std::string> references_with(sql::Tx& tx, std::string_view account,
                                         std::span<const LineSigns> found);

struct LineName {
  std::int64_t line = 0;
  std::int64_t remittance = 0;
  auto operator<=>(const LineName&) const = default;
};
std::vector<LineName> names_of_lines(sql::Tx& tx, std::span<const std::int64_t> lines);
std::vector<LineName> names_of_remittances(sql::Tx& tx, std::span<const std::int64_t> remittances);

}  // namespace bccid
