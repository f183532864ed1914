#pragma once

#include "app/cli.hpp"

#include <string>

namespace bccid::app {

// Adds, changes and lists agencies, post offices and the banks of accounts. Prints what was stored; nothing
// is when it complains.
ExitCode run_agency_command(const AgencyCommand& command, const std::string& dsn);
ExitCode run_office_command(const OfficeCommand& command, const std::string& dsn);
ExitCode run_account_command(const AccountCommand& command, const std::string& dsn);

}  // namespace bccid::app
