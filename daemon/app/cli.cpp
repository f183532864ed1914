#include "app/cli.hpp"

#include "app/cli_groups.hpp"
#include "app/config.hpp"
#include "base/text.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <charconv>
#include <sstream>
#include <utility>

namespace bccid::app {
namespace {

constexpr const char* kFooter = R"(
Examples:
  bccid demo                                   play one day on a private PostgreSQL and stay up
  bccid demo --once --json                     the same, then exit: 0 only if every check held
  bccid config reference > bccid.toml          all keys with their defaults, to start from
  bccid config check --config bccid.toml       every mistake of the file at once
  bccid migrate && bccid serve                 bring the schema up to date, then run
  bccid serve --embedded                       run on a private PostgreSQL, without a DBA
  bccid agency add --code H20.12 --name "Sở Tư pháp" --account 115000820012 --commune 28249
  bccid office add --code 820100 --name "Bưu cục Mỹ Tho" --commune 28249
  bccid user add --name lan --role clerk --office 820100 --secret-file lan.txt
  bccid user add --name h20-12 --role agency --agency H20.12 --generate
  bccid attention list --owner admin           what waits for a person, the most urgent first
  bccid attention close 12 --note "asked the post, the first code counts"
  bccid webhook enable province-dashboard      after its receiver answered 410 and works again
  bccid outbox list                            dead letters and why they died
  bccid outbox replay 4711                     send one again
  bccid counterparts pause carrier:vnpost --reason "its gateway moves tonight"
  bccid scans discard EA123456785VN --note "label of another post"    stop waiting for its order

Secrets come from files, systemd credentials or standard input, never from arguments.

Signals of serve: TERM drains and stops, a second TERM stops at once; HUP reads certificates and log level.

Exit codes:
   0  ok
   1  checks failed (verify, demo --once), or another command could not do what was asked
   2  wrong command line
   3  configuration refused
   4  database not reachable, or its schema is not ours
   5  could not start (port taken, certificate unreadable, directory not ours)
  70  internal error
 128+ a second signal stopped serve at once (143 after SIGTERM twice)
)";

// CLI11 fills these while it parses; the chosen subcommand says which one counts.
struct Parsed {
  CommandLine line;
  MigrateCommand migrate;
  DemoCommand demo;
  ConfigCommand config;
  VerifyCommand verify;
  UserCommand user;
  OutboxCommand outbox;
  ScansCommand scans;
  WaybillsCommand waybills;
  CounterpartsCommand counterparts;
  AgencyCommand agency;
  OfficeCommand office;
  AccountCommand account;
  AttentionCommand attention;
  WebhookCommand webhook;
  TariffCommand tariff;
  QuoteCommand quote;
  FeesCommand fees;
};

void add_serve(CLI::App& app, Parsed& parsed) {
  auto* serve = app.add_subcommand("serve", "Run the daemon until a signal stops it");
  serve->callback([&parsed] { parsed.line.command = ServeCommand{}; });
}

void add_migrate(CLI::App& app, Parsed& parsed) {
  auto* migrate = app.add_subcommand("migrate", "Bring the database's schema up to date");
  migrate->add_flag("--check", parsed.migrate.check,
                    "Change nothing; exit 0 only when nothing is to be done");
  migrate->callback([&parsed] { parsed.line.command = parsed.migrate; });
}

void add_demo(CLI::App& app, Parsed& parsed) {
  auto* demo = app.add_subcommand(
      "demo", "Play one day of a province with simulated counterparts on a private PostgreSQL, and stay up");
  demo->add_flag("--once", parsed.demo.once, "Stop after the day; exit 0 only if every check held");
  demo->add_flag("--json", parsed.demo.json, "Print one JSON object as the last line");
  demo->add_option("--state-dir", parsed.demo.state_dir,
                   "Directory to work in (default: a fresh temporary one)");
  demo->add_flag("--keep", parsed.demo.keep, "Leave the directory behind at the end");
  demo->callback([&parsed] { parsed.line.command = parsed.demo; });
}

void add_config(CLI::App& app, Parsed& parsed) {
  auto* config = app.add_subcommand("config", "Look at the configuration");
  config->require_subcommand(1);
  const auto action = [&](const char* name, const char* help, ConfigCommand::Action value) {
    config->add_subcommand(name, help)->callback([&parsed, value] {
      parsed.line.command = ConfigCommand{value};
    });
  };
  action("print", "Print the effective configuration, without secrets", ConfigCommand::Action::print);
  action("check", "Name every mistake of the file with its line; exit 3 when there is one",
         ConfigCommand::Action::check);
  action("reference", "Print every key with its help, default and range", ConfigCommand::Action::reference);
}

void add_verify(CLI::App& app, Parsed& parsed) {
  auto* verify = app.add_subcommand("verify", "Check the books: run every invariant against the database");
  verify->add_flag("--json", parsed.verify.json, "Print one JSON object");
  verify->callback([&parsed] { parsed.line.command = parsed.verify; });
}

void add_secret_source(CLI::App& command, Parsed& parsed) {
  auto* file =
      command.add_option("--secret-file", parsed.user.secret_file,
                         "File with the password or client secret (default: one line of standard input)");
  command.add_flag("--generate", parsed.user.generate, "Make a secret and print it, once")->excludes(file);
}

CLI::App* add_user_action(CLI::App& user, Parsed& parsed, const char* name, const char* help,
                          UserCommand::Action action) {
  auto* command = user.add_subcommand(name, help);
  command->callback([&parsed, action] {
    parsed.user.action = action;
    parsed.line.command = parsed.user;
  });
  return command;
}

void add_user(CLI::App& app, Parsed& parsed) {
  auto* user = app.add_subcommand("user", "Staff members and systems that may sign in");
  user->require_subcommand(1);
  using Action = UserCommand::Action;
  auto* add = add_user_action(*user, parsed, "add", "Let a person or a system sign in", Action::add);
  add->add_option("--name", parsed.user.name, "Login name or client id")->required();
  add->add_option("--role", parsed.user.role, "What the user may do")
      ->required()
      ->check(CLI::IsMember({"clerk", "agency", "finance", "auditor", "admin"}));
  auto* office = add->add_option("--office", parsed.user.office, "Post office code; needed for a clerk");
  add->add_option("--agency", parsed.user.agency, "Agency code; needed for an agency's system")
      ->excludes(office);
  add->add_option("--display-name", parsed.user.display_name, "Name for people");
  add_secret_source(*add, parsed);
  auto* secret = add_user_action(*user, parsed, "secret", "Give a user a new secret", Action::secret);
  secret->add_option("--name", parsed.user.name, "Login name or client id")->required();
  add_secret_source(*secret, parsed);
  auto* disable =
      add_user_action(*user, parsed, "disable", "End all sessions and refuse new ones", Action::disable);
  disable->add_option("--name", parsed.user.name, "Login name or client id")->required();
  auto* enable = add_user_action(*user, parsed, "enable", "Undo disable", Action::enable);
  enable->add_option("--name", parsed.user.name, "Login name or client id")->required();
  add_user_action(*user, parsed, "list", "Print who may sign in", Action::list);
}

// CLI11 would take a number that is too large for the largest one.
std::string outbox_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && number > 0 ? "" : '"' + shown(text) + "\" is not the number of a message";
}

