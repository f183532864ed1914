#pragma once

#include "domain/recon/matcher.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace bccid {

// How a reference looks among its comparable signs: what stands before its last number, and its whole
// length. All remittances of a province share one or two.
struct ReferenceShape {
  std::string stem;
  std::size_t length = 0;
  bool operator==(const ReferenceShape&) const = default;
};

// Everything in a line that may be the signs of a reference of these shapes, sorted: what match_named() sees
// as named is among it, whatever remittances there are.
std::vector<std::string> signs_in(const CreditLine& line, std::span<const ReferenceShape> shapes);

}  // namespace bccid
