#pragma once

#include "ports/bank_file_port.hpp"

#include <functional>

namespace bccid::test {

// Hands the lines of a statement on as an adapter does that reads them from a file. `file` must outlive it.
inline std::function<Result<StatementHead>(LineSink&)> reader_of(const BankStatement& file) {
  return [&file](LineSink& lines) -> Result<StatementHead> {
    for (const auto& each : file.lines)
      if (auto taken = lines.take(each); !taken) return taken.error();
    StatementHead head = file;
    head.line_count = file.lines.size();
    return head;
  };
}

}  // namespace bccid::test
