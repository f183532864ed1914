#pragma once

#include "tests/tidy/source_tree.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::tidy {

struct Finding {
  std::string path;
  std::size_t line = 1;
  std::string message;  // what is wrong and what to do instead
};

using Findings = std::vector<Finding>;

// One rule of the house. Its name appears in the failure and in the rule's own test.
struct Rule {
  std::string_view name;
  void (*check)(const Tree& tree, Findings& findings);
};

std::span<const Rule> layout_rules();    // files, lines, names
std::span<const Rule> language_rules();  // what C++ may be written
std::span<const Rule> room_rules();      // who may include whom, what belongs into the build

}  // namespace bccid::tidy
