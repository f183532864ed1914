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

}  // namespace bccid::app
