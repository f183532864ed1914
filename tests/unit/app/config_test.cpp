#include "app/config.hpp"

#include "app/config_table.hpp"
#include "app/config_value.hpp"

#include "tests/unit/app/config_fixture.hpp"

#include <set>

namespace bccid::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

TEST_F(ConfigTest, DefaultsFillEveryKeyThatHasOne) {
  const auto loaded = read(kDatabase);
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  const Config& c = loaded.config;
  EXPECT_EQ(c.province, "82");
  EXPECT_EQ(c.database.interactive_workers, 6U);
  EXPECT_EQ(c.database.statement_timeout, seconds{5});
  EXPECT_THAT(c.http.listen, ElementsAre("127.0.0.1:8080"));
  EXPECT_EQ(c.http.connections_per_ip_max, 64U);
  EXPECT_EQ(c.http.session_max, std::chrono::hours{12});
  EXPECT_EQ(c.scan.batch_wait, Duration{0});
  EXPECT_EQ(c.outbox.retry_schedule.size(), 12U);
  EXPECT_EQ(c.outbox.retry_schedule.at(3), minutes{2});
  EXPECT_EQ(c.log.level, "info");
  EXPECT_EQ(c.retention.audit_months, 24U);
}

TEST_F(ConfigTest, TableRowsAreConsistent) {
  Config config;
  std::set<std::string_view> seen;
  auto keys = config_keys(config);
  for (const auto& kind : block_kinds())
    for (const auto& key : kind.append(config)) {
      EXPECT_FALSE(key.info->help.empty()) << key.info->path;
      if (!key.info->fallback.empty()) assign_default(*key.info, key.slot);
    }
  for (const auto& key : keys) {
    EXPECT_TRUE(seen.insert(key.info->path).second) << key.info->path;
    EXPECT_TRUE(key.info->help.ends_with('.')) << key.info->path;
    const bool number = key.info->type == KeyType::integer || key.info->type == KeyType::duration;
    EXPECT_EQ(number, !key.info->range.empty() && key.info->type != KeyType::duration_list) << key.info->path;
    if (number) {
      EXPECT_FALSE(key.info->fallback.empty()) << key.info->path;
    }
    assign_default(*key.info, key.slot);
    if (!key.info->fallback.empty() && key.info->type == KeyType::duration) {
      EXPECT_EQ(toml_value(*key.info, key.slot), '"' + std::string(key.info->fallback) + '"');
    }
  }
}

TEST_F(ConfigTest, ReadsEveryType) {
  const auto loaded = read_with_database(
      "lock_timeout = \"250ms\"\n[http]\nlisten = [\"127.0.0.1:9000\", \"unix:/run/b.sock\", "
      "\"[::1]:9000\"]\n"
      "hosts = [\"bccid.example.vn\"]\n[scan]\nbatch_wait = \"500us\"\n[outbox]\nretry_schedule = [\"1s\", "
      "\"2d\"]\n"
      "[net]\nallow_cidrs = [\"10.0.0.0/8\"]\n[log]\nlevel = \"debug\"\n");
  ASSERT_THAT(texts(loaded.problems), IsEmpty());
  EXPECT_EQ(loaded.config.database.lock_timeout, milliseconds{250});
  EXPECT_THAT(loaded.config.http.listen, SizeIs(3));
  EXPECT_EQ(loaded.config.scan.batch_wait, std::chrono::microseconds{500});
  EXPECT_THAT(loaded.config.outbox.retry_schedule, ElementsAre(seconds{1}, std::chrono::hours{48}));
}

struct BadLine {
  const char* name;
  const char* text;  // behind [database] dsn, so its first line is line 3
  const char* where;
  const char* detail;
  const char* hint;
};

class BadConfig : public ConfigTest, public testing::WithParamInterface<BadLine> {};

