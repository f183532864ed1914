#pragma once

#include "base/digest.hpp"
#include "base/input_failure.hpp"
#include "flow/reconcile.hpp"
#include "ports/bank_file_port.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct StatementReport {
  Uuid id;  // of the stored file; nil after a dry run that found it new
  bool already_imported = false;
  std::size_t lines = 0;
  std::size_t fresh_lines = 0;  // lines that no earlier file had
  std::size_t matched = 0;
  std::size_t breaks_opened = 0;
  std::vector<std::string> warnings = {};  // what a person should look at although the file is good
  // Only of a file that was read: not of one that was imported before, and not of one that could not be.
  std::optional<StatementHead> head;
};

// A file on its way in.
struct StatementUpload {
  std::string_view bank;     // the name under which its reader is configured
  std::string_view account;  // what the sender says it is about; empty: whatever the file says
  const Sha256& digest;      // of its bytes
  // Reads it from its beginning; called once for each attempt of the transaction, and not at all when the
  // file is known.
  std::function<Result<StatementHead>(LineSink&)> read;
  bool dry_run = false;                              // judge it and store nothing
  std::chrono::milliseconds statement_max{600'000};  // that one statement to PostgreSQL may take
};

// Why a file is refused: all that was found, up to some fifty, the first in the file first.
using StatementProblems = std::vector<FieldError>;

// Stores a statement and matches what is open. Where it does not go on from the file before it, or the next
// one from it, a statement is missing: a warning, and a break of type statement_gap until it comes. The same
// file again changes nothing; a line that an earlier file had is not taken twice. Memory is bounded, however
// large the file: its lines wait in PostgreSQL for the verdict. Errors: statement_refused (what the reader
// finds; another account than the sender said, or one of no agency; a line that repeats another, or that an
// earlier file had with another day or amount; days in the future), with all problems in `problems`; and what
// the reader's source answers. A dry run answers its report all the same.
Result<StatementReport> import_statement(sql::Tx& tx, const Actor& actor, const StatementUpload& upload,
                                         StatementProblems& problems, Time now, const ReconRules& rules = {});

}  // namespace bccid
