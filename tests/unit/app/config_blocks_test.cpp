#include "tests/unit/app/config_fixture.hpp"

#include <unistd.h>

namespace bccid::app {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(ConfigTest, ReadsABlockWithItsSecret) {
  const auto loaded = read_with_database(carrier() + "timeout = \"5s\"\n" + carrier("second"));
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  ASSERT_THAT(loaded.config.carriers, SizeIs(2));
  const auto& first = loaded.config.carriers.front();
  EXPECT_EQ(first.block.kind, "vnpost_ngsp");
  EXPECT_EQ(first.client_secret.value, "s3cret");
  EXPECT_EQ(first.block.endpoint.timeout, seconds{5});
  EXPECT_EQ(first.unknown_settle, minutes{2});
  EXPECT_EQ(loaded.config.carriers.back().block.endpoint.timeout, seconds{15});
}

TEST_F(ConfigTest, APostWithoutAFeedHasItsPaceAndSaysWhatItsOrdersSay) {
  const auto loaded = read_with_database(
      carrier() +
      "kind = \"vnpost_my\"\nservice_code = \"HCC01\"\ncreation = \"draft\"\nparcel_weight = 250\n"
      "hint_key_file = \"/etc/bccid/post.pem\"\nlook_ready = \"1m\"\nlooks_in_flight = 8\n");
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  const auto& post = loaded.config.carriers.front();
  EXPECT_TRUE(post.block.drafts);
  EXPECT_EQ(post.block.service_code, "HCC01");
  EXPECT_EQ(post.block.parcel_weight_g, 250);
  EXPECT_EQ(post.block.number_type, "2");
  EXPECT_EQ(post.look_ready, minutes{1});
  EXPECT_EQ(post.look_waiting, minutes{30});
  EXPECT_EQ(post.looks_in_flight, 8U);
  EXPECT_THAT(texts(read(print_config(loaded.config)).problems), IsEmpty());
  EXPECT_FALSE(read_with_database(carrier()).config.carriers.front().block.drafts);
  EXPECT_THAT(texts(read_with_database(carrier() + "creation = \"later\"\n").problems),
              testing::Contains(HasSubstr("carrier.creation")));
}

TEST_F(ConfigTest, AReceiptProviderHasTwoPasswordsAndPrintsNeither) {
  const auto loaded =
      read_with_database(receipt_provider() + "lookup_url = \"https://tracuu.example.vn/?ma=\"\n");
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  ASSERT_THAT(loaded.config.receipt_providers, SizeIs(1));
  const auto& provider = loaded.config.receipt_providers.front();
  EXPECT_EQ(provider.block.service_url, "https://bienlai.example.vn");
  EXPECT_EQ(provider.block.account_password, "s3cret-a");
  EXPECT_EQ(provider.block.password, "s3cret-b");
  EXPECT_EQ(provider.unknown_settle, minutes{2});
  const auto printed = print_config(loaded.config);
  EXPECT_THAT(printed, testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(printed, HasSubstr("[[receipt_provider]]\nissuer = \"H20.12\""));
  EXPECT_THAT(texts(read(printed).problems), IsEmpty());
}

TEST_F(ConfigTest, AReceiptProviderIsAskedOnlyWhenNothingIsOnItsWay) {
  EXPECT_THAT(
      texts(read_with_database(receipt_provider() + "timeout = \"20s\"\nunknown_settle = \"10s\"\n" +
                               receipt_provider("H20.13") + "kind = \"ereceipt\"\n")
                .problems),
      ElementsAre(HasSubstr("receipt_provider.timeout is greater than receipt_provider.unknown_settle"),
                  HasSubstr("receipt_provider.kind \"ereceipt\" is not an adapter of this daemon")));
  EXPECT_THAT(texts(read_with_database(receipt_provider() + "timeout = \"1m\"\n").problems),
              ElementsAre(HasSubstr("receipt_provider.timeout is greater than outbox.lease")));
}

TEST_F(ConfigTest, ACounterpartIsReachedAsItsBlockSays) {
  const auto loaded = read_with_database(
      carrier() + "ca_file = \"/etc/bccid/post-ca.pem\"\nclient_certificate_file = \"/etc/bccid/own.pem\"\n" +
      "client_key_file = \"" + file("key", "k3y\n") + "\"\nproxy = \"http://proxy.example.vn:3128\"\n" +
      "proxy_credentials_file = \"" + file("proxy", "bccid:pr0xy\n") + "\"\n" + receipt_provider() +
      "proxy = \"http://proxy.example.vn:3128\"\n");
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  EXPECT_THAT(texts(loaded.warnings), IsEmpty());
  const auto& way = loaded.config.carriers[0].block.endpoint.transport;
  EXPECT_EQ(way.ca_file, "/etc/bccid/post-ca.pem");
  EXPECT_EQ(way.client_key_file, (directory_ / "key").string());
  EXPECT_EQ(way.proxy_credentials, "bccid:pr0xy");
  EXPECT_FALSE(way.usual());
  EXPECT_FALSE(loaded.config.receipt_providers[0].block.transport.usual());
  const auto printed = print_config(loaded.config);
  EXPECT_THAT(printed, testing::Not(testing::AnyOf(HasSubstr("pr0xy"), HasSubstr("k3y"))));
  EXPECT_THAT(texts(read(printed).problems), IsEmpty());
  EXPECT_TRUE(read_with_database(carrier()).config.carriers[0].block.endpoint.transport.usual());
}

TEST_F(ConfigTest, AWayThatCannotWorkIsRefusedAndOldTlsIsWarnedOf) {
  const auto problems = [&](const std::string& lines) {
    return texts(read_with_database(carrier() + lines).problems);
  };
  EXPECT_THAT(problems("client_certificate_file = \"/etc/own.pem\"\n"),
              ElementsAre(HasSubstr("carrier.client_certificate_file needs client_key_file beside it")));
  EXPECT_THAT(problems("client_key_file = \"" + file("key", "k\n") + "\"\n"),
              ElementsAre(HasSubstr("carrier.client_key_file needs client_certificate_file beside it")));
  EXPECT_THAT(problems("proxy = \"https://proxy.example.vn\"\n"),
              ElementsAre(HasSubstr("is not the address of an HTTP proxy")));
  EXPECT_THAT(problems("proxy = \"http://p.example.vn\"\nproxy_credentials_file = \"" +
                       file("proxy", "alone\n") + "\"\n"),
              ElementsAre(HasSubstr("are not user:password")));
  EXPECT_THAT(problems("sign_in = \"session\"\n"), ElementsAre(HasSubstr("only the kind dvcqg")));
  const auto old = read_with_database(carrier() + "legacy_tls = true\n");
  EXPECT_THAT(texts(old.problems), IsEmpty());
  EXPECT_THAT(texts(old.warnings), ElementsAre(HasSubstr("carrier.legacy_tls allows TLS that is known")));
}

TEST_F(ConfigTest, SystemsOfTheStateHaveBlocksOfTheirOwn) {
  const std::string known =
      "base_url = \"https://lgsp.example.vn/\"\nclient_id = \"id\"\nclient_secret_file = \"" +
      file("secret", "s3cret\n") + "\"\n";
  const auto loaded = read_with_database(
      "[[portal]]\nname = \"dvcqg\"\nsign_in = \"session\"\nagencies = [\"H20.12\"]\n" + known +
      "[[portal]]\nname = \"emc\"\nkind = \"emc\"\n" + known + "[[citizen_db]]\nname = \"csdl\"\n" + known);
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  ASSERT_THAT(loaded.config.portals, SizeIs(2));
  const auto& portal = loaded.config.portals.front();
  EXPECT_EQ(portal.block.endpoint.sign_in, SignIn::session);
  EXPECT_EQ(portal.block.endpoint.base_url, "https://lgsp.example.vn");
  EXPECT_EQ(portal.block.endpoint.client_secret, "s3cret");
  EXPECT_THAT(portal.agencies, ElementsAre("H20.12"));
  ASSERT_THAT(loaded.config.citizen_dbs, SizeIs(1));
  EXPECT_THAT(loaded.config.citizen_dbs.front().block.matched_values, ElementsAre("1", "true", "00"));
  const auto printed = print_config(loaded.config);
  EXPECT_THAT(printed, testing::Not(HasSubstr("s3cret")));
  EXPECT_THAT(texts(read(printed).problems), IsEmpty());
  EXPECT_THAT(
      texts(read_with_database("[[portal]]\nname = \"p\"\nkind = \"dvqg\"\ntimeout = \"2m\"\n" + known +
                               "[[citizen_db]]\nname = \"a\"\ntimeout = \"15s\"\n" + known +
                               "[[citizen_db]]\nname = \"b\"\n" + known)
                .problems),
      testing::UnorderedElementsAre(HasSubstr("portal.kind \"dvqg\" is not an adapter"),
                                    HasSubstr("portal.timeout is greater than outbox.lease"),
                                    HasSubstr("citizen_db.timeout is greater than http.request_timeout"),
                                    HasSubstr("citizen_db.name is a second citizen database")));
}

TEST_F(ConfigTest, ACounterpartIsSignedInAtAsItsBlockSays) {
  const auto plain = read_with_database(carrier());
  ASSERT_THAT(texts(plain.problems), IsEmpty());
  EXPECT_EQ(plain.config.carriers[0].block.endpoint.sign_in, SignIn::basic);
  auto fixed = carrier();
  for (const std::string_view line :
       {"token_url = \"https://post.example.vn/token\"\n", "client_id = \"id\"\n"})
    fixed.erase(fixed.find(line), line.size());
  const auto loaded =
      read_with_database(fixed + "sign_in = \"header\"\nsecret_header = \"x-access-token\"\n");
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  const auto& endpoint = loaded.config.carriers[0].block.endpoint;
  EXPECT_EQ(endpoint.sign_in, SignIn::header);
  EXPECT_EQ(endpoint.secret_header, "x-access-token");
  EXPECT_EQ(endpoint.client_secret, "s3cret");
  EXPECT_THAT(texts(read_with_database(fixed + "sign_in = \"body\"\n").problems),
              ElementsAre(HasSubstr("sign_in is \"body\", which needs a client_id")));
  EXPECT_THAT(texts(read_with_database(fixed + "sign_in = \"oauth\"\n").problems),
              testing::Contains(HasSubstr("carrier.sign_in")));
}

TEST_F(ConfigTest, NamesEveryMissingKeyOfABlockAtItsLine) {
  const auto loaded = read_with_database("[[bank]]\n\n[[webhook]]\nid = \"w\"\nurl = \"https://x.vn/\"\n");
  EXPECT_THAT(texts(loaded.problems),
              ElementsAre(HasSubstr("bccid.toml:3: bank.account is missing"),
                          HasSubstr("bccid.toml:3: bank.name is missing"),
                          HasSubstr("bccid.toml:5: webhook.secret_file is missing\nHINT: ")));
  EXPECT_THAT(loaded.problems.back().hint, HasSubstr("systemd credential webhook.w.secret"));
}

TEST_F(ConfigTest, ChecksTheKeysOfABlockLikeAllOthers) {
  const auto loaded =
      read_with_database("[[bank]]\naccount = \"1 2\"\nnam = \"x\"\nname = 5\n[[bank]]\nkind = \"\"\n");
  EXPECT_THAT(texts(loaded.problems),
              ElementsAre(HasSubstr("bccid.toml:4: bank.account \"1 2\" is not an identifier"),
                          HasSubstr("bccid.toml:5: bank.nam is not a known key\nHINT: Did you mean name?"),
                          HasSubstr("bccid.toml:6: bank.name must be a text, not a number"),
                          HasSubstr("bccid.toml:7: bank.account is missing"),
                          HasSubstr("bccid.toml:7: bank.name is missing"),
                          HasSubstr("bccid.toml:8: bank.kind must not be empty")));
}

TEST_F(ConfigTest, RefusesANameThatCouldNotBePrintedAndReadBack) {
  const auto loaded = read_with_database("[[bank]]\naccount = \"7\"\nname = \"x\"\n" +
                                         std::string("column_titles = { \"a\\nb\" = \"N\" }\n") + carrier() +
                                         "province_codes = { \"a\\tb\" = 1 }\n");
  EXPECT_THAT(texts(loaded.problems),
              ElementsAre(HasSubstr("bank.column_titles holds a control character"),
                          HasSubstr("carrier.province_codes holds a control character")));
}

TEST_F(ConfigTest, RefusesTwoBlocksOfOneNameNamingBothLines) {
  const std::string bank = "[[bank]]\naccount = \"7\"\nname = \"x\"\n";
  EXPECT_THAT(
      texts(read_with_database(bank + bank).problems),
      ElementsAre("bccid.toml:6: bank.account \"7\" is named by two blocks, the other one is on line 3\n"
                  "HINT: Give each [[bank]] its own account."));
}

TEST_F(ConfigTest, RefusesAnAdapterThatIsNotThere) {
  const auto loaded = read_with_database("[[bank]]\naccount = \"7\"\nname = \"x\"\nkind = \"bank_cvs\"\n");
  EXPECT_THAT(texts(loaded.problems),
              ElementsAre(HasSubstr("bccid.toml:6: bank.kind \"bank_cvs\" is not an adapter of this daemon\n"
                                    "HINT: Did you mean \"bank_csv\"? Known: ")));
}

TEST_F(ConfigTest, FillsTheBlocksOfTheAdapters) {
  const auto loaded = read_with_database(
      carrier() +
      "event_time_unit = \"seconds\"\nprovince_codes = { \"82\" = 87 }\ndistrict_code_default = 7\n" +
      "[[bank]]\naccount = \"7\"\nname = \"x\"\ntotals_required = false\n[bank.column_titles]\ndate = "
      "\"Ngày\"\n");
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  const CarrierBlock& post = loaded.config.carriers.at(0).block;
  EXPECT_EQ(post.endpoint.client_secret, "s3cret");
  EXPECT_EQ(post.endpoint.base_url, "https://post.example.vn");
  EXPECT_EQ(post.event_time_unit, EventTimeUnit::seconds);
  EXPECT_EQ(post.province_codes.at("82"), 87);
  EXPECT_EQ(post.district_code_default, 7);
  EXPECT_EQ(post.order_path, CarrierBlock{}.order_path);
  const BankBlock& bank = loaded.config.banks.at(0).block;
  EXPECT_EQ(bank.column_titles.at("date"), "Ngày");
  EXPECT_FALSE(bank.totals_required);
}

TEST_F(ConfigTest, WarnsOfSecretsWithoutTlsButNotOnLoopback) {
  const std::string block =
      "[[webhook]]\nid = \"w\"\nsecret_file = \"" + file("secret", "x") + "\"\nurl = \"http://";
  const auto far = read_with_database(block + "10.1.2.3/\"\n");
  EXPECT_TRUE(far.ok());
  EXPECT_THAT(texts(far.warnings), ElementsAre(HasSubstr("bccid.toml:6: webhook.url sends secrets")));
  EXPECT_THAT(read_with_database(block + "127.0.0.1:9/\"\n").warnings, IsEmpty());
}

TEST_F(ConfigTest, RefusesSecretsThatOthersMayRead) {
  const auto with_mode = [this](mode_t mode) {
    return read_with_database("password_file = \"" + file("password", "x", mode) + "\"\n");
  };
  EXPECT_TRUE(with_mode(0600).ok());
  EXPECT_TRUE(with_mode(0400).ok());
  EXPECT_EQ(with_mode(0640).ok(), ::geteuid() == 0);
  for (const mode_t mode : {0604U, 0644U, 0660U, 0666U, 0777U})
    EXPECT_THAT(texts(with_mode(mode).problems), ElementsAre(HasSubstr("\nHINT: Run: chmod 600"))) << mode;
}

TEST_F(ConfigTest, RefusesSecretsThatAreEmptyOrHuge) {
  EXPECT_FALSE(read_with_database("password_file = \"" + file("a", "\n") + "\"\n").ok());
  EXPECT_FALSE(read_with_database("password_file = \"" + file("b", std::string(70'000, 'x')) + "\"\n").ok());
  EXPECT_FALSE(read_with_database("password_file = \"\"\n").ok());
}

TEST_F(ConfigTest, TakesSecretsFromCredentialsWhenTheKeyIsAbsent) {
  file("database.password", "from-systemd\r\n", 0400);
  file("webhook.w.secret", "whsec_x", 0400);
  file("webhook.w.previous_secret", "whsec_y", 0400);
  auto with_credentials = source();
  with_credentials.credentials_dir = directory_.string();
  const std::string text = std::string(kDatabase) + "[[webhook]]\nid = \"w\"\nurl = \"https://x.vn/\"\n";
  const auto loaded = parse_config(text, with_credentials);
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.config.database.password.value, "from-systemd");
  EXPECT_EQ(loaded.config.webhooks.at(0).secret.value, "whsec_x");
  EXPECT_EQ(loaded.config.webhooks.at(0).previous_secret.value, "whsec_y");
  const auto named = parse_config(text + "secret_file = \"" + file("own", "mine") + "\"\n", with_credentials);
  EXPECT_EQ(named.config.webhooks.at(0).secret.value, "mine");
}

TEST_F(ConfigTest, NamesTheMappingThatCannotBeRead) {
  const auto loaded = read_with_database(
      "[[bank]]\naccount = \"7\"\nname = \"x\"\nkind = \"bank_table\"\nmapping_file = \"/nowhere/x.toml\"\n");
  EXPECT_THAT(texts(loaded.problems),
              ElementsAre(HasSubstr("mapping_file \"/nowhere/x.toml\" cannot be read")));
}

}  // namespace
}  // namespace bccid::app
