#include "app/cli_groups.hpp"

#include <CLI/CLI.hpp>

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

}  // namespace bccid::app
