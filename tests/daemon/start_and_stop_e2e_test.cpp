#include "tests/daemon/running_daemon.hpp"
#include "tests/support/loopback.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <thread>

namespace bccid::test {
namespace {

namespace json = boost::json;

TEST(StartAndStop, SigtermUnderLoadAnswersWhatItAcceptedAndExitsZero) {
  RunningDaemon daemon;
  const std::string token = daemon.stage->token("kiemtoan");
  std::atomic<bool> stop{false};
  std::atomic<int> answered{0}, wrong{0};
  std::thread load([&] {
    app::DemoClient client(daemon.stage->daemon_url());
    while (!stop) {
      try {
        const auto reply = client.get("/v1/attention", token);
        (reply.status == 200 || reply.status == 503 ? answered : wrong) += 1;
      } catch (const std::runtime_error&) {
        break;  // the listener is gone: nothing was accepted
      }
    }
  });
  while (answered < 20) std::this_thread::yield();
  const int status = daemon.stage->stop_daemon();
  stop = true;
  load.join();
  EXPECT_EQ(status, 0) << daemon.log_text();
  EXPECT_EQ(wrong, 0);
}

TEST(StartAndStop, ACallerWhoNeverFinishesIsCutAfterTheDrainAndTheStopIsOrderly) {
  RunningDaemon daemon;
  std::ofstream(daemon.directory() / "bccid.toml", std::ios::app) << "[shutdown]\ndrain = \"1s\"\n";
  daemon.kill_and_restart();
  const auto stalled = RawSocket::connect(daemon.port());
  stalled.send(
      "POST /v1/session HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: "
      "100\r\n\r\n{");
  EXPECT_EQ(daemon.stage->bccid().get("/v1/attention", daemon.stage->token("kiemtoan")).status, 200);
  EXPECT_EQ(daemon.stage->stop_daemon(), 0) << daemon.log_text();
  EXPECT_NE(daemon.log_text().find("http_drain_cut"), std::string::npos) << daemon.log_text();
  EXPECT_NE(daemon.log_text().find("stopped"), std::string::npos) << daemon.log_text();
}

// The drain would outlast the patience of stop_daemon: a status at all shows that it was left out.
TEST(StartAndStop, ASecondSigtermEndsAtOnceAndLeavesTheDrainUndone) {
  RunningDaemon daemon;
  std::ofstream(daemon.directory() / "bccid.toml", std::ios::app) << "[shutdown]\ndrain = \"5m\"\n";
  daemon.kill_and_restart();
  const auto stalled = RawSocket::connect(daemon.port());
  stalled.send(
      "POST /v1/session HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Type: application/json\r\n"
      "Content-Length: 100\r\n\r\n");
  ASSERT_NE(stalled.receive_until("\r\n\r\n").find("100 Continue"), std::string::npos)
      << "the request is not in the daemon's hands";
  daemon.stage->signal_daemon(SIGTERM);
  ASSERT_TRUE(daemon.comes_to_log("\"draining\"")) << daemon.log_text();
  ASSERT_TRUE(daemon.stage->daemon_running()) << daemon.log_text();
  EXPECT_EQ(daemon.stage->stop_daemon(), 128 + SIGTERM) << daemon.log_text();
  const std::string log = daemon.log_text();
  EXPECT_NE(log.find("second_signal_stopping_at_once"), std::string::npos) << log;
  EXPECT_EQ(log.find("http_drain_cut"), std::string::npos) << log;
  EXPECT_EQ(log.find("\"stopped\""), std::string::npos) << log;
}

TEST(Commands, SayWhatIsWrongAndEndWithTheDocumentedStatus) {
  ScratchDirectory scratch;
  const std::string bccid = built("bccid").string();
  const auto file = scratch.path() / "bad.toml";
  std::ofstream(file) << "province = \"82\"\n[http]\nlisten = [\"127.0.0.1:1\"]\nheader_timout = \"10s\"\n";
  const Ran unknown = run_shell(bccid + " serve --config " + file.string());
  EXPECT_EQ(unknown.status, 3) << unknown.out;
  EXPECT_NE(unknown.out.find("bad.toml:4"), std::string::npos) << unknown.out;
  EXPECT_NE(unknown.out.find("header_timeout"), std::string::npos) << "the hint names the nearest key\n"
                                                                   << unknown.out;
  EXPECT_EQ(run_shell(bccid + " no-such-command").status, 2);
  EXPECT_EQ(run_shell(bccid + " version").status, 0);
  EXPECT_EQ(run_shell(bccid + " config reference").status, 0);
  EXPECT_NE(run_shell(bccid + " --help").out.find("Exit codes"), std::string::npos);
}

TEST(Commands, RefuseADatabaseWithoutSchemaAndAcceptItAfterMigrate) {
  RunningDaemon daemon;
  const std::string bccid = built("bccid").string();
  const std::string config = (daemon.directory() / "bccid.toml").string();
  EXPECT_EQ(run_shell(bccid + " migrate --check --config " + config).status, 0);
  const Ran again = run_shell(bccid + " migrate --config " + config);
  EXPECT_EQ(again.status, 0) << again.out;
  const Ran verified = run_shell(bccid + " verify --config " + config);
  EXPECT_EQ(verified.status, 0) << verified.out;
  std::ifstream in(config);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto name = text.find("dbname='bccid'");
  ASSERT_NE(name, std::string::npos);
  text.replace(name, 14, "dbname='postgres'");
  const auto empty = daemon.directory() / "empty.toml";
  std::ofstream(empty) << text;
  const Ran refused = run_shell(bccid + " serve --config " + empty.string());
  EXPECT_EQ(refused.status, 4) << refused.out;
  EXPECT_NE(refused.out.find("HINT"), std::string::npos) << refused.out;
}

// systemd's side of Type=notify: what the unit's socket hears.
TEST(StartAndStop, TellsSystemdReadyWatchdogAndStopping) {
  RunningDaemon daemon;
  const auto path = daemon.directory() / "notify.sock";
  const int heard = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  ASSERT_GE(heard, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  ASSERT_LT(path.string().size(), sizeof address.sun_path);
  path.string().copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(bind(heard, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  timeval limit{20, 0};
  setsockopt(heard, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ASSERT_EQ(daemon.stage->stop_daemon(), 0);

  const std::string config = (daemon.directory() / "bccid.toml").string();
  std::thread unit([&] {
    run_shell("env NOTIFY_SOCKET=" + path.string() +
              " WATCHDOG_USEC=300000 timeout --preserve-status -s TERM 3 " + built("bccid").string() +
              " serve --config " + config);
  });
  std::string all;
  char buffer[1024];
  while (all.find("STOPPING=1") == std::string::npos) {
    const auto size = recv(heard, buffer, sizeof buffer, 0);
    if (size <= 0) break;
    all.append(buffer, static_cast<std::size_t>(size)).append("\n");
  }
  unit.join();
  close(heard);
  EXPECT_NE(all.find("READY=1"), std::string::npos) << all;
  EXPECT_NE(all.find("WATCHDOG=1"), std::string::npos) << all;
  EXPECT_NE(all.find("STOPPING=1"), std::string::npos) << all;
}

}  // namespace
}  // namespace bccid::test