CLI::App* add_outbox_action(CLI::App& outbox, Parsed& parsed, const char* name, const char* help,
                            OutboxCommand::Action action) {
  auto* command = outbox.add_subcommand(name, help);
  command->callback([&parsed, action] {
    parsed.outbox.action = action;
    parsed.line.command = parsed.outbox;
  });
  return command;
}

void add_outbox(CLI::App& app, Parsed& parsed) {
  auto* outbox = app.add_subcommand("outbox", "Messages to counterparts: what waits, what died, and why");
  outbox->require_subcommand(1);
  using Action = OutboxCommand::Action;
  auto* list = add_outbox_action(*outbox, parsed, "list", "Print messages, the oldest first", Action::list);
  list->add_option("--state", parsed.outbox.state, "Which ones")
      ->check(CLI::IsMember({"dead", "scheduled", "leased", "delivered", "void"}))
      ->default_val("dead");
  list->add_option("--target", parsed.outbox.target, "Only of this receiver, for example carrier:vnpost");
  list->add_option("--limit", parsed.outbox.rows_max, "Rows at most")
      ->check(CLI::Range(1, 10'000))
      ->default_val(50);
  list->add_flag("--json", parsed.outbox.json, "Print one JSON object a line");
  auto* replay = add_outbox_action(*outbox, parsed, "replay", "Send dead letters again, now", Action::replay);
  auto* ids =
      replay->add_option("id", parsed.outbox.ids, "Numbers as list prints them")->check(outbox_number);
  auto* all = replay->add_flag("--all-dead", parsed.outbox.all_dead, "Every dead letter")->excludes(ids);
  replay->add_option("--target", parsed.outbox.target, "With --all-dead: only of this receiver")->needs(all);
  auto* drop =
      add_outbox_action(*outbox, parsed, "drop", "Settle dead letters without sending them", Action::drop);
  drop->add_option("id", parsed.outbox.ids, "Numbers as list prints them")->required()->check(outbox_number);
  drop->add_option("--reason", parsed.outbox.reason, "Why nobody needs them; kept with them")->required();
}

void add_scans(CLI::App& app, Parsed& parsed) {
  auto* scans = app.add_subcommand("scans", "Scans that are held because no order names their parcel");
  scans->require_subcommand(1);
  auto* discard = scans->add_subcommand("discard", "Stop waiting for the parcel of held scans");
  discard->add_option("item", parsed.scans.item, "Item code or order number, as scanned")->required();
  discard->add_option("--note", parsed.scans.note, "Why no order will name it; kept with them")->required();
  discard->callback([&parsed] { parsed.line.command = parsed.scans; });
}

CliExit wrong(const std::string& detail, const std::string& hint) {
  return {ExitCode::usage, detail + "\nHINT: " + hint + '\n'};
}

// Rules between options that CLI11 cannot state.
std::variant<CommandLine, CliExit> checked(CommandLine line) {
  if (const auto* user = std::get_if<UserCommand>(&line.command);
      user && user->action == UserCommand::Action::add) {
    if (user->role == "clerk" && user->office.empty())
      return wrong("a clerk needs --office", "Name the code of the post office where the clerk works.");
    if ((user->role == "agency") == user->agency.empty())
      return wrong(
          user->agency.empty() ? "an agency's system needs --agency" : "--agency is for --role agency only",
          "Name the agency code exactly when the role is agency.");
  }
  if (const auto* outbox = std::get_if<OutboxCommand>(&line.command);
      outbox && outbox->action == OutboxCommand::Action::replay && outbox->ids.empty() && !outbox->all_dead)
    return wrong("outbox replay needs a number or --all-dead",
                 "Run \"bccid outbox list\" to see the numbers.");
  return line;
}

}  // namespace

std::variant<CommandLine, CliExit> parse_command_line(std::vector<std::string> arguments) {
  Parsed parsed;
  CLI::App app(
      "bccid carries dossiers between one-stop systems, the post and the accounts that fees belong to.",
      "bccid");
  app.require_subcommand(1);
  app.fallthrough();
  auto* version_flag = app.add_flag_callback(
      "--version", [] { throw CLI::CallForVersion("", 0); }, "Print the version");
  version_flag->configurable(false);
  auto* config = app.add_option("-c,--config", parsed.line.config_file, "Configuration file");
  config->default_val(std::string(kDefaultConfigFile));
  app.add_flag("--embedded", parsed.line.embedded, "Bring a private PostgreSQL in the state directory");
  add_serve(app, parsed);
  add_migrate(app, parsed);
  add_demo(app, parsed);
  add_config(app, parsed);
  add_verify(app, parsed);
  add_agency_commands(app, parsed.agency, parsed.line.command);
  add_office_commands(app, parsed.office, parsed.line.command);
  add_account_commands(app, parsed.account, parsed.line.command);
  add_attention_commands(app, parsed.attention, parsed.line.command);
  add_webhook_commands(app, parsed.webhook, parsed.line.command);
  add_counterpart_commands(app, parsed.counterparts, parsed.line.command);
  add_waybill_commands(app, parsed.waybills, parsed.line.command);
  add_tariff_commands(app, parsed.tariff, parsed.line.command);
  add_quote_command(app, parsed.quote, parsed.line.command);
  add_fees_commands(app, parsed.fees, parsed.line.command);
  add_user(app, parsed);
  add_outbox(app, parsed);
  add_scans(app, parsed);
  app.add_subcommand("version", "Print the version")->callback([&parsed] {
    parsed.line.command = VersionCommand{};
  });
  app.footer(kFooter);                               // behind the subcommands, which would inherit it
  std::reverse(arguments.begin(), arguments.end());  // CLI11 takes them from the back
  try {
    app.parse(std::move(arguments));
  } catch (const CLI::CallForVersion&) {
    parsed.line.command = VersionCommand{};
  } catch (const CLI::ParseError& error) {
    std::ostringstream out;
    std::ostringstream complaint;
    const bool help = app.exit(error, out, complaint) == 0;
    return help ? CliExit{ExitCode::ok, out.str()} : CliExit{ExitCode::usage, complaint.str()};
  }
  parsed.line.config_given = config->count() > 0;
  return checked(std::move(parsed.line));
}

}  // namespace bccid::app
