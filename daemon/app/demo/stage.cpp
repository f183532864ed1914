#include "app/demo/stage.hpp"

#include "base/digest.hpp"
#include "base/ids.hpp"
#include "flow/places.hpp"
#include "flow/sign_in.hpp"
#include "store/direct.hpp"
#include "store/migrate.hpp"
#include "store/reference_store.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/json.hpp>

#include <array>
#include <csignal>
#include <fstream>
#include <stdexcept>

namespace bccid::app {
namespace {

constexpr const char* kDemoBank = "970436";  // as NAPAS numbers the bank of the fee accounts

namespace json = boost::json;
using std::chrono::steady_clock;

template <class T>
T must(Result<T> result, const std::string& what) {
  if (!result) throw std::runtime_error(what + ": " + result.error().text());
  return std::move(*result);
}

std::filesystem::path beside_us(const char* program) {
  return std::filesystem::read_symlink("/proc/self/exe").parent_path() / program;
}

void write_file(const std::filesystem::path& path, const std::string& text) {
  std::ofstream out(path, std::ios::trunc);
  out << text;
  out.close();
  std::filesystem::permissions(path,
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  if (!out) throw std::runtime_error("cannot write " + path.string());
}

// A port that is free now. Somebody may take it before the daemon does; then the daemon says so and stops.
std::uint16_t free_port() {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor probe(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return probe.local_endpoint().port();
}

void wait_until(const std::function<bool()>& done, std::chrono::seconds longest, const std::string& what) {
  const auto until = steady_clock::now() + longest;
  while (!done()) {
    if (steady_clock::now() > until) throw std::runtime_error(what);
    pause(std::chrono::milliseconds(10));
  }
}

std::string toml_text(const std::string& text) { return json::serialize(json::string_view(text)); }

}  // namespace

DemoStage::DemoStage(std::filesystem::path directory, const DemoWorld& world, const Say& say)
    : directory_(std::move(directory)), password_(random_token(12)) {
  std::array<std::uint8_t, 32> raw = sha256(random_token(32));
  webhook_secret_ = "whsec_" + base64(raw);
  start_database(say);
  seed(world);
  start_simulators(say);
  write_configuration(world);
  start_daemon(say);
}

DemoStage::~DemoStage() {
  if (daemon_) daemon_->stop();
  if (simulators_) simulators_->stop();
  if (cluster_) (void)cluster_->stop();
}

void DemoStage::start_database(const Say& say) {
  say("starting a private PostgreSQL");
  ClusterOptions options;
  options.directory = directory_ / "postgresql";
  options.ends_with_us = true;
  cluster_ = std::make_unique<PrivateCluster>(must(PrivateCluster::start(options), "PostgreSQL"));
  dsn_ = cluster_->dsn();
  const auto migrated = must(migrate(dsn_), "migration");
  const auto reference = must(load_reference(dsn_), "reference data");
  say("schema " + std::to_string(migrated.to) + ", " + std::to_string(reference.provinces) + " provinces, " +
      std::to_string(reference.communes) + " communes, " + std::to_string(reference.conversions) +
      " conversions loaded");
}

void DemoStage::seed(const DemoWorld& world) {
  const std::string hash = must(hash_secret(password_), "password");
  const auto put = [&hash](sql::Tx& tx, std::string id, std::string role, std::string agency,
                           std::string office) {
    (void)put_principal(
        tx, NewPrincipal{std::move(id), std::move(role), std::move(agency), std::move(office), "", hash},
        "demo");
  };
  const auto done = run_directly<bool>(dsn_, [&](sql::Tx& tx) -> Result<bool> {
    for (const auto& agency : world.agencies) {
      must(put_agency(tx,
                      {agency.code, agency.name, agency.bank_account, "0273 387 2000", "Quầy Một cửa",
                       agency.commune},
                      "demo"),
           "agency " + agency.code);
      must(put_fee_account(tx, {agency.bank_account, kDemoBank, {}}, "demo"), "bank of " + agency.code);
      put(tx, agency.system, "agency", agency.code, "");
    }
    for (const auto& office : world.offices)
      must(put_office(tx, {office.code, office.name, office.commune}, "demo"), "office " + office.code);
    for (const auto& postman : world.postmen) put(tx, postman.id, "clerk", "", postman.office);
    put(tx, "ketoan", "finance", "", "");
    put(tx, "ketoan-2", "finance", "", "");
    put(tx, "kiemtoan", "auditor", "", "");
    put(tx, "quantri", "admin", "", "");
    return true;
  });
  must(done, "seeding");
  for (const auto& agency : world.agencies) systems_[agency.system] = true;
}

void DemoStage::start_simulators(const Say& say) {
  const auto port_file = directory_ / "sim.port";
  std::filesystem::remove(port_file);
  simulators_ = std::make_unique<ChildProcess>(
      must(ChildProcess::start(beside_us("bccid-sim"), {"--port-file", port_file.string()},
                               directory_ / "sim.log"),
           "bccid-sim"));
  wait_until([&] { return std::filesystem::exists(port_file) || !simulators_->running(); },
             std::chrono::seconds(10), "bccid-sim did not start");
  std::string port;
  std::ifstream(port_file) >> port;
  sim_ = std::make_unique<DemoClient>("http://127.0.0.1:" + port);
  say("counterparts (the post, one-stop systems, a bank, receipt providers, a webhook receiver) play on "
      "port " +
      port);
}

void DemoStage::write_configuration(const DemoWorld& world) {
  port_ = free_port();
  admin_port_ = free_port();
  const auto secret_file = directory_ / "counterpart.secret";
  write_file(secret_file, "demo-secret");
  write_file(directory_ / "webhook.secret", webhook_secret_);
  const std::string secret = toml_text(secret_file.string());
  const std::string sim = sim_->base_url();
  std::string text =
      "province = " + toml_text(world.province) + "\nstate_dir = " + toml_text(directory_.string()) +
      "\n[database]\ndsn = " + toml_text(dsn_) + "\n[http]\nlisten = [\"127.0.0.1:" + std::to_string(port_) +
      "\"]\nadmin_listen = \"127.0.0.1:" + std::to_string(admin_port_) +
      "\"\ntoken_lifetime = \"1h\"\n[net]\nplain_http = true\ntimeout = \"3s\"\n"
      "allow_cidrs = [\"127.0.0.0/8\"]\n[outbox]\npoll_interval = \"200ms\"\nlease = \"5s\"\n"
      "retry_schedule = [\"0s\", \"1s\", \"1s\", \"2s\", \"2s\", \"5s\", \"5s\", \"10s\"]\n"
      "[feed]\npoll_interval = \"200ms\"\n"
      "[[carrier]]\nname = \"bd82\"\nlegal_name = \"Bưu điện tỉnh\"\nkind = \"vnpost_ngsp\"\nbase_url = " +
      toml_text(sim + "/post") + "\ntoken_url = " + toml_text(sim + "/post/token") +
      "\nsender_name = \"Trung tâm Phục vụ hành chính công\"\nsender_phone = \"02733872000\"\n"
      "sender_address = \"Quầy Một cửa\"\nsender_province = \"82\"\nsender_commune = " +
      toml_text(world.agencies.front().commune) +
      "\ncustomer_code = \"82DT\"\nclient_id = \"82DT\"\nclient_secret_file = " + secret +
      "\ntimeout = \"1s\"\nunknown_settle = \"1500ms\"\ncode_version = \"sim\"\n";
  for (const auto& agency : world.agencies) {
    text += "[[onestop]]\nagency = " + toml_text(agency.code) +
            "\nkind = \"onestop_rest\"\nbase_url = " + toml_text(sim + "/agency/" + agency.code) +
            "\ntoken_url = " + toml_text(sim + "/agency/" + agency.code + "/token") +
            "\nclient_id = \"bccid\"\nclient_secret_file = " + secret + "\ntimeout = \"2s\"\n";
    text += "[[bank]]\naccount = " + toml_text(agency.bank_account) +
            "\nkind = \"bank_csv\"\nname = " + toml_text("bank-" + agency.code) +
            "\nagency = " + toml_text(agency.code) + "\n";
    text += "[[receipt_provider]]\nissuer = " + toml_text(agency.code) +
            "\nkind = \"ereceipt_vnpt\"\nservice_url = " + toml_text(sim + "/receipts/" + agency.code) +
            "\naccount = \"demo\"\naccount_password_file = " + secret +
            "\nusername = \"demo\"\npassword_file = " + secret +
            "\npattern = \"01BLP0-001\"\nserial = \"AA/26E\"\nlookup_url = " +
            toml_text(sim + "/receipts/look-up?key=") + "\ntimeout = \"1s\"\nunknown_settle = \"1500ms\"\n";
  }
  text += "[[webhook]]\nid = \"province-dashboard\"\nurl = " + toml_text(sim + "/webhooks/dashboard") +
          "\nsecret_file = " + toml_text((directory_ / "webhook.secret").string()) + "\n";
  write_file(directory_ / "bccid.toml", text);
  sim_->expect(200, "/control/webhooks", "", json::object{{"secrets", json::array{webhook_secret_}}});
}

void DemoStage::start_daemon(const Say& say) {
  daemon_ = std::make_unique<ChildProcess>(must(
      ChildProcess::start(beside_us("bccid"), {"serve", "--config", (directory_ / "bccid.toml").string()},
                          directory_ / "bccid.log"),
      "bccid"));
  DemoClient admin("http://127.0.0.1:" + std::to_string(admin_port_));
  const auto began = steady_clock::now();
  wait_until(
      [&] {
        if (!daemon_->running())
          throw std::runtime_error("bccid stopped at its start; see " + (directory_ / "bccid.log").string());
        try {
          return admin.get("/readyz").status == 200;
        } catch (const std::runtime_error&) {
          return false;
        }
      },
      std::chrono::seconds(20), "bccid did not become ready");
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(steady_clock::now() - began);
  bccid_ = std::make_unique<DemoClient>("http://127.0.0.1:" + std::to_string(port_));
  say("bccid is ready on " + bccid_->base_url() + " after " + std::to_string(took.count()) + " ms");
}

const std::string& DemoStage::token(const std::string& principal) {
  std::string& token = tokens_[principal];
  if (!token.empty()) return token;
  DemoReply reply;
  if (systems_.contains(principal))
    reply =
        bccid_->send(net::Verb::post, "/oauth/token", "",
                     "grant_type=client_credentials&client_id=" + principal + "&client_secret=" + password_,
                     "application/x-www-form-urlencoded");
  else
    reply = bccid_->post("/v1/session", "", json::object{{"name", principal}, {"password", password_}});
  if (reply.status != 200) throw std::runtime_error("sign-in of " + principal + ": " + reply.text);
  token = std::string(reply.body.at("access_token").as_string());
  return token;
}

void DemoStage::kill_and_restart(const Say& say) {
  say("killing the daemon (SIGKILL) and starting it again");
  daemon_->signal(SIGKILL);
  wait_until([&] { return !daemon_->running(); }, std::chrono::seconds(5), "the daemon survived SIGKILL");
  start_daemon(say);
}

}  // namespace bccid::app
