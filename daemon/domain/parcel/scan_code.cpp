#include "domain/parcel/scan_code.hpp"

#include "base/csv.hpp"

namespace bccid {
namespace {

constexpr std::string_view kNoEvent = "none";

// Reads one row; the first wrong cell's column goes into `wrong`.
class RowReader {
 public:
  RowReader(const CsvTable& table, std::size_t row) : table_(table), row_(row) {}

  std::string text(std::string_view column, bool wanted) {
    const auto& cell = table_.at(row_, column);
    if (wanted && cell.empty()) fail(column);
    return cell;
  }

  template <Named Enum>
  Enum named(std::string_view column) {
    const auto value = from_name<Enum>(table_.at(row_, column));
    if (!value) fail(column);
    return value.value_or(Enum{});
  }

  bool yes(std::string_view column) {
    const auto& cell = table_.at(row_, column);
    if (cell != "yes" && cell != "no") fail(column);
    return cell == "yes";
  }

  std::optional<ParcelEvent> event(std::string_view column) {
    if (table_.at(row_, column) == kNoEvent) return std::nullopt;
    return named<ParcelEvent>(column);
  }

  Status status() const {
    if (wrong_.empty()) return {};
    return Failure(Errc::invalid_field,
                   "scan code line " + std::to_string(table_.line(row_)) + " has a wrong '" + wrong_ + "'");
  }

 private:
  void fail(std::string_view column) {
    if (wrong_.empty()) wrong_ = column;
  }

  const CsvTable& table_;
  std::size_t row_;
  std::string wrong_;
};

Result<ScanCode> read_code(const CsvTable& table, std::size_t row) {
  RowReader cells(table, row);
  ScanCode code;
  code.source = cells.text("source", true);
  code.version = cells.text("version", true);
  code.code = cells.text("code", true);
  code.canonical = cells.event("canonical");
  code.reason = cells.text("reason", false);
  code.terminal = cells.yes("terminal");
  code.money = cells.named<MoneyEffect>("money_effect");
  code.dossier = cells.named<CodeDossierEffect>("dossier_effect");
  code.evidence = cells.named<EvidenceNeed>("evidence");
  code.vi = cells.text("vi", true);
  code.en = cells.text("en", true);
  if (auto status = cells.status(); !status) return status.error();
  return code;
}

}  // namespace

Result<ScanCodes> ScanCodes::parse(std::string_view csv) {
  const auto table = CsvTable::parse(csv);
  if (!table) return table.error();
  ScanCodes codes;
  for (std::size_t row = 0; row < table->size(); ++row) {
    auto code = read_code(*table, row);
    if (!code) return code.error();
    Key key{code->source, code->version, code->code};
    if (!codes.rows_.emplace(std::move(key), std::move(*code)).second) {
      return Failure(Errc::duplicate,
                     "scan code line " + std::to_string(table->line(row)) + " repeats a code");
    }
  }
  return codes;
}

const ScanCode* ScanCodes::find(std::string_view source, std::string_view version,
                                std::string_view code) const {
  const auto at = rows_.find(KeyView{source, version, code});
  return at == rows_.end() ? nullptr : &at->second;
}

std::vector<const ScanCode*> ScanCodes::list(std::string_view source, std::string_view version) const {
  std::vector<const ScanCode*> found;
  auto at = rows_.lower_bound(KeyView{source, version, {}});
  for (; at != rows_.end() && at->second.source == source && at->second.version == version; ++at) {
    found.push_back(&at->second);
  }
  return found;
}

}  // namespace bccid
