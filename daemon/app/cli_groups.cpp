#include "app/cli_groups.hpp"

#include "base/text.hpp"

#include <CLI/CLI.hpp>

#include <charconv>

namespace bccid::app {
namespace {

// One subcommand of a group; choosing it leaves `given`, with its action, in `chosen`.
template <class Given>
CLI::App* add_action(CLI::App& group, const char* name, const char* help, typename Given::Action action,
                     Given& given, Command& chosen) {
  auto* command = group.add_subcommand(name, help);
  command->callback([&given, &chosen, action] {
    given.action = action;
    chosen = given;
  });
  return command;
}

// CLI11 would take a number that is too large for the largest one.
std::string item_number(const std::string& text) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && number > 0 ? "" : '"' + shown(text) + "\" is not the number of an item";
}

}  // namespace

void add_agency_commands(CLI::App& app, AgencyCommand& given, Command& chosen) {
  auto* group = app.add_subcommand("agency", "Agencies that dossiers belong to, and where their fees go");
  group->require_subcommand(1);
  using Action = AgencyCommand::Action;
  auto* add =
      add_action(*group, "add", "Add an agency, or change what is given of one", Action::add, given, chosen);
  add->add_option("--code", given.code, "As its dossiers' codes begin, for example H20.12")->required();
  add->add_option("--name", given.name, "Name for people; a new agency needs it");
  add->add_option("--account", given.account, "Bank account that its fees are remitted to");
  add->add_option("--phone", given.phone, "Telephone of its counter");
  add->add_option("--address", given.address, "Street address of its counter");
  add->add_option("--commune", given.commune, "National commune code, five digits");
  add_action(*group, "list", "Print the agencies", Action::list, given, chosen);
}

void add_office_commands(CLI::App& app, OfficeCommand& given, Command& chosen) {
  auto* group = app.add_subcommand("office", "Post offices that clerks and postmen work at");
  group->require_subcommand(1);
  using Action = OfficeCommand::Action;
  auto* add = add_action(*group, "add", "Add a post office, or change what is given of one", Action::add,
                         given, chosen);
  add->add_option("--code", given.code, "As the post writes it, for example 820100")->required();
  add->add_option("--name", given.name, "Name for people; a new office needs it");
  add->add_option("--commune", given.commune, "National commune code, five digits");
  add_action(*group, "list", "Print the post offices", Action::list, given, chosen);
}

void add_account_commands(CLI::App& app, AccountCommand& given, Command& chosen) {
  auto* group = app.add_subcommand("account", "Banks of the accounts that fees go to, for payment codes");
  group->require_subcommand(1);
  using Action = AccountCommand::Action;
  auto* add =
      add_action(*group, "add", "Say which bank an account is at, or change it", Action::add, given, chosen);
  add->add_option("--number", given.number, "Account number, as on the bank's statement")->required();
  add->add_option("--bin", given.bank_bin, "The bank's number at NAPAS, six digits; a new account needs it");
  add->add_option("--holder", given.holder, "The account's name as the bank knows it");
  add->add_option("--carrier", given.carrier,
                  "The post whose postage is paid to it: the name of a [[carrier]]");
  add_action(*group, "list", "Print the accounts", Action::list, given, chosen);
}

