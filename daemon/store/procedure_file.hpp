#pragma once

#include "base/csv.hpp"
#include "base/result.hpp"

#include <string>
#include <vector>

namespace bccid {

struct ProcedureEntry {
  std::string code, name;
  bool by_post_receive = true;  // QĐ 45/2016 Điều 1.2: some procedures forbid the post
  bool by_post_return = true;
  std::vector<std::string> papers;  // the published list; empty: none is known
};

// Reads procedures.csv: procedure_code and name_vi, and where the columns exist papers (separated by "|"),
// by_post_receive and by_post_return ("yes", "no", or empty for yes). Errors: malformed (the column's
// absence, a code of another shape, a code or a paper that stands twice, an empty paper, another word),
// naming the line.
Result<std::vector<ProcedureEntry>> read_procedures(const CsvTable& table);

}  // namespace bccid
