#include "app/cli.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/shell.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace bccid {
namespace {

namespace fs = std::filesystem;

using test::Ran;
using test::run_shell;

const fs::path units_folder = fs::path{BCCID_SOURCE_DIR} / "systemd";

std::string text_of(const fs::path& path) {
  std::ifstream file{path};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<fs::path> units() {
  std::vector<fs::path> found;
  for (const auto& entry : fs::directory_iterator{units_folder}) {
    if (entry.path().extension() == ".service") found.push_back(entry.path());
  }
  return found;
}

// The installed program is not there while tests run; another one stands in for it.
void copy_with_program(const fs::path& unit, const fs::path& folder) {
  std::string text = text_of(unit);
  const std::string installed = "/usr/bin/bccid ";
  ASSERT_NE(text.find(installed), std::string::npos) << unit << " does not start " << installed;
  for (auto at = text.find(installed); at != std::string::npos; at = text.find(installed))
    text.replace(at, installed.size(), "/bin/true ");
  std::ofstream{folder / unit.filename()} << text;
}

TEST(SystemdUnits, AreCleanForSystemdAnalyzeVerify) {
  const test::TestFolder folder;
  std::string command = "systemd-analyze verify --man=no";
  for (const auto& unit : units()) {
    copy_with_program(unit, folder.path());
    command += " " + (folder.path() / unit.filename()).string();
  }
  const Ran ran = run_shell(command);
  EXPECT_EQ(ran.status, 0);
  EXPECT_EQ(ran.out, "");
}

TEST(SystemdUnits, StayBelowTheExposureLimit) {
  ASSERT_EQ(units().size(), 1U);
  for (const auto& unit : units()) {
    const Ran ran =
        run_shell("systemd-analyze security --no-pager --offline=true --threshold=15 " + unit.string());
    EXPECT_EQ(ran.status, 0) << ran.out;
  }
}

TEST(SystemdUnits, ExposureLimitIsAbleToFail) {
  const test::TestFolder folder;
  const fs::path bare = folder.path() / "bare.service";
  std::ofstream{bare} << "[Service]\nExecStart=/bin/true\n";
  const Ran ran =
      run_shell("systemd-analyze security --no-pager --offline=true --threshold=15 " + bare.string());
  EXPECT_NE(ran.status, 0) << ran.out;
}

TEST(SystemdUnits, TellTheManagerWhenTheDaemonIsReadyAndAlive) {
  const std::string unit = text_of(units_folder / "bccid.service");
  for (const char* line :
       {"\nType=notify\n", "\nWatchdogSec=10\n", "\nStateDirectory=bccid\n", "\nLoadCredential="}) {
    EXPECT_NE(unit.find(line), std::string::npos) << line;
  }
}

// What waits for a database that comes later, and what waits for nobody.
TEST(SystemdUnits, GoOnTryingExceptWhenTheConfigurationIsWrong) {
  const std::string unit = text_of(units_folder / "bccid.service");
  for (const char* line :
       {"\nStartLimitIntervalSec=0\n", "\nRestart=on-failure\n", "\nRestartPreventExitStatus=2 3\n",
        "\nTimeoutStopSec=30s\n", "\nExecStartPre=/usr/bin/bccid migrate --config /etc/bccid/bccid.toml\n"}) {
    EXPECT_NE(unit.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(static_cast<int>(app::ExitCode::usage), 2);
  EXPECT_EQ(static_cast<int>(app::ExitCode::config), 3);
}

TEST(SystemdUnits, MakeTheUserThatTheyRunAs) {
  const Ran ran =
      run_shell("systemd-sysusers --dry-run " + (units_folder / "sysusers.d/bccid.conf").string());
  EXPECT_EQ(ran.status, 0) << ran.out;
}

}  // namespace
}  // namespace bccid
