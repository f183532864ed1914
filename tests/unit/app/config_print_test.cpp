#include "tests/unit/app/config_fixture.hpp"

#include "app/config_table.hpp"
#include "app/config_value.hpp"

namespace bccid::app {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST_F(ConfigTest, PrintsWhatCanBeReadBackAndNoSecret) {
  const auto loaded = read_with_database(
      "[log]\nlevel = \"debug\"\n" + carrier() +
      "[[bank]]\naccount = \"7\"\nname = \"quote \\\" and \\\\ slash\"\ncolumn_titles = { date = \"N\" }\n");
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  const std::string printed = print_config(loaded.config);
  EXPECT_THAT(printed, Not(HasSubstr("s3cret")));
  EXPECT_THAT(printed, HasSubstr("# secret, not shown"));
  const auto again = read(printed);
  ASSERT_THAT(texts(again.problems), IsEmpty());
  EXPECT_EQ(print_config(again.config), printed);
  EXPECT_EQ(again.config.banks.at(0).block.name, "quote \" and \\ slash");
  EXPECT_THAT(keys_needing_restart(loaded.config, again.config), IsEmpty());
}

TEST_F(ConfigTest, ReferenceNamesEveryKeyAndItsDefaultsAreValid) {
  const std::string reference = config_reference();
  Config config;
  for (const auto& key : config_keys(config))
    EXPECT_THAT(reference,
                HasSubstr('#' + std::string(key.info->path.substr(key.info->path.rfind('.') + 1)) + " = "));
  EXPECT_THAT(reference, HasSubstr("# (a whole number from 1 to 64)\n#interactive_workers = 6\n"));
  EXPECT_THAT(reference, HasSubstr("#[[carrier]]"));
  auto embedded = source();
  embedded.database_required = false;
  EXPECT_THAT(texts(parse_config(reference, embedded).problems), IsEmpty());
}

TEST_F(ConfigTest, ReferenceDefaultsCanBeUncommented) {
  std::string text;
  Config defaults = default_config();
  for (const auto& key : config_keys(defaults))
    if (!is_empty(key.slot))
      text += std::string(key.info->path) + " = " + toml_value(*key.info, key.slot) + '\n';
  auto embedded = source();
  embedded.database_required = false;
  EXPECT_THAT(texts(parse_config(text, embedded).problems), IsEmpty());
}

TEST_F(ConfigTest, TellsWhichKeysAReloadDoesNotTake) {
  const auto running = read(kDatabase);
  const auto wanted =
      read_with_database("queue_max = 7\n[log]\nlevel = \"debug\"\nformat = \"json\"\n" + carrier());
  EXPECT_THAT(keys_needing_restart(running.config, wanted.config),
              ElementsAre("database.queue_max", "log.format", "carrier"));
}

}  // namespace
}  // namespace bccid::app
