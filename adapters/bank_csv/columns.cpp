#include "adapters/bank_csv/columns.hpp"

#include "adapters/folded_title.hpp"
#include "base/text.hpp"

namespace bccid::bank {
namespace {

const std::map<std::string, std::string> kDefaultTitles{
    {"date", "ngay"},    {"reference", "so_tham_chieu"}, {"amount", "so_tien"},     {"credit", "ghi_co"},
    {"debit", "ghi_no"}, {"text", "noi_dung"},           {"payer", "nguoi_chuyen"},
};

}  // namespace

Result<Columns> Columns::of(const BankBlock& block) {
  Columns columns;
  columns.titles_ = kDefaultTitles;
  for (const auto& [name, title] : block.column_titles) {
    if (!kDefaultTitles.contains(name))
      return Failure(Errc::config,
                     "bank " + block.name + " maps the column \"" + name + "\", which does not exist",
                     "Map date, reference, amount, credit, debit, text or payer.");
    columns.titles_[name] = folded_title(title);
  }
  return columns;
}

bool Columns::adopt_header(const CsvRow& row) {
  std::map<std::string, std::size_t> found;
  for (std::size_t at = 0; at < row.cells.size(); ++at) {
    const std::string folded = folded_title(row.cells[at]);
    if (folded.empty()) continue;
    for (const auto& [name, title] : titles_)
      if (folded == title) found.emplace(name, at);
  }
  const bool amounts = found.contains("amount") || (found.contains("credit") && found.contains("debit"));
  if (!found.contains("date") || !amounts) return false;
  positions_ = std::move(found);
  width_ = row.cells.size();
  return true;
}

std::string_view Columns::cell(const CsvRow& row, std::string_view name) const {
  const auto at = positions_.find(std::string(name));
  if (at == positions_.end() || at->second >= row.cells.size()) return {};
  return trim(row.cells[at->second]);
}

}  // namespace bccid::bank