TEST_P(BadConfig, IsRefusedNamingFileLineKeyAndHint) {
  const auto& bad = GetParam();
  const auto loaded = read_with_database(bad.text);
  ASSERT_THAT(loaded.problems, SizeIs(1)) << testing::PrintToString(texts(loaded.problems));
  const std::string text = loaded.problems.front().text();
  EXPECT_TRUE(text.starts_with(std::string("bccid.toml:") + bad.where + ' ')) << text;
  EXPECT_THAT(text, HasSubstr(bad.detail));
  EXPECT_THAT(text, HasSubstr(std::string("\nHINT: ") + bad.hint));
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, BadConfig,
    testing::Values(
        BadLine{"UnknownKey", "[http]\nrequest_timeot = \"5s\"\n", "4: http.request_timeot",
                "is not a known key", "Did you mean http.request_timeout?"},
        BadLine{"UnknownKeyFarFromAll", "[http]\nzzzzzzzzzzzz = 1\n", "4: http.zzzzzzzzzzzz",
                "is not a known key", "Run \"bccid config reference\""},
        BadLine{"UnknownSection", "[htp]\nlisten = []\n", "3: htp", "is not a known key",
                "Did you mean http?"},
        BadLine{"UnknownSectionBelow", "[http.tls]\nx = 1\n", "3: http.tls", "is not a known key", ""},
        BadLine{"DottedKeyInQuotes", "[http]\n\"x.listen\" = 1\n", "4: http.x.listen", "is not a known key",
                ""},
        BadLine{"NumberForText", "[log]\nlevel = 3\n", "4: log.level", "must be a text, not a number",
                "Write for example level = \"...\""},
        BadLine{"NumberForDuration", "[http]\nidle_timeout = 30\n", "4: http.idle_timeout",
                "must be a duration, not a number", "Write for example idle_timeout = \"30s\""},
        BadLine{"TextForNumber", "[scan]\nwriters = \"2\"\n", "4: scan.writers",
                "must be a whole number, not a text", "Write for example writers = 10"},
        BadLine{"FloatForNumber", "[scan]\nwriters = 2.0\n", "4: scan.writers",
                "must be a whole number, not this", ""},
        BadLine{"TextForList", "[http]\nlisten = \"127.0.0.1:80\"\n", "4: http.listen",
                "must be a list of texts, not a text", "Write for example listen = ["},
        BadLine{"MixedList", "[http]\nhosts = [\"a\", 1]\n", "4: http.hosts", "must be a list of texts", ""},
        BadLine{"KeyForSection", "[shutdown]\n[retention.events_months]\nx = 1\n",
                "4: retention.events_months", "must be a whole number", ""},
        BadLine{"OutOfRangeHigh", "[scan]\nwriters = 17\n", "4: scan.writers", "17 is out of range",
                "Use a value from 1 to 16."},
        BadLine{"OutOfRangeNegative", "[http]\nconnections_per_ip_max = -1\n",
                "4: http.connections_per_ip_max", "-1 is out of range", "Use a value from 0"},
        BadLine{"OutOfRangeDuration", "[http]\nauth_cache = \"2m\"\n", "4: http.auth_cache",
                "2m is out of range", "Use a value from 0s to 1m."},
        BadLine{"BadDuration", "[http]\nauth_cache = \"5 s\"\n", "4: http.auth_cache",
                "\"5 s\" is not a duration", "Write a whole number and a unit"},
        BadLine{"TooFineDuration", "[http]\nauth_cache = \"5us\"\n", "4: http.auth_cache",
                "is not a duration", "Write a whole number and a unit (ms, s"},
        BadLine{"HugeDuration", "[http]\nauth_cache = \"99999999999999999999d\"\n", "4: http.auth_cache",
                "is not a duration", ""},
        BadLine{"WrappingDuration", "[http]\nauth_cache = \"9223372036854775807d\"\n", "4: http.auth_cache",
                "is not a duration", ""},
        BadLine{"NotAllowed", "[log]\nlevel = \"warning\"\n", "4: log.level", "\"warning\" is not allowed",
                "Did you mean \"warn\"? Use one of: debug, info, warn, error."},
        BadLine{"BadAddress", "[http]\nlisten = [\"localhost\"]\n", "4: http.listen",
                "\"localhost\" is not an address to listen on", "Write \"127.0.0.1:8080\""},
        BadLine{"EmptyList", "[http]\nlisten = []\n", "4: http.listen", "must not be empty",
                "Addresses of the API"},
        BadLine{"TwiceInList", "[http]\nlisten = [\"[::1]:1\", \"[::1]:1\"]\n", "4: http.listen", "twice",
                "Remove"},
        BadLine{"BadCidr", "[net]\nallow_cidrs = [\"10.0.0.0/33\"]\n", "4: net.allow_cidrs",
                "is not an address block", ""},
        BadLine{"BadProxy", "[http]\ntrusted_proxies = [\"nginx\"]\n", "4: http.trusted_proxies",
                "is not an address block or", "Write for example \"10.0.0.5/32\""},
        BadLine{"BadHost", "[http]\nhosts = [\"https://x\"]\n", "4: http.hosts", "is not a host name", ""},
        BadLine{"ControlCharacter", "[http]\ntls_certificate = \"a\\nb\"\n", "4: http.tls_certificate",
                "holds a control character", ""},
        BadLine{"DuplicateKey", "[scan]\nwriters = 1\nwriters = 2\n", "5: scan.writers", "redefine",
                "Correct the TOML"},
        BadLine{"BrokenToml", "[scan]\nwriters = \n", "4: scan.writers", "", "Correct the TOML"},
        BadLine{"UnquotedText", "[log]\nlevel = info\n", "4: log.level", "", "Correct the TOML"},
        BadLine{"SingleBracketBlock", "[carrier]\nname = \"x\"\n", "3: carrier", "is a block",
                "Write [[carrier]] with double brackets."},
        BadLine{"PublicWithoutTls", "[http]\nlisten = [\"0.0.0.0:8080\"]\n", "4: http.listen",
                "no TLS certificate", "Set http.tls_certificate and http.tls_key_file"},
        BadLine{"PublicV6WithoutTls", "[http]\nlisten = [\"[::]:8080\"]\n", "4: http.listen",
                "no TLS certificate", ""},
        BadLine{"PublicAdmin", "[http]\nadmin_listen = \"0.0.0.0:8081\"\n", "4: http.admin_listen",
                "is not loopback", "Listen on 127.0.0.1"},
        BadLine{"SameAddressTwice", "[http]\nadmin_listen = \"127.0.0.1:8080\"\n", "4: http.admin_listen",
                "is also an address of http.listen", "Give the admin listener"},
        BadLine{"CertificateWithoutKey", "[http]\ntls_certificate = \"/c.pem\"\n", "4: http.tls_certificate",
                "needs http.tls_key_file beside it", "Name the key"},
        BadLine{"LockLongerThanStatement", "lock_timeout = \"6s\"\n", "3: database.lock_timeout",
                "is greater than database.statement_timeout", ""},
        BadLine{"LeaseShorterThanSend", "[outbox]\nlease = \"10s\"\n", "4: outbox.lease",
                "is less than net.timeout", "A send must end before its lease"},
        BadLine{"MissingSecretFile", "password_file = \"/no/such/file\"\n", "3: database.password_file",
                "cannot be read", "Check the path"},
        BadLine{"SecretIsADirectory", "password_file = \"/\"\n", "3: database.password_file",
                "is not a regular file", ""}),
    [](const auto& test) { return test.param.name; });

