#pragma once

#include "base/embedded.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bccid {

// One violation of an invariant.
struct Finding {
  std::string check;  // file name without folder and ending
  std::string text;   // what is wrong, from the first column
};

struct VerifyReport {
  int checks = 0;
  std::int64_t violations = 0;    // all of them
  std::vector<Finding> findings;  // at most kVerifyFindingsMax a check
};

inline constexpr std::size_t kVerifyFindingsMax = 100;

// Runs every `sql/verify/*.sql`, each one SELECT of violating rows, all at the same moment.
// Errors: unavailable; internal when a check itself cannot run.
Result<VerifyReport> run_verify(const std::string& dsn,
                                std::span<const EmbeddedFile> files = embedded_files());

// Prepares every statement that is linked into this program: a schema that was changed by hand shows up as
// statements that no longer fit it. Errors: unavailable.
Result<VerifyReport> verify_statements(const std::string& dsn);

}  // namespace bccid
