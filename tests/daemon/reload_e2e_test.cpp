#include "net/tls.hpp"
#include "tests/daemon/running_daemon.hpp"
#include "tests/support/test_certificate.hpp"

#include <gtest/gtest.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/json.hpp>

#include <csignal>
#include <filesystem>
#include <sstream>

namespace bccid::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

void write_private(const fs::path& file, const std::string& text) {
  std::ofstream(file, std::ios::trunc) << text;
  fs::permissions(file, fs::perms::owner_read | fs::perms::owner_write);
}

std::string text_of(const fs::path& file) {
  std::ifstream in(file);
  return {std::istreambuf_iterator<char>(in), {}};
}

// What systemd sets for a unit with LoadCredential; a daemon that is started meanwhile inherits it.
class CredentialsDirectory {
 public:
  explicit CredentialsDirectory(fs::path directory) : directory_(std::move(directory)) {
    fs::create_directory(directory_);
    setenv("CREDENTIALS_DIRECTORY", directory_.c_str(), 1);
  }
  ~CredentialsDirectory() { unsetenv("CREDENTIALS_DIRECTORY"); }
  CredentialsDirectory(const CredentialsDirectory&) = delete;
  CredentialsDirectory& operator=(const CredentialsDirectory&) = delete;
  void put(const std::string& name, const std::string& secret) const {
    write_private(directory_ / name, secret);
  }

 private:
  fs::path directory_;
};

class Reload : public testing::Test {
 protected:
  // Installs it where the daemon's configuration says.
  void install(const TestCertificate& certificate) const {
    write_private(certificate_file(), text_of(certificate.certificate_file()));
    write_private(key_file(), text_of(certificate.key_file()));
  }
  void serve_tls(const std::string& http_keys) {
    std::string text = daemon_.config_text();
    text.replace(text.find("[http]\n"), 7, "[http]\n" + http_keys);
    daemon_.write_config(text);
    daemon_.kill_and_restart();
  }
  fs::path certificate_file() const { return daemon_.directory() / "served.pem"; }
  fs::path key_file() const { return daemon_.directory() / "served.key"; }
  std::string certificate_key() const {
    return "tls_certificate = \"" + certificate_file().string() + "\"\n";
  }

  // Whether a client that trusts only this authority gets through its handshake.
  bool shown_to_whom_trusts(const TestCertificate& certificate) const {
    boost::asio::io_context io;
    const auto context = net::client_tls(net::ClientTls(certificate.authority_file())).value();
    boost::asio::ssl::stream<boost::asio::ip::tcp::socket> stream(io, *context);
    stream.next_layer().connect({boost::asio::ip::make_address("127.0.0.1"), daemon_.port()});
    boost::system::error_code error;
    stream.handshake(boost::asio::ssl::stream_base::client, error);
    return !error;
  }

  void reload() {
    daemon_.stage->signal_daemon(SIGHUP);
    ASSERT_TRUE(daemon_.comes_to_log("\"reloaded\"")) << daemon_.log_text();
  }

  RunningDaemon daemon_;
};

TEST_F(Reload, TakesTheLogLevelSoThatADebugLineAppearsAndServesOn) {
  const sql::Query close{"e2e_close", R"(DO $$ BEGIN
    CREATE FUNCTION closed_today() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN RAISE EXCEPTION ''closed today'' USING ERRCODE = ''BC001''; END';
    CREATE TRIGGER closed_today BEFORE INSERT ON access_token EXECUTE FUNCTION closed_today(); END $$)"};
  daemon_.meddle(close);
  const auto refused = [this] {
    const json::object who{{"name", "kiemtoan"}, {"password", daemon_.stage->password()}};
    return daemon_.stage->bccid().post("/v1/session", "", who).status;
  };
  EXPECT_EQ(refused(), 409);
  EXPECT_EQ(daemon_.log_text().find("db_job_refused"), std::string::npos) << daemon_.log_text();
  daemon_.write_config(daemon_.config_text() + "[log]\nlevel = \"debug\"\n");
  reload();
  EXPECT_EQ(refused(), 409);
  EXPECT_NE(daemon_.log_text().find("db_job_refused"), std::string::npos) << daemon_.log_text();
  EXPECT_EQ(daemon_.stage->bccid().get("/v1/openapi.yaml").status, 200);
}

