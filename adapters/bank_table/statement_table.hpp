#pragma once

#include "adapters/bank_table/table_reader.hpp"
#include "adapters/statement_builder.hpp"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace bccid::table {

// The columns and labelled cells of a bank's statement, with the titles that banks use most.
Mapping statement_mapping();

// A bank's statement in a table. Where it has a column of balances, each line is checked against the one
// before it, and the balances that no cell is labelled with are the first and the last of them.
class StatementTable final : public TableReader {
 public:
  StatementTable(const Mapping& mapping, LineSink& lines)
      : TableReader(mapping, {{"date", "amount"}, {"date", "credit", "debit"}}), builder_(lines) {}

  // Errors: statement_refused.
  Result<StatementHead> finish();

 private:
  // What a cell says that all lines together must be.
  struct Told {
    std::size_t line = 0;
    std::string what;  // credit, debit, amount or count
    Money sum;
  };
  // From one balance to the next.
  struct Step {
    std::size_t line = 0;
    Money before;
    Money after;
  };

  Status in_label(const Labelled& label) override;
  bool is_line(const Row& row) const override;
  Status in_line(const Row& row) override;
  Status in_totals(const Row& row) override;

  Status take_label(const Labelled& label);
  Status take_days(const Labelled& label);
  Result<BankLine> line_of(const Row& row) const;
  Result<Money> amount_of(const Row& row) const;
  Status check_step(const Row& row, Money amount);
  Status add(Money amount, std::size_t line);
  Status take_balances();
  Status check_told() const;

  bank::StatementBuilder builder_;
  std::map<std::string, std::pair<std::size_t, std::string>> labels_;  // name -> line and text
  std::vector<Told> told_;
  std::map<std::string, Money, std::less<>> sums_;
  std::optional<Step> first_, last_;
  bool follows_ = false;  // the line before could be read
};

}  // namespace bccid::table
