#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace bccid::app {

// What the process says when it ends; the same table stands at the end of --help.
enum class ExitCode : int {
  ok = 0,
  checks_failed = 1,  // verify, demo --once: the work was done and something did not hold
  usage = 2,          // the command line
  config = 3,         // the configuration was refused
  database = 4,       // not reachable, or its schema is newer, older or tampered with
  start_failed = 5,   // a port is taken, a certificate unreadable, a directory not ours
  internal = 70,      // a defect: please report it
};

struct ServeCommand {};

struct MigrateCommand {
  bool check = false;  // only say what would be done
};

struct DemoCommand {
  bool once = false;
  bool json = false;
  bool keep = false;
  std::string state_dir;  // empty: a fresh temporary directory
};

struct ConfigCommand {
  enum class Action : std::uint8_t { print, check, reference };
  Action action = Action::check;
};

struct VerifyCommand {
  bool json = false;
};

struct VersionCommand {};

// Staff members and systems that may sign in.
struct UserCommand {
  enum class Action : std::uint8_t { add, disable, enable, secret, list };
  Action action = Action::list;
  std::string name;
  std::string role;    // as in the table `principal`: clerk, agency, finance, auditor, admin
  std::string office;  // post office code of a clerk
  std::string agency;  // agency code of an agency's system
  std::string display_name;
  std::string secret_file;  // empty: standard input
  bool generate = false;    // make a secret and print it, once
};

// Agencies and post offices: who may be named by users, orders and remittances. What is not given stays.
struct AgencyCommand {
  enum class Action : std::uint8_t { add, list };
  Action action = Action::list;
  std::string code;
  std::optional<std::string> name, account, phone, address, commune;
};
struct OfficeCommand {
  enum class Action : std::uint8_t { add, list };
  Action action = Action::list;
  std::string code;
  std::optional<std::string> name, commune;
};

// The banks of accounts that fees go to, which payment codes name.
struct AccountCommand {
  enum class Action : std::uint8_t { add, list };
  Action action = Action::list;
  std::string number;
  std::optional<std::string> bank_bin, holder, carrier;
};

struct OutboxCommand {
  enum class Action : std::uint8_t { list, replay, drop };
  Action action = Action::list;
  std::vector<std::int64_t> ids;
  bool all_dead = false;  // replay every dead letter, of `target` when that is given
  std::string target;     // "carrier:NAME", "onestop:AGENCY", "portal:NAME", "receipt:ISSUER", "webhook:ID"
  std::string state;      // of list: dead, scheduled, leased, delivered, void; empty: dead
  std::string reason;     // of drop: why nobody needs it any more
  std::size_t rows_max = 0;
  bool json = false;
};

// How counterparts answer, and whether anything is sent to them.
struct CounterpartsCommand {
  enum class Action : std::uint8_t { list, pause, resume };
  Action action = Action::list;
  std::string target;  // "carrier:NAME", "onestop:AGENCY", "receipt:ISSUER", "webhook:ID"
  std::string reason;  // of pause and resume
};

// Scans that are held because no order names their parcel.
struct ScansCommand {
  std::string item;  // item code or order number
  std::string note;  // why nobody waits for its parcel
};

// The numbers for labels that posts gave us.
struct WaybillsCommand {
  enum class Action : std::uint8_t { load, list };
  Action action = Action::list;
  std::string carrier;
  std::string file;  // CSV with a column item_code
};

// What waits for a person.
struct AttentionCommand {
  enum class Action : std::uint8_t { list, close };
  Action action = Action::list;
  std::int64_t id = 0;
  std::string note;   // of close: what was done
  std::string owner;  // of list: only this role's
  std::size_t rows_max = 0;
  bool json = false;
};

// Versions of the post's contract prices. Days are YYYY-MM-DD.
struct TariffCommand {
  enum class Action : std::uint8_t { load, end, list };
  Action action = Action::list;
  std::string file;  // the price list, CSV
  std::string id, carrier, from, to;
  std::string vat = "exempt";
  int vat_rate = 0;                        // basis points
  std::optional<std::int64_t> forwarding;  // đồng
  std::int64_t free_below = 0;             // đồng
};

// Versions of a province's fees, and what one dossier costs by them. Days are YYYY-MM-DD.
struct FeesCommand {
  enum class Action : std::uint8_t { load, end, list, explain };
  Action action = Action::list;
  std::string file, exemptions;  // CSV
  std::string id, province;
  std::string day;  // of an import the first one; of a question the day (empty: today)
  std::string to;
  std::string procedure, fee_case;
  std::string channel = "1";
  std::vector<std::string> groups;
};

// What the post charges for one dossier, line by line.
struct QuoteCommand {
  std::string carrier, citizen, agency;
  std::string day;  // empty: today
  std::optional<int> receipt_g, result_g;
  std::string group = "none";
  std::int64_t forwarded = 0;  // đồng
  bool ask = false;            // the post's own price, too
  bool json = false;
};

// Subscribers of the configuration and whether events are sent to them.
struct WebhookCommand {
  enum class Action : std::uint8_t { list, enable };
  Action action = Action::list;
  std::string id;
};

using Command = std::variant<ServeCommand, MigrateCommand, DemoCommand, ConfigCommand, VerifyCommand,
                             VersionCommand, UserCommand, OutboxCommand, ScansCommand, WaybillsCommand,
                             AgencyCommand, OfficeCommand, AccountCommand, AttentionCommand, WebhookCommand,
                             TariffCommand, QuoteCommand, FeesCommand, CounterpartsCommand>;

struct CommandLine {
  std::string config_file;
  bool config_given = false;  // false: `config_file` is the default
  bool embedded = false;      // bring a private PostgreSQL in the state directory
  Command command;
};

// The process ends here: help was asked for, or the command line is wrong.
struct CliExit {
  ExitCode code = ExitCode::ok;
  std::string text;  // for standard output when ok, for standard error otherwise
};

// Reads the arguments without the program's name. Touches nothing else.
std::variant<CommandLine, CliExit> parse_command_line(std::vector<std::string> arguments);

}  // namespace bccid::app
