#include "app/fee_commands.hpp"

#include "app/price_files.hpp"
#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "flow/fee_schedules.hpp"
#include "store/direct.hpp"

#include <iostream>

namespace bccid::app {
namespace {

Result<FeeScheduleEntry> entry_of(const FeesCommand& command) {
  FeeScheduleEntry entry;
  entry.id = command.id;
  entry.province = command.province;
  const auto from = day_option(command.day, "--from");
  if (!from) return from.error();
  entry.valid_from = *from;
  const auto to = optional_day(command.to, "--to");
  if (!to) return to.error();
  entry.valid_to = *to;
  auto rules = read_price_file(command.file);
  if (!rules) return rules.error();
  entry.rules = std::move(*rules);
  if (command.exemptions.empty()) return entry;
  auto exemptions = read_price_file(command.exemptions);
  if (!exemptions) return exemptions.error();
  entry.exemptions = std::move(*exemptions);
  return entry;
}

ExitCode load(const FeesCommand& command, const std::string& dsn) {
  const auto entry = entry_of(command);
  if (!entry) return complain(entry.error());
  InputFailure wrong;
  const auto put = run_directly<PutOutcome>(dsn, [&](sql::Tx& tx) -> Result<PutOutcome> {
    auto outcome = import_fee_schedule(tx, *entry, kOperator);
    if (outcome) return *outcome;
    wrong = outcome.error();
    return wrong.summary();
  });
  if (!put && wrong.errors.empty()) return complain(put.error());
  if (!put) return complain_of_all(wrong, {{"/rules", command.file}, {"/exemptions", command.exemptions}});
  std::cout << "fee schedule " << command.id
            << (*put == PutOutcome::stored ? " stored\n" : " is already so\n");
  return ExitCode::ok;
}

ExitCode end(const FeesCommand& command, const std::string& dsn) {
  const auto last = day_option(command.to, "--on");
  if (!last) return complain(last.error());
  const auto ended = run_directly<bool>(dsn, [&](sql::Tx& tx) -> Result<bool> {
    if (const auto done = end_fee_schedule(tx, command.id, *last, kOperator); !done) return done.error();
    return true;
  });
  if (!ended) return complain(ended.error());
  std::cout << "fee schedule " << command.id << " ends on " << command.to << '\n';
  return ExitCode::ok;
}

ExitCode list(const std::string& dsn) {
  const auto rows =
      run_directly<sql::Rows>(dsn, [](sql::Tx& tx) { return Result<sql::Rows>(list_fee_schedules(tx)); });
  if (!rows) return complain(rows.error());
  for (const auto& row : *rows)
    std::cout << row.text(0) << '\t' << row.text(1) << '\t' << row.text(2) << '\t' << row.text(3) << '\n';
  return ExitCode::ok;
}

ExitCode explain(const FeesCommand& command, const std::string& dsn) {
  const auto asked = optional_day(command.day, "--on");
  if (!asked) return complain(asked.error());
  const Day day = asked->value_or(business_day(SystemClock().now()));
  const FeeQuestion question{command.procedure, command.fee_case, from_name<Channel>(command.channel).value(),
                             command.groups};
  const auto quote = run_directly<FeeQuote>(
      dsn, [&](sql::Tx& tx) { return quote_fees(tx, command.province, day, question); });
  if (!quote) return complain(quote.error());
  for (const auto& line : quote->lines)
    std::cout << name(line.kind) << '\t' << line.name << '\t' << line.amount.to_text() << '\t' << line.why
              << '\n';
  std::cout << "total\t" << quote->total().to_text() << "\tfee schedule " << quote->version << '\n';
  return ExitCode::ok;
}

}  // namespace

ExitCode run_fees_command(const FeesCommand& command, const std::string& dsn) {
  switch (command.action) {
    case FeesCommand::Action::load: return load(command, dsn);
    case FeesCommand::Action::end: return end(command, dsn);
    case FeesCommand::Action::list: return list(dsn);
    case FeesCommand::Action::explain: return explain(command, dsn);
  }
  return ExitCode::internal;
}

}  // namespace bccid::app
