#include "adapters/bank_table/bank_table.hpp"

#include "adapters/bank_table/statement_table.hpp"
#include "adapters/headed_source.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace bccid {
namespace {

constexpr std::string_view kWorkbookMark = "PK\x03\x04";
constexpr std::size_t kMappingBytesMax = 1024 * 1024;

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

Result<std::string> mapping_text(const std::string& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  const bool fits = std::filesystem::is_regular_file(path, error) && file.is_open() &&
                    std::filesystem::file_size(path, error) <= kMappingBytesMax && !error;
  std::string text;
  if (fits) text.assign(std::istreambuf_iterator<char>(file), {});
  if (!fits || file.bad())
    return Failure(Errc::config, "mapping_file \"" + path + "\" cannot be read",
                   "Name a TOML file that the daemon may read; adapters/bank_table/mappings has examples.");
  return text;
}

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
  auto mapping = table::statement_mapping();
  mapping.proof_required = block.totals_required;
  if (!block.mapping_file.empty()) {
    const auto text = mapping_text(block.mapping_file);
    if (!text) return text.error();
    auto read = table::read_mapping(*text, block.mapping_file, std::move(mapping));
    if (!read) return read.error();
    mapping = *std::move(read);
  }
  return std::unique_ptr<BankFilePort>(std::make_unique<BankTable>(block.name, std::move(mapping)));
}

}  // namespace bank
}  // namespace bccid
