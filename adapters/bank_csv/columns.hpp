#pragma once

#include "adapters/blocks.hpp"
#include "base/csv.hpp"
#include "base/result.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bccid::bank {

// Which column of a file holds what, by our names: date, reference, amount, credit, debit, text, payer.
class Columns {
 public:
  // The titles to look for. Errors: config, when the block names a column that we do not have.
  static Result<Columns> of(const BankBlock& block);

  // True when the row is the header: it has the date and an amount in some form. Remembers positions.
  bool adopt_header(const CsvRow& row);

  std::size_t width() const { return width_; }
  bool has(std::string_view name) const { return positions_.contains(std::string(name)); }
  // The trimmed cell; empty when the file has no such column or the row is shorter.
  std::string_view cell(const CsvRow& row, std::string_view name) const;

 private:
  std::map<std::string, std::string> titles_;     // name -> folded title
  std::map<std::string, std::size_t> positions_;  // name -> index in the header
  std::size_t width_ = 0;
};

}  // namespace bccid::bank
