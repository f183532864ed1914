#pragma once

#include "app/cli.hpp"

namespace CLI {
class App;
}

namespace bccid::app {

// Groups of subcommands that cli.cpp puts on the command line. CLI11 fills `given` while it parses; the
// subcommand that was chosen leaves it in `chosen`.
void add_agency_commands(CLI::App& app, AgencyCommand& given, Command& chosen);
void add_office_commands(CLI::App& app, OfficeCommand& given, Command& chosen);
void add_account_commands(CLI::App& app, AccountCommand& given, Command& chosen);
void add_attention_commands(CLI::App& app, AttentionCommand& given, Command& chosen);
void add_webhook_commands(CLI::App& app, WebhookCommand& given, Command& chosen);
void add_counterpart_commands(CLI::App& app, CounterpartsCommand& given, Command& chosen);
void add_waybill_commands(CLI::App& app, WaybillsCommand& given, Command& chosen);
void add_tariff_commands(CLI::App& app, TariffCommand& given, Command& chosen);
void add_quote_command(CLI::App& app, QuoteCommand& given, Command& chosen);
void add_fees_commands(CLI::App& app, FeesCommand& given, Command& chosen);

}  // namespace bccid::app
