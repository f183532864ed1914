#include "app/tariff_commands.hpp"

#include "app/price_files.hpp"
#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "flow/tariffs.hpp"
#include "http/dto/quote_dto.hpp"
#include "store/direct.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace bccid::app {
namespace {

namespace json = boost::json;

Result<TariffEntry> entry_of(const TariffCommand& command) {
  TariffEntry entry;
  entry.id = command.id;
  entry.carrier = command.carrier;
  const auto from = day_option(command.from, "--from");
  if (!from) return from.error();
  entry.valid_from = *from;
  const auto to = optional_day(command.to, "--to");
  if (!to) return to.error();
  entry.valid_to = *to;
  entry.vat = from_name<VatMode>(command.vat).value();
  entry.vat_basis_points = command.vat_rate;
  if (command.forwarding)
    entry.forwarding = ForwardingPrice{Money(*command.forwarding), Money(command.free_below)};
  auto prices = read_price_file(command.file);
  if (!prices) return prices.error();
  entry.prices = std::move(*prices);
  return entry;
}

ExitCode load(const TariffCommand& command, const std::string& dsn) {
  const auto entry = entry_of(command);
  if (!entry) return complain(entry.error());
  InputFailure wrong;
  const auto put = run_directly<PutOutcome>(dsn, [&](sql::Tx& tx) -> Result<PutOutcome> {
    auto outcome = import_tariff(tx, *entry, kOperator);
    if (outcome) return *outcome;
    wrong = outcome.error();
    return wrong.summary();
  });
  if (!put && wrong.errors.empty()) return complain(put.error());
  if (!put) return complain_of_all(wrong, {{"", command.file}});
  std::cout << "tariff " << command.id << (*put == PutOutcome::stored ? " stored\n" : " is already so\n");
  return ExitCode::ok;
}

ExitCode end(const TariffCommand& command, const std::string& dsn) {
  const auto last = day_option(command.to, "--on");
  if (!last) return complain(last.error());
  const auto ended = run_directly<bool>(dsn, [&](sql::Tx& tx) -> Result<bool> {
    if (const auto done = end_tariff(tx, command.id, *last, kOperator); !done) return done.error();
    return true;
  });
  if (!ended) return complain(ended.error());
  std::cout << "tariff " << command.id << " ends on " << command.to << '\n';
  return ExitCode::ok;
}

ExitCode list(const std::string& dsn) {
  const auto rows =
      run_directly<sql::Rows>(dsn, [](sql::Tx& tx) { return Result<sql::Rows>(list_tariffs(tx)); });
  if (!rows) return complain(rows.error());
  for (const auto& row : *rows)
    std::cout << row.text(0) << '\t' << row.text(1) << '\t' << row.text(2) << '\t' << row.text(3) << '\t'
              << row.text(4) << '\t' << row.text(5) << '\n';
  return ExitCode::ok;
}

void print_text(const PostageQuote& quote) {
  for (const auto& line : quote.lines)
    std::cout << line.rule << '\t' << line.amount.to_text() << '\t' << line.detail << '\n';
  std::cout << "total\t" << quote.total.to_text() << "\ttariff " << quote.version;
  if (!quote.vat.zero()) std::cout << ", with " << quote.vat.to_text() << " of tax";
  std::cout << '\n';
}

void print_json(const PostageQuote& quote) { std::cout << json::serialize(http::to_json(quote)) << '\n'; }

}  // namespace

ExitCode run_tariff_command(const TariffCommand& command, const std::string& dsn) {
  switch (command.action) {
    case TariffCommand::Action::load: return load(command, dsn);
    case TariffCommand::Action::end: return end(command, dsn);
    case TariffCommand::Action::list: return list(dsn);
  }
  return ExitCode::internal;
}

ExitCode run_quote_command(const QuoteCommand& command, const std::string& dsn) {
  Journey journey{command.carrier, business_day(SystemClock().now()), command.citizen, command.agency};
  if (!command.day.empty()) {
    const auto day = day_option(command.day, "--on");
    if (!day) return complain(day.error());
    journey.day = *day;
  }
  PostageQuestion question;
  question.receipt_g = command.receipt_g;
  question.result_g = command.result_g;
  question.group = from_name<PostageGroup>(command.group).value();
  question.forwarded = Money(command.forwarded);
  const auto quote = run_directly<PostageQuote>(
      dsn, [&](sql::Tx& tx) { return quote_journey(tx, journey, std::move(question)); });
  if (!quote) return complain(quote.error());
  command.json ? print_json(*quote) : print_text(*quote);
  return ExitCode::ok;
}

}  // namespace bccid::app
