#pragma once

#include "base/digest.hpp"
#include "flow/reconcile.hpp"
#include "ports/bank_file_port.hpp"

#include <cstddef>
#include <string_view>

namespace bccid {

struct StatementReport {
  Uuid id;
  bool already_imported = false;
  std::size_t lines = 0;
  std::size_t fresh_lines = 0;  // lines that no earlier file had
  std::size_t matched = 0;
  std::size_t breaks_opened = 0;
};

// Stores a statement and matches what is open. The same file again changes nothing; a line that an earlier
// file had is not taken twice. Errors: statement_refused (account of no agency; a line that an earlier file
// had with another day or amount; days in the future).
Result<StatementReport> import_statement(sql::Tx& tx, const Actor& actor, std::string_view bank,
                                         const BankStatement& statement, const Sha256& digest, Time now,
                                         const ReconRules& rules = {});

}  // namespace bccid
