#pragma once

#include "adapters/bank_table/mapping.hpp"
#include "adapters/bank_table/rows.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::table {

// What stands in a labelled cell: beside the label, or behind it in the same cell.
struct Labelled {
  std::string name;  // ours
  std::size_t line = 0;
  Cell value;
};

// Finds a table in a sheet: letterhead and labelled cells above, the header by its titles, the lines, what is
// skipped between them, totals and labelled cells below. What any of it means is the business of who
// inherits.
class TableReader : public RowSink {
 public:
  // `mapping` must outlive it. A header has all columns of one of the `forms`.
  TableReader(const Mapping& mapping, std::vector<std::vector<std::string>> forms)
      : mapping_(mapping), forms_(std::move(forms)) {}

  Status take(const Row& row) override;
  bool is_header(const Row& row) const override;

 protected:
  virtual Status in_label(const Labelled& label) = 0;
  // Whether a row below the header tells of a line; what is none and nothing else either is taken as one,
  // too.
  virtual bool is_line(const Row& row) const = 0;
  virtual Status in_line(const Row& row) = 0;
  virtual Status in_totals(const Row& row) = 0;

  const Mapping& mapping() const { return mapping_; }
  bool is_totals(const Row& row) const;
  bool any_header() const { return !columns_.empty(); }
  bool has(std::string_view column) const { return columns_.contains(column); }
  // An empty one where the table has no such column, or the row ends before it.
  const Cell& cell(const Row& row, std::string_view column) const;

 private:
  using Columns = std::map<std::string, std::size_t, std::less<>>;
  Columns columns_of(const Row& row) const;
  std::vector<Labelled> labels_of(const Row& row) const;
  std::optional<Labelled> label_at(const Row& row, std::size_t at) const;
  Status take_labels(const std::vector<Labelled>& labels);
  Status take_below(const Row& row);

  const Mapping& mapping_;
  std::vector<std::vector<std::string>> forms_;
  Columns columns_;
  std::size_t rows_ = 0;      // above the header
  std::size_t ended_at_ = 0;  // line of the row behind which nothing is told
};

}  // namespace bccid::table