void add_attention_commands(CLI::App& app, AttentionCommand& given, Command& chosen) {
  auto* group = app.add_subcommand("attention", "What waits for a person, and until when");
  group->require_subcommand(1);
  using Action = AttentionCommand::Action;
  auto* list =
      add_action(*group, "list", "Print open items, the most urgent first", Action::list, given, chosen);
  list->add_option("--owner", given.owner, "Only what this role owns")
      ->check(CLI::IsMember({"clerk", "agency", "finance", "admin"}));
  list->add_option("--limit", given.rows_max, "Rows at most")->check(CLI::Range(1, 10'000))->default_val(50);
  list->add_flag("--json", given.json, "Print one JSON object a line");
  auto* close = add_action(*group, "close", "Say that an item is done", Action::close, given, chosen);
  close->add_option("id", given.id, "Number as list prints it")->required()->check(item_number);
  close->add_option("--note", given.note, "What was done; kept with it")->required();
}

void add_webhook_commands(CLI::App& app, WebhookCommand& given, Command& chosen) {
  auto* group = app.add_subcommand("webhook", "Subscribers, and whether events are sent to them");
  group->require_subcommand(1);
  using Action = WebhookCommand::Action;
  add_action(*group, "list", "Print the endpoints, and why one is disabled", Action::list, given, chosen);
  auto* enable = add_action(*group, "enable", "Send events again to one that was disabled", Action::enable,
                            given, chosen);
  enable->add_option("id", given.id, "Id as list prints it")->required();
}

void add_counterpart_commands(CLI::App& app, CounterpartsCommand& given, Command& chosen) {
  auto* group =
      app.add_subcommand("counterparts", "Who is sent something, how they answer, what waits for them");
  group->require_subcommand(1);
  using Action = CounterpartsCommand::Action;
  add_action(*group, "list", "Print each with its queue, errors, breaker and last answer", Action::list,
             given, chosen);
  auto* pause = add_action(*group, "pause", "Send it nothing until it is resumed; what waits for it stays",
                           Action::pause, given, chosen);
  auto* resume = add_action(*group, "resume", "Send to it again", Action::resume, given, chosen);
  for (auto* change : {pause, resume}) {
    change->add_option("name", given.target, "Name as list prints it")->required();
    change->add_option("--reason", given.reason, "Why; kept in the audit")->required();
  }
}

void add_waybill_commands(CLI::App& app, WaybillsCommand& given, Command& chosen) {
  auto* group = app.add_subcommand("waybills", "Numbers for labels that a post gave us in advance");
  group->require_subcommand(1);
  using Action = WaybillsCommand::Action;
  auto* load = add_action(*group, "import", "Import a range of the post's; all of it or nothing",
                          Action::load, given, chosen);
  load->add_option("file", given.file, "CSV: item_code")->required();
  load->add_option("--carrier", given.carrier, "The post's block in the configuration")->required();
  add_action(*group, "list", "Print how many are free and how many have an order", Action::list, given,
             chosen);
}

void add_tariff_commands(CLI::App& app, TariffCommand& given, Command& chosen) {
  auto* group = app.add_subcommand("tariff", "What the post charges, by versions that hold from a day on");
  group->require_subcommand(1);
  using Action = TariffCommand::Action;
  auto* load =
      add_action(*group, "import", "Import a price list; each price must be within the law's ceiling",
                 Action::load, given, chosen);
  load->add_option("file", given.file, "CSV: leg,zone,weight_step_g,price_vnd")->required();
  load->add_option("--id", given.id, "Name of the version, for example DT-2026-1")->required();
  load->add_option("--carrier", given.carrier, "The post's block in the configuration")->required();
  load->add_option("--from", given.from, "First day, YYYY-MM-DD")->required();
  load->add_option("--to", given.to, "Last day; without it the version is open");
  load->add_option("--vat", given.vat, "Whether the prices hold the tax")
      ->check(CLI::IsMember({"exempt", "included", "added"}))
      ->default_val("exempt");
  load->add_option("--vat-rate", given.vat_rate, "In hundredths of a percent: 800 is 8 %")
      ->check(CLI::Range(0, 2500));
  load->add_option("--forwarding", given.forwarding, "Dong for handing an agency's fees on")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{1'000'000}));
  load->add_option("--free-below", given.free_below, "Fees below this many dong are handed on for nothing")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{10'000'000'000}));
  auto* end = add_action(*group, "end", "End an open version; once", Action::end, given, chosen);
  end->add_option("id", given.id, "Name as list prints it")->required();
  end->add_option("--on", given.to, "Its last day, YYYY-MM-DD")->required();
  add_action(*group, "list", "Print the versions", Action::list, given, chosen);
}

void add_fees_commands(CLI::App& app, FeesCommand& given, Command& chosen) {
  auto* group =
      app.add_subcommand("fees", "What a province's agencies charge, by versions that hold from a day on");
  group->require_subcommand(1);
  using Action = FeesCommand::Action;
  auto* load =
      add_action(*group, "import", "Import a schedule of phi and le phi", Action::load, given, chosen);
  load->add_option("file", given.file,
                   "CSV: procedure,case,channel,kind,code,name,amount_vnd,timing,destination,basis")
      ->required();
  load->add_option("--exemptions", given.exemptions, "CSV: group,procedure,code,percent,basis");
  load->add_option("--id", given.id, "Name of the version, for example NQ-09-2025")->required();
  load->add_option("--province", given.province, "Two digits")->required();
  load->add_option("--from", given.day, "First day, YYYY-MM-DD")->required();
  load->add_option("--to", given.to, "Last day; without it the version is open");
  auto* end = add_action(*group, "end", "End an open version; once", Action::end, given, chosen);
  end->add_option("id", given.id, "Name as list prints it")->required();
  end->add_option("--on", given.to, "Its last day, YYYY-MM-DD")->required();
  add_action(*group, "list", "Print the versions", Action::list, given, chosen);
  auto* explain =
      add_action(*group, "explain", "Say what a dossier costs, line by line", Action::explain, given, chosen);
  explain->add_option("--province", given.province, "Two digits")->required();
  explain->add_option("--procedure", given.procedure, "National code, such as 1.001193")->required();
  explain->add_option("--case", given.fee_case, "The applicant's case, as the schedule names it");
  explain->add_option("--channel", given.channel, "How it was handed in: 1 direct, 2 online, 3 post")
      ->check(CLI::IsMember({"1", "2", "3"}))
      ->default_val("1");
  explain->add_option("--group", given.groups, "What the applicant has shown papers for; may be repeated");
  explain->add_option("--on", given.day, "Day, YYYY-MM-DD (default: today)");
}

void add_quote_command(CLI::App& app, QuoteCommand& given, Command& chosen) {
  auto* quote = app.add_subcommand("quote", "Explain what the post charges for a dossier, line by line");
  quote->add_option("--carrier", given.carrier, "The post's block in the configuration")->required();
  quote->add_option("--citizen", given.citizen, "Commune of the citizen, five digits")->required();
  quote->add_option("--agency", given.agency, "Commune of the agency, five digits")->required();
  quote->add_option("--receipt", given.receipt_g, "Grams of the papers to the agency");
  quote->add_option("--return", given.result_g, "Grams of the result to the citizen");
  quote->add_option("--group", given.group, "Who pays less: half or nothing of the postage (full)")
      ->check(CLI::IsMember({"none", "half", "full"}))
      ->default_val("none");
  quote->add_option("--forwarded", given.forwarded, "Dong of fees that the post takes for the agency")
      ->check(CLI::Range(std::int64_t{0}, std::int64_t{10'000'000'000}));
  quote->add_option("--on", given.day, "Day, YYYY-MM-DD (default: today)");
  quote->add_flag("--ask", given.ask, "Ask the post for its own price, too");
  quote->add_flag("--json", given.json, "Print one JSON object");
  quote->callback([&given, &chosen] { chosen = given; });
}

}  // namespace bccid::app