TEST_F(ConfigTest, CollectsAllProblemsInTheOrderOfTheFile) {
  const auto loaded = read("province = \"8\"\n[scan]\nwriters = 0\nbatch = 1\n[log]\nlevel = true\n");
  std::vector<std::string> keys;
  for (const auto& problem : loaded.problems) keys.push_back(problem.key);
  EXPECT_THAT(keys, ElementsAre("database.dsn", "province", "scan.writers", "scan.batch", "log.level"));
  EXPECT_THAT(loaded.failure().detail, HasSubstr("bccid.toml:3: scan.writers"));
  EXPECT_EQ(loaded.failure().code, Errc::config);
}

TEST_F(ConfigTest, NeedsADatabaseUnlessTheDaemonBringsOne) {
  EXPECT_THAT(texts(read("").problems), ElementsAre(HasSubstr("bccid.toml: database.dsn is missing")));
  auto embedded = source();
  embedded.database_required = false;
  EXPECT_TRUE(parse_config("", embedded).ok());
}

TEST_F(ConfigTest, RefusesAPasswordInTheConnectionString) {
  for (const char* dsn :
       {"dbname=b password=x", "dbname=b password = x", "postgresql://u:x@h/b", "postgres://u:@h"})
    EXPECT_THAT(texts(read("[database]\ndsn = \"" + std::string(dsn) + "\"\n").problems),
                ElementsAre(HasSubstr("bccid.toml:2: database.dsn carries a password\nHINT: ")))
        << dsn;
  for (const char* dsn : {"postgresql://u@h:5432/b", "host=[::1] dbname=b"})
    EXPECT_TRUE(read("[database]\ndsn = \"" + std::string(dsn) + "\"\n").ok()) << dsn;
}

