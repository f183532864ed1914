#include "domain/code_tables.hpp"

#include <charconv>

namespace bccid {
namespace {

using Read = std::string_view (*)(std::string_view path);

// Parses one file into `target`; a failure names the file.
template <class Table>
Status load(Read read, std::string_view file, Table& target, Result<Table> (*parse)(std::string_view)) {
  const std::string path = "codes/" + std::string(file) + ".csv";
  auto parsed = parse(read(path));
  if (!parsed) {
    const Failure& why = parsed.error();
    return Failure(why.code, path + ": " + why.detail, why.hint);
  }
  target = std::move(*parsed);
  return {};
}

using StatusNames = std::map<PortalStatus, PortalStatusName>;

Result<StatusNames> parse_status_names(std::string_view csv) {
  const auto table = CsvTable::parse(csv);
  if (!table) return table.error();
  StatusNames names;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const auto& cell = table->at(row, "code");
    int code = 0;
    std::from_chars(cell.data(), cell.data() + cell.size(), code);
    const auto status = parse_portal_status(code);
    if (!status) return status.error();
    names[*status] = PortalStatusName{table->at(row, "name_vi"), table->at(row, "name_en")};
  }
  if (names.size() != 10) return Failure(Errc::malformed, "portal status table does not have 10 codes");
  return names;
}

}  // namespace

Result<CodeTables> load_code_tables(Read read) {
  CodeTables tables;
  Status status = load(read, "parcel_transitions", tables.parcel, ParcelMachine::parse);
  if (status) status = load(read, "order_transitions", tables.order, OrderMachine::parse);
  if (status) status = load(read, "money_transitions", tables.money, MoneyMachine::parse);
  if (status) status = load(read, "scan_codes", tables.scan_codes, ScanCodes::parse);
  if (status) status = load(read, "dossier_steps", tables.dossier_steps, DossierSteps::parse);
  if (status) status = load(read, "holidays", tables.calendar, Calendar::parse);
  if (status) status = load(read, "portal_dossier_status", tables.portal_status, parse_status_names);
  if (!status) return status.error();
  return tables;
}

}  // namespace bccid
