#pragma once

#include "base/embedded.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bccid {

struct MigrationReport {
  int from = 0;                          // number of the newest migration before
  int to = 0;                            // and after
  std::vector<std::string> applied;      // file names, in order
  std::vector<std::string> code_lists;   // "parcel_move: 118 rows, 3 changed", one a list
  std::int64_t code_rows_changed = 0;

  bool nothing_done() const { return applied.empty() && code_rows_changed == 0; }
};

// Brings a database to the schema of this binary: applies `sql/NNNN_*.sql` in order, each with its record
// in one transaction, then makes the code-list tables equal to `codes/*.csv`. Holds an advisory lock, so
// a second migrator waits and finds nothing to do; killed at any point it leaves whole migrations only.
// Blocks; not for the event loop.
// Errors: unavailable (no connection), config (gap in the numbers, a changed file, a database newer than
// this binary), internal (a migration failed and was rolled back).
Result<MigrationReport> migrate(const std::string& dsn,
                                std::span<const EmbeddedFile> files = embedded_files());

// Whether this binary may serve this database. Errors: as migrate, and config when the database is older.
Status check_schema(const std::string& dsn, std::span<const EmbeddedFile> files = embedded_files());

// One violation of an invariant.
struct Finding {
  std::string check;  // file name without folder and ending
  std::string text;   // what is wrong, from the first column
};

struct VerifyReport {
  int checks = 0;
  std::int64_t violations = 0;     // all of them
  std::vector<Finding> findings;   // at most kVerifyFindingsMax a check
};

inline constexpr std::size_t kVerifyFindingsMax = 100;

// Runs every `sql/verify/*.sql`, each one SELECT of violating rows, all at the same moment.
// Errors: unavailable; internal when a check itself cannot run.
Result<VerifyReport> run_verify(const std::string& dsn,
                                std::span<const EmbeddedFile> files = embedded_files());

}  // namespace bccid
