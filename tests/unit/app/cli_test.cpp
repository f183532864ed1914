#include "app/cli.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bccid::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

using Arguments = std::vector<std::string>;

CommandLine accepted(const Arguments& arguments) {
  const auto outcome = parse_command_line(arguments);
  const auto* refused = std::get_if<CliExit>(&outcome);
  EXPECT_EQ(refused, nullptr) << refused->text;
  return refused == nullptr ? std::get<CommandLine>(outcome) : CommandLine{};
}

CliExit ended(const Arguments& arguments) {
  const auto outcome = parse_command_line(arguments);
  EXPECT_TRUE(std::holds_alternative<CliExit>(outcome)) << testing::PrintToString(arguments);
  return std::holds_alternative<CliExit>(outcome) ? std::get<CliExit>(outcome) : CliExit{};
}

template <class Chosen>
Chosen chosen(const Arguments& arguments) {
  const auto line = accepted(arguments);
  EXPECT_TRUE(std::holds_alternative<Chosen>(line.command)) << testing::PrintToString(arguments);
  return std::holds_alternative<Chosen>(line.command) ? std::get<Chosen>(line.command) : Chosen{};
}

TEST(Cli, ServesFromTheDefaultFileUnlessToldOtherwise) {
  chosen<ServeCommand>({"serve"});
  EXPECT_EQ(accepted({"serve"}).config_file, "/etc/bccid/bccid.toml");
  EXPECT_FALSE(accepted({"serve"}).config_given);
  EXPECT_FALSE(accepted({"serve"}).embedded);
}

TEST(Cli, TakesCommonOptionsBeforeAndBehindTheCommand) {
  for (const Arguments& arguments : {Arguments{"--config", "a.toml", "--embedded", "serve"},
                                     Arguments{"serve", "--embedded", "-c", "a.toml"},
                                     Arguments{"serve", "--config=a.toml", "--embedded"}}) {
    const auto line = accepted(arguments);
    EXPECT_EQ(line.config_file, "a.toml");
    EXPECT_TRUE(line.config_given);
    EXPECT_TRUE(line.embedded);
  }
  EXPECT_EQ(accepted({"config", "check", "--config", "a.toml"}).config_file, "a.toml");
}

TEST(Cli, ReadsEachCommand) {
  EXPECT_TRUE(chosen<MigrateCommand>({"migrate", "--check"}).check);
  EXPECT_TRUE(chosen<VerifyCommand>({"verify", "--json"}).json);
  chosen<VersionCommand>({"version"});
  chosen<VersionCommand>({"--version"});
  EXPECT_EQ(chosen<ConfigCommand>({"config", "print"}).action, ConfigCommand::Action::print);
  EXPECT_EQ(chosen<ConfigCommand>({"config", "check"}).action, ConfigCommand::Action::check);
  EXPECT_EQ(chosen<ConfigCommand>({"config", "reference"}).action, ConfigCommand::Action::reference);
  const auto demo = chosen<DemoCommand>({"demo", "--once", "--json", "--state-dir", "/x", "--keep"});
  EXPECT_TRUE(demo.once && demo.json && demo.keep);
  EXPECT_EQ(demo.state_dir, "/x");
}

TEST(Cli, AddsUsersWithTheirPlace) {
  const auto clerk =
      chosen<UserCommand>({"user", "add", "--name", "lan", "--role", "clerk", "--office", "870100"});
  EXPECT_EQ(clerk.action, UserCommand::Action::add);
  EXPECT_EQ(clerk.name, "lan");
  EXPECT_EQ(clerk.office, "870100");
  EXPECT_EQ(clerk.secret_file, "");
  EXPECT_FALSE(clerk.generate);
  const auto system = chosen<UserCommand>(
      {"user", "add", "--name", "h", "--role", "agency", "--agency", "H20.12", "--generate"});
  EXPECT_EQ(system.agency, "H20.12");
  EXPECT_TRUE(system.generate);
  EXPECT_EQ(chosen<UserCommand>({"user", "disable", "--name", "h"}).action, UserCommand::Action::disable);
  EXPECT_EQ(chosen<UserCommand>({"user", "enable", "--name", "h"}).action, UserCommand::Action::enable);
  EXPECT_EQ(chosen<UserCommand>({"user", "secret", "--name", "h", "--secret-file", "f"}).secret_file, "f");
  EXPECT_EQ(chosen<UserCommand>({"user", "list"}).action, UserCommand::Action::list);
}

TEST(Cli, AddsPlacesAndLeavesOutWhatIsNotGiven) {
  const auto agency = chosen<AgencyCommand>(
      {"agency", "add", "--code", "H20.12", "--name", "x", "--account", "115000820012", "--phone", ""});
  EXPECT_EQ(agency.action, AgencyCommand::Action::add);
  EXPECT_EQ(agency.code, "H20.12");
  EXPECT_EQ(agency.account, "115000820012");
  EXPECT_EQ(agency.phone, "");  // given: taken away
  EXPECT_EQ(agency.address, std::nullopt);
  const auto office = chosen<OfficeCommand>({"office", "add", "--code", "820100", "--commune", "28249"});
  EXPECT_EQ(office.code, "820100");
  EXPECT_EQ(office.commune, "28249");
  EXPECT_EQ(office.name, std::nullopt);
  const auto account =
      chosen<AccountCommand>({"account", "add", "--number", "115000820012", "--bin", "970436"});
  EXPECT_EQ(account.number, "115000820012");
  EXPECT_EQ(account.bank_bin, "970436");
  EXPECT_EQ(account.holder, std::nullopt);
  EXPECT_EQ(chosen<AccountCommand>({"account", "list"}).action, AccountCommand::Action::list);
  EXPECT_EQ(chosen<AgencyCommand>({"agency", "list"}).action, AgencyCommand::Action::list);
  EXPECT_EQ(chosen<OfficeCommand>({"office", "list"}).action, OfficeCommand::Action::list);
}

