#include "adapters/bank_table/bank_table.hpp"

#include "adapters/bank_table/mapping_file.hpp"
#include "adapters/bank_table/statement_table.hpp"
#include "adapters/headed_source.hpp"

#include <utility>

namespace bccid {
namespace {

constexpr std::string_view kWorkbookMark = "PK\x03\x04";

class BankTable final : public BankFilePort {
 public:
  BankTable(std::string name, table::Mapping mapping)
      : name_(std::move(name)), mapping_(std::move(mapping)) {}
  const std::string& name() const override { return name_; }
  Result<StatementHead> read(ByteSource& bytes, LineSink& lines) const override {
    table::StatementTable statement(mapping_, lines);
    if (auto read = table::read_rows(bytes, mapping_, statement); !read) return read.error();
    return statement.finish();
  }

 private:
  std::string name_;
  table::Mapping mapping_;
};

}  // namespace

namespace table {

Status read_rows(ByteSource& bytes, const Mapping& mapping, RowSink& rows) {
  bank::HeadedSource source(bytes);
  if (const auto begun = source.read_head(); !begun) return begun;
  return source.head().starts_with(kWorkbookMark) ? read_workbook_rows(source, mapping, rows)
                                                  : read_csv_rows(source, mapping, rows);
}

}  // namespace table

namespace bank {

Result<std::unique_ptr<BankFilePort>> open_bank_table(const BankBlock& block) {
  if (block.name.empty()) return Failure(Errc::config, "the bank has no name", "Set name.");
  auto mapping = table::mapping_of(block.mapping_file, table::statement_mapping());
  if (!mapping) return mapping.error();
  mapping->proof_required = block.totals_required;
  return std::unique_ptr<BankFilePort>(std::make_unique<BankTable>(block.name, *std::move(mapping)));
}

}  // namespace bank
}  // namespace bccid
