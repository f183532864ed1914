#include "app/commands.hpp"

#include "app/attention_commands.hpp"
#include "app/config.hpp"
#include "app/counterparts_command.hpp"
#include "app/daemon.hpp"
#include "app/demo/demo.hpp"
#include "app/fee_commands.hpp"
#include "app/outbox_command.hpp"
#include "app/place_commands.hpp"
#include "app/private_cluster.hpp"
#include "app/scans_command.hpp"
#include "app/tariff_commands.hpp"
#include "app/user_command.hpp"
#include "app/waybills_command.hpp"
#include "base/log.hpp"
#include "base/version.hpp"
#include "flow/verify_folds.hpp"
#include "store/migrate.hpp"
#include "store/reference_store.hpp"
#include "store/verify.hpp"

#include <boost/json.hpp>

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <optional>

namespace bccid::app {
namespace {

namespace json = boost::json;

ExitCode complain(const Failure& failure, ExitCode code) {
  std::cerr << "bccid: " << failure.text() << '\n';
  return code;
}

// The database that a command works on; with --embedded it is started here and lives as long as this.
struct Database {
  std::string dsn;
  std::optional<PrivateCluster> cluster;
};

std::string with_password(const DatabaseConfig& config) {
  if (config.password.value.empty()) return config.dsn;
  std::string quoted;
  for (const char c : config.password.value) {
    if (c == '\'' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return config.dsn + " password='" + quoted + "'";
}

Result<Database> open_database(const CommandLine& line, const Config& config) {
  Database database;
  if (!line.embedded) {
    database.dsn = with_password(config.database);
    return database;
  }
  ClusterOptions options;
  options.directory = std::filesystem::path(config.state_dir) / "postgresql";
  auto cluster = PrivateCluster::start(options);
  if (!cluster) return cluster.error();
  database.dsn = cluster->dsn();
  database.cluster.emplace(std::move(*cluster));
  return database;
}

void open_log(const LogConfig& config) {
  const bool json_lines = config.format == "json" || (config.format == "auto" && isatty(STDERR_FILENO) == 0);
  log::open(log::parse_level(config.level).value(), json_lines);
}

ConfigSource source_of(const CommandLine& line) {
  ConfigSource source;
  source.file = line.config_file;
  if (const char* dir = std::getenv("CREDENTIALS_DIRECTORY")) source.credentials_dir = dir;
  source.database_required = !line.embedded;
  source.secrets_required = std::holds_alternative<ServeCommand>(line.command) ||
                            std::holds_alternative<ConfigCommand>(line.command);
  // Asking the post needs what the daemon signs in with.
  if (const auto* quote = std::get_if<QuoteCommand>(&line.command)) source.secrets_required = quote->ask;
  return source;
}

// Reads the configuration and prints everything that is wrong with it.
std::optional<Config> read_config(const CommandLine& line) {
  auto loaded = load_config(source_of(line));
  for (const auto& warning : loaded.warnings) std::cerr << "bccid: warning: " << warning.text() << '\n';
  for (const auto& problem : loaded.problems) std::cerr << "bccid: " << problem.text() << '\n';
  if (!loaded.ok()) return std::nullopt;
  open_log(loaded.config.log);
  return std::move(loaded.config);
}

Status migrate_and_load(const std::string& dsn) {
  const auto report = migrate(dsn);
  if (!report) return report.error();
  for (const auto& file : report->applied) std::cout << "applied " << file << '\n';
  for (const auto& list : report->code_lists) std::cout << "code list " << list << '\n';
  const auto reference = load_reference(dsn);
  if (!reference) return reference.error();
  std::cout << "schema " << report->to << "; " << reference->provinces << " provinces, "
            << reference->communes << " communes, " << reference->conversions << " conversions, "
            << reference->procedures << " procedures\n";
  return {};
}

ExitCode run(const ServeCommand&, const CommandLine& line) {
  auto config = read_config(line);
  if (!config) return ExitCode::config;
  auto database = open_database(line, *config);
  if (!database) return complain(database.error(), ExitCode::database);
  if (line.embedded)
    if (const auto ready = migrate_and_load(database->dsn); !ready)
      return complain(ready.error(), ExitCode::database);
  if (const auto schema = check_schema(database->dsn); !schema)
    return complain(schema.error(), ExitCode::database);
  return Daemon(std::move(*config), database->dsn, source_of(line)).run();
}

ExitCode run(const MigrateCommand& command, const CommandLine& line) {
  const auto config = read_config(line);
  if (!config) return ExitCode::config;
  const auto database = open_database(line, *config);
  if (!database) return complain(database.error(), ExitCode::database);
  if (command.check) {
    if (const auto schema = check_schema(database->dsn); !schema)
      return complain(schema.error(), ExitCode::database);
    std::cout << "the schema is up to date\n";
    return ExitCode::ok;
  }
  if (const auto done = migrate_and_load(database->dsn); !done)
    return complain(done.error(), ExitCode::database);
  return ExitCode::ok;
}

ExitCode run(const ConfigCommand& command, const CommandLine& line) {
  if (command.action == ConfigCommand::Action::reference) {
    std::cout << config_reference();
    return ExitCode::ok;
  }
  const auto config = read_config(line);
  if (!config) return ExitCode::config;
  if (command.action == ConfigCommand::Action::print)
    std::cout << print_config(*config);
  else
    std::cout << line.config_file << " is good\n";
  return ExitCode::ok;
}

// The SQL checks, the folds, and whether every statement of this binary still fits the schema.
Result<VerifyReport> verify_all(const std::string& dsn) {
  VerifyReport all;
  for (const auto& part : {run_verify(dsn), verify_folds(dsn), verify_statements(dsn)}) {
    if (!part) return part.error();
    all.checks += part->checks;
    all.violations += part->violations;
    all.findings.insert(all.findings.end(), part->findings.begin(), part->findings.end());
  }
  return all;
}

ExitCode run(const VerifyCommand& command, const CommandLine& line) {
  const auto config = read_config(line);
  if (!config) return ExitCode::config;
  const auto database = open_database(line, *config);
  if (!database) return complain(database.error(), ExitCode::database);
  const auto report = verify_all(database->dsn);
  if (!report) return complain(report.error(), ExitCode::database);
  if (command.json) {
    json::array findings;
    for (const auto& finding : report->findings)
      findings.push_back(json::object{{"check", finding.check}, {"text", finding.text}});
    std::cout << json::serialize(json::object{{"checks", report->checks},
                                              {"violations", report->violations},
                                              {"findings", std::move(findings)}})
              << '\n';
  } else {
    for (const auto& finding : report->findings) std::cout << finding.check << ": " << finding.text << '\n';
    std::cout << report->checks << " checks, " << report->violations << " violations\n";
  }
  return report->violations == 0 ? ExitCode::ok : ExitCode::checks_failed;
}

ExitCode run(const VersionCommand&, const CommandLine&) {
  std::cout << "bccid " << version() << '\n';
  return ExitCode::ok;
}

ExitCode run(const DemoCommand& command, const CommandLine&) { return run_demo(command); }

template <class Command>
ExitCode run_on_database(const Command& command, const CommandLine& line,
                         ExitCode (*work)(const Command&, const std::string& dsn)) {
  const auto config = read_config(line);
  if (!config) return ExitCode::config;
  const auto database = open_database(line, *config);
  if (!database) return complain(database.error(), ExitCode::database);
  return work(command, database->dsn);
}

ExitCode run(const UserCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_user_command);
}

ExitCode run(const OutboxCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_outbox_command);
}

ExitCode run(const ScansCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_scans_command);
}

ExitCode run(const CounterpartsCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_counterparts_command);
}

ExitCode run(const WaybillsCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_waybills_command);
}

ExitCode run(const AgencyCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_agency_command);
}

ExitCode run(const OfficeCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_office_command);
}

ExitCode run(const AccountCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_account_command);
}

ExitCode run(const AttentionCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_attention_command);
}

ExitCode run(const WebhookCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_webhook_command);
}

ExitCode run(const TariffCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_tariff_command);
}

ExitCode run(const QuoteCommand& command, const CommandLine& line) {
  const auto config = read_config(line);
  if (!config) return ExitCode::config;
  const auto database = open_database(line, *config);
  if (!database) return complain(database.error(), ExitCode::database);
  return run_quote_command(command, *config, database->dsn);
}

ExitCode run(const FeesCommand& command, const CommandLine& line) {
  return run_on_database(command, line, &run_fees_command);
}

}  // namespace

ExitCode run_command(const CommandLine& line) {
  return std::visit([&line](const auto& command) { return run(command, line); }, line.command);
}

}  // namespace bccid::app
