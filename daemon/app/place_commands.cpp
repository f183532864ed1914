#include "app/place_commands.hpp"

#include "app/terminal.hpp"
#include "flow/places.hpp"
#include "store/direct.hpp"

#include <iostream>

namespace bccid::app {
namespace {

ExitCode told(const Result<PutOutcome>& put, const std::string& what) {
  if (!put) return complain(put.error());
  std::cout << what << (*put == PutOutcome::stored ? " stored\n" : " is already so\n");
  return ExitCode::ok;
}

ExitCode print(const std::string& dsn, sql::Rows (*read)(sql::Tx&), std::size_t columns) {
  const auto rows = run_directly<sql::Rows>(dsn, [read](sql::Tx& tx) { return Result<sql::Rows>(read(tx)); });
  if (!rows) return complain(rows.error());
  for (const auto& row : *rows)
    for (std::size_t at = 0; at < columns; ++at)
      std::cout << row.text(at) << (at + 1 < columns ? '\t' : '\n');
  return ExitCode::ok;
}

}  // namespace

ExitCode run_agency_command(const AgencyCommand& command, const std::string& dsn) {
  if (command.action == AgencyCommand::Action::list) return print(dsn, &list_agencies, 6);
  const AgencyEntry entry{command.code,  command.name,    command.account,
                          command.phone, command.address, command.commune};
  return told(
      run_directly<PutOutcome>(dsn, [&entry](sql::Tx& tx) { return put_agency(tx, entry, kOperator); }),
      "agency " + command.code);
}

ExitCode run_office_command(const OfficeCommand& command, const std::string& dsn) {
  if (command.action == OfficeCommand::Action::list) return print(dsn, &list_offices, 3);
  const OfficeEntry entry{command.code, command.name, command.commune};
  return told(
      run_directly<PutOutcome>(dsn, [&entry](sql::Tx& tx) { return put_office(tx, entry, kOperator); }),
      "office " + command.code);
}

ExitCode run_account_command(const AccountCommand& command, const std::string& dsn) {
  if (command.action == AccountCommand::Action::list) return print(dsn, &list_fee_accounts, 4);
  const FeeAccountEntry entry{command.number, command.bank_bin, command.holder, command.carrier};
  return told(
      run_directly<PutOutcome>(dsn, [&entry](sql::Tx& tx) { return put_fee_account(tx, entry, kOperator); }),
      "account " + command.number);
}

}  // namespace bccid::app
