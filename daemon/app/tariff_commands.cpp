#include "app/tariff_commands.hpp"

#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "flow/tariffs.hpp"
#include "http/dto/quote_dto.hpp"
#include "store/direct.hpp"

#include <boost/json.hpp>

#include <fstream>
#include <iostream>
#include <iterator>

namespace bccid::app {
namespace {

namespace json = boost::json;

Result<Day> day_of(const std::string& text, const char* option) {
  auto day = parse_day(text);
  if (!day)
    return Failure(Errc::invalid_field, std::string(option) + " \"" + shown(text) + "\" is not a day",
                   "Write it as YYYY-MM-DD.");
  return day;
}

Result<std::string> read_prices(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  if (!in)
    return Failure(Errc::not_found, "the file \"" + shown(file, 200) + "\" cannot be read",
                   "Give the path of a CSV file.");
  return std::string(std::istreambuf_iterator<char>(in), {});
}

Result<TariffEntry> entry_of(const TariffCommand& command) {
  TariffEntry entry;
  entry.id = command.id;
  entry.carrier = command.carrier;
  const auto from = day_of(command.from, "--from");
  if (!from) return from.error();
  entry.valid_from = *from;
  if (!command.to.empty()) {
    const auto to = day_of(command.to, "--to");
    if (!to) return to.error();
    entry.valid_to = *to;
  }
  entry.vat = from_name<VatMode>(command.vat).value();
  entry.vat_basis_points = command.vat_rate;
  if (command.forwarding)
    entry.forwarding = ForwardingPrice{Money(*command.forwarding), Money(command.free_below)};
  auto prices = read_prices(command.file);
  if (!prices) return prices.error();
  entry.prices = std::move(*prices);
  return entry;
}

// "/line/7" of a file is said as people look for it.
std::string place_of(const FieldError& error, const std::string& file) {
  constexpr std::string_view kLine = "/line/";
  if (error.pointer.starts_with(kLine)) return file + ':' + error.pointer.substr(kLine.size()) + ": ";
  return error.pointer.empty() ? file + ": " : std::string();
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
  ExitCode code = ExitCode::ok;
  for (const auto& error : wrong.errors)
    code = complain(Failure(error.code, place_of(error, command.file) + error.detail, error.hint));
  if (!put) return code;
  std::cout << "tariff " << command.id << (*put == PutOutcome::stored ? " stored\n" : " is already so\n");
  return ExitCode::ok;
}

ExitCode end(const TariffCommand& command, const std::string& dsn) {
  const auto last = day_of(command.to, "--on");
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
    const auto day = day_of(command.day, "--on");
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