TEST_F(ConfigTest, TlsOpensOtherAddresses) {
  const auto loaded =
      read_with_database("[http]\nlisten = [\"0.0.0.0:8443\"]\ntls_certificate = \"/c.pem\"\n" +
                         ("tls_key_file = \"" + file("key", "PEM") + "\"\n"));
  EXPECT_THAT(texts(loaded.problems), IsEmpty());
}

TEST_F(ConfigTest, AMissingOrHugeFileIsAProblem) {
  auto missing = source();
  missing.file = (directory_ / "none.toml").string();
  EXPECT_THAT(texts(load_config(missing).problems),
              ElementsAre(HasSubstr("none.toml: cannot be read\nHINT: ")));
  missing.file = directory_.string();
  EXPECT_FALSE(load_config(missing).ok());
  missing.file = file("huge.toml", std::string(2'000'000, '#'));
  EXPECT_THAT(texts(load_config(missing).problems), ElementsAre(HasSubstr("is larger than 1 MiB")));
  missing.file = file("good.toml", kDatabase);
  EXPECT_TRUE(load_config(missing).ok());
}

TEST_F(ConfigTest, HostileTextIsRefusedWithoutTrouble) {
  for (const std::string& text :
       {std::string("\xff\xfe"), std::string("a = \0", 5), std::string(5'000, '['), std::string(5'000, '{'),
        "a = " + std::string(5'000, '['), "[" + std::string(5'000, 'a') + "]", std::string("\"\" = 1"),
        std::string("[http]\n\"\x1b[31m\" = 1"), std::string("carrier = [1]"),
        std::string("carrier = []\nbank = {}")}) {
    const auto loaded = read_with_database(text);
    EXPECT_FALSE(loaded.ok()) << text.substr(0, 20);
    for (const auto& line : texts(loaded.problems)) {
      EXPECT_EQ(line.find('\x1b'), std::string::npos);
      EXPECT_LT(line.size(), 1000U);
    }
  }
}

TEST_F(ConfigTest, NamesTheSectionOfAnUnreadableLineInPrintableText) {
  const auto loaded = read(std::string_view("[[carri\0er]]\nname = \n", 21));
  ASSERT_EQ(loaded.problems.size(), 1U);
  EXPECT_EQ(loaded.problems.front().key, "carri?er");
}

}  // namespace
}  // namespace bccid::app