// What a caller is told to ask for by its id stands in the log.
TEST_F(Reload, OurOwnFaultIsLoggedUnderTheRequestThatSawIt) {
  const sql::Query rename{"e2e_rename", "ALTER TABLE attention RENAME TO attention_elsewhere"};
  daemon_.meddle(rename);
  const auto reply = daemon_.stage->bccid().get("/v1/attention", daemon_.stage->token("kiemtoan"));
  EXPECT_EQ(reply.status, 500);
  const std::string log = daemon_.log_text();
  const auto at = log.find("\"db_job_failed\"");
  ASSERT_NE(at, std::string::npos) << log;
  const std::string line = log.substr(at, log.find('\n', at) - at);
  EXPECT_NE(line.find(reply.body.at("instance").as_string().c_str()), std::string::npos) << line;
}

TEST_F(Reload, RefusesABrokenConfigurationAndServesOnWithTheOldOne) {
  daemon_.write_config(daemon_.config_text() + "[nonsense]\nkey = 1\n");
  daemon_.stage->signal_daemon(SIGHUP);
  EXPECT_TRUE(daemon_.comes_to_log("reload_refused")) << daemon_.log_text();
  EXPECT_EQ(daemon_.stage->bccid().get("/v1/attention", daemon_.stage->token("kiemtoan")).status, 200);
}

TEST_F(Reload, ShowsTheNewCertificateToWhoComesAfterwards) {
  const TestCertificate old("127.0.0.1"), fresh("127.0.0.1");
  install(old);
  serve_tls(certificate_key() + "tls_key_file = \"" + key_file().string() + "\"\n");
  EXPECT_TRUE(shown_to_whom_trusts(old)) << daemon_.log_text();
  install(fresh);
  EXPECT_FALSE(shown_to_whom_trusts(fresh)) << "nobody has asked the daemon to read it yet";
  reload();
  EXPECT_TRUE(shown_to_whom_trusts(fresh)) << daemon_.log_text();
  EXPECT_FALSE(shown_to_whom_trusts(old));
}

TEST_F(Reload, KeepsTheOldCertificateWhenTheNewKeyBelongsToAnother) {
  const TestCertificate old("127.0.0.1"), fresh("127.0.0.1");
  install(old);
  serve_tls(certificate_key() + "tls_key_file = \"" + key_file().string() + "\"\n");
  write_private(certificate_file(), text_of(fresh.certificate_file()));
  reload();
  EXPECT_NE(daemon_.log_text().find("certificate_kept"), std::string::npos) << daemon_.log_text();
  EXPECT_TRUE(shown_to_whom_trusts(old)) << daemon_.log_text();
}

// As in systemd/bccid.service: no secret and no key stands in the file.
TEST_F(Reload, FindsTheSecretsThatOnlySystemdCredentialsHold) {
  const CredentialsDirectory credentials(daemon_.directory() / "credentials");
  const TestCertificate old("127.0.0.1"), fresh("127.0.0.1");
  std::string text;
  std::istringstream lines(daemon_.config_text());
  for (std::string line; std::getline(lines, line);)
    if (line.find("secret_file") == std::string::npos) text += line + '\n';
  daemon_.write_config(text);
  const auto secret = text_of(daemon_.directory() / "counterpart.secret");
  credentials.put("carrier.bd82.client_secret", secret);
  for (const auto& agency : daemon_.world.agencies)
    credentials.put("onestop." + agency.code + ".client_secret", secret);
  credentials.put("webhook.province-dashboard.secret", text_of(daemon_.directory() / "webhook.secret"));
  credentials.put("http.tls_key", text_of(old.key_file()));
  write_private(certificate_file(), text_of(old.certificate_file()));
  serve_tls(certificate_key());
  EXPECT_TRUE(shown_to_whom_trusts(old)) << daemon_.log_text();

  credentials.put("http.tls_key", text_of(fresh.key_file()));
  write_private(certificate_file(), text_of(fresh.certificate_file()));
  reload();
  EXPECT_EQ(daemon_.log_text().find("reload_refused"), std::string::npos) << daemon_.log_text();
  EXPECT_TRUE(shown_to_whom_trusts(fresh)) << daemon_.log_text();
}

}  // namespace
}  // namespace bccid::test