TEST(Cli, ClosesItemsAndEnablesEndpoints) {
  const auto list = chosen<AttentionCommand>({"attention", "list", "--owner", "admin"});
  EXPECT_EQ(list.owner, "admin");
  EXPECT_EQ(list.rows_max, 50U);
  const auto close = chosen<AttentionCommand>({"attention", "close", "12", "--note", "asked the post"});
  EXPECT_EQ(close.action, AttentionCommand::Action::close);
  EXPECT_EQ(close.id, 12);
  EXPECT_EQ(close.note, "asked the post");
  EXPECT_EQ(chosen<WebhookCommand>({"webhook", "enable", "hook"}).id, "hook");
  EXPECT_EQ(chosen<WebhookCommand>({"webhook", "list"}).action, WebhookCommand::Action::list);
}

TEST(Cli, WorksOnTheOutbox) {
  const auto list = chosen<OutboxCommand>({"outbox", "list"});
  EXPECT_EQ(list.state, "dead");
  EXPECT_EQ(list.rows_max, 50U);
  EXPECT_THAT(chosen<OutboxCommand>({"outbox", "replay", "7", "8"}).ids, ElementsAre(7, 8));
  const auto all = chosen<OutboxCommand>({"outbox", "replay", "--all-dead", "--target", "carrier:vnpost"});
  EXPECT_TRUE(all.all_dead);
  EXPECT_EQ(all.target, "carrier:vnpost");
  EXPECT_EQ(chosen<OutboxCommand>({"outbox", "drop", "7", "--reason", "order was cancelled"}).reason,
            "order was cancelled");
}

TEST(Cli, SettlesHeldScans) {
  const auto scans = chosen<ScansCommand>({"scans", "discard", "EA123456785VN", "--note", "another post's"});
  EXPECT_EQ(scans.item, "EA123456785VN");
  EXPECT_EQ(scans.note, "another post's");
  const auto waybills = chosen<WaybillsCommand>({"waybills", "import", "range.csv", "--carrier", "vnpost"});
  EXPECT_EQ(waybills.action, WaybillsCommand::Action::load);
  EXPECT_EQ(waybills.file, "range.csv");
  EXPECT_EQ(waybills.carrier, "vnpost");
}

TEST(Cli, RefusesWrongLinesWithExitCodeTwo) {
  for (const Arguments& arguments :
       {Arguments{},
        Arguments{"serv"},
        Arguments{"serve", "--nope"},
        Arguments{"serve", "extra"},
        Arguments{"serve", "demo"},
        Arguments{"config"},
        Arguments{"config", "show"},
        Arguments{"--config"},
        Arguments{"user", "add", "--name", "x"},
        Arguments{"user", "add", "--name", "x", "--role", "king"},
        Arguments{"user", "add", "--name", "x", "--role", "clerk"},
        Arguments{"user", "add", "--name", "x", "--role", "agency"},
        Arguments{"user", "add", "--name", "x", "--role", "admin", "--agency", "H"},
        Arguments{"user", "add", "--name", "x", "--role", "clerk", "--office", "1", "--agency", "H"},
        Arguments{"user", "secret", "--name", "x", "--secret-file", "f", "--generate"},
        Arguments{"user", "add", "--name", "x", "--role", "admin", "--secret", "visible"},
        Arguments{"agency"},
        Arguments{"agency", "add", "--name", "x"},
        Arguments{"office", "add", "--name", "x"},
        Arguments{"office", "add", "--code", "1", "--account", "1"},
        Arguments{"attention", "close", "1"},
        Arguments{"attention", "close", "x", "--note", "done"},
        Arguments{"attention", "close", "99999999999999999999", "--note", "done"},
        Arguments{"attention", "list", "--owner", "king"},
        Arguments{"webhook", "enable"},
        Arguments{"outbox", "replay"},
        Arguments{"outbox", "replay", "x"},
        Arguments{"outbox", "replay", "-3"},
        Arguments{"outbox", "replay", "99999999999999999999"},
        Arguments{"outbox", "replay", "1", "--all-dead"},
        Arguments{"outbox", "drop", "1"},
        Arguments{"scans"},
        Arguments{"waybills"},
        Arguments{"waybills", "import", "range.csv"},
        Arguments{"scans", "discard", "EA123456785VN"},
        Arguments{"webhook", "enable"},
        Arguments{"outbox", "list", "--limit", "0"},
        Arguments{"outbox", "list", "--state", "odd"}}) {
    const auto end = ended(arguments);
    EXPECT_EQ(end.code, ExitCode::usage) << testing::PrintToString(arguments);
    EXPECT_FALSE(end.text.empty()) << testing::PrintToString(arguments);
  }
}

TEST(Cli, HelpNamesCommandsExamplesAndExitCodes) {
  const auto help = ended({"--help"});
  EXPECT_EQ(help.code, ExitCode::ok);
  for (const char* word :
       {"serve", "migrate", "demo", "config", "verify", "version", "agency", "office", "attention", "webhook",
        "user", "outbox", "scans", "--embedded", "Examples:", "Exit codes:", "70  internal error"})
    EXPECT_THAT(help.text, HasSubstr(word));
  EXPECT_THAT(ended({"demo", "--help"}).text, HasSubstr("--state-dir"));
  EXPECT_THAT(ended({"user", "add", "--help"}).text, HasSubstr("--secret-file"));
}

}  // namespace
}  // namespace bccid::app
