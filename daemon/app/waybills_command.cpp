#include "app/waybills_command.hpp"

#include "app/price_files.hpp"
#include "app/terminal.hpp"
#include "flow/waybills.hpp"
#include "store/direct.hpp"

#include <iostream>

namespace bccid::app {
namespace {

ExitCode load(const WaybillsCommand& command, const std::string& dsn) {
  const auto file = read_price_file(command.file);
  if (!file) return complain(file.error());
  InputFailure wrong;
  const auto stored = run_directly<std::size_t>(dsn, [&](sql::Tx& tx) -> Result<std::size_t> {
    const auto imported = import_waybills(tx, command.carrier, *file, kOperator);
    if (imported) return *imported;
    wrong = imported.error();
    return wrong.summary();
  });
  if (!stored && wrong.errors.empty()) return complain(stored.error());
  if (!stored) return complain_of_all(wrong, {{"", command.file}});
  std::cout << *stored << " new numbers for " << command.carrier << '\n';
  return ExitCode::ok;
}

ExitCode list(const std::string& dsn) {
  using Stocks = std::vector<WaybillStock>;
  const auto stocks =
      run_directly<Stocks>(dsn, [](sql::Tx& tx) { return Result<Stocks>(waybill_stocks(tx)); });
  if (!stocks) return complain(stocks.error());
  for (const auto& stock : *stocks)
    std::cout << stock.carrier << '\t' << stock.free << " free\t" << stock.linked << " with an order\n";
  return ExitCode::ok;
}

}  // namespace

ExitCode run_waybills_command(const WaybillsCommand& command, const std::string& dsn) {
  return command.action == WaybillsCommand::Action::load ? load(command, dsn) : list(dsn);
}

}  // namespace bccid::app
