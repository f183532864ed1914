#pragma once

#include "base/csv.hpp"
#include "ports/carrier_port.hpp"

#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bccid::test {

// The bytes of adapters/<path>.
inline std::string adapter_fixture(const std::string& path) {
  std::ifstream file(std::string(BCCID_SOURCE_DIR) + "/adapters/" + path, std::ios::binary);
  if (!file) throw std::runtime_error("no fixture " + path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline std::string_view outcome_name(SendOutcome outcome) {
  switch (outcome) {
    case SendOutcome::accepted: return "accepted";
    case SendOutcome::rejected: return "rejected";
    case SendOutcome::not_sent: return "not_sent";
    case SendOutcome::unknown: return "unknown";
    case SendOutcome::pending: return "pending";
  }
  return "?";
}

}  // namespace bccid::test
