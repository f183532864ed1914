#include "flow/code_lists.hpp"

#include "base/csv.hpp"
#include "base/embedded.hpp"

#include <map>
#include <stdexcept>

namespace bccid {
namespace {

CodeTables load_tables() {
  auto tables = load_code_tables(&embedded_file);
  if (!tables) throw std::logic_error("embedded code lists: " + tables.error().text());
  return std::move(*tables);
}

std::map<ParcelState, ParcelClock> load_clocks() {
  const auto table = CsvTable::parse(embedded_file("codes/parcel_clocks.csv"));
  if (!table) throw std::logic_error("embedded parcel clocks: " + table.error().text());
  std::map<ParcelState, ParcelClock> clocks;
  for (std::size_t row = 0; row < table->size(); ++row) {
    const auto state = from_name<ParcelState>(table->at(row, "state"));
    if (!state)
      throw std::logic_error("embedded parcel clocks name the unknown state " + table->at(row, "state"));
    clocks[*state] =
        ParcelClock{std::chrono::hours(std::stoi(table->at(row, "silent_hours"))), table->at(row, "owner")};
  }
  return clocks;
}

}  // namespace

const CodeTables& code_lists() {
  static const CodeTables tables = load_tables();
  return tables;
}

const ParcelClock* parcel_clock(ParcelState state) {
  static const std::map<ParcelState, ParcelClock> clocks = load_clocks();
  const auto found = clocks.find(state);
  return found == clocks.end() ? nullptr : &found->second;
}

}  // namespace bccid
