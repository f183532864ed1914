#include "tests/support/pg_cluster.hpp"
#include "tests/tidy/shell.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace bccid {
namespace {

namespace fs = std::filesystem;
using test::Outcome;

// The script beside programs that only say how they were called: nothing is installed or built here.
class DevScript : public testing::Test {
 protected:
  DevScript() {
    fs::copy_file(fs::path{BCCID_SOURCE_DIR} / "dev", folder.path() / "dev");
    for (const auto* name : {"cmake", "ctest", "apt-get", "sudo"})
      program("bin/" + std::string(name), "echo CALLED " + std::string(name) + " \"$@\" | tee -a '" +
                                              (folder.path() / "calls").string() + "'");
    program("bin/dpkg-query", "echo installed");
    program("build/release/bccid", "echo PLAYED \"$@\"");
    program("build/release/bccid-bench", "echo MEASURED \"$@\"");
    system_is("debian", "12");
  }
  void program(const std::string& name, const std::string& body) {
    const fs::path path = folder.path() / name;
    fs::create_directories(path.parent_path());
    std::ofstream{path} << "#!/bin/sh\n" << body << "\n";
    fs::permissions(path, fs::perms::owner_all);
  }
  void system_is(const std::string& id, const std::string& version) {
    std::ofstream{folder.path() / "os-release"} << "ID=" << id << "\nVERSION_ID=\"" << version
                                                << "\"\nPRETTY_NAME=\"Some " << id << "\"\n";
  }
  Outcome dev(const std::string& arguments, const std::string& environment = "BCCID_NO_SETUP=") {
    const std::string here = folder.path().string();
    return test::run("cd '" + here + "' && env -u JOBS PATH='" + here + "/bin:'\"$PATH\" BCCID_OS_RELEASE='" +
                     here + "/os-release' " + environment + " ./dev " + arguments);
  }
  // What cmake was asked to configure since the last time.
  std::string configured() {
    const fs::path calls = folder.path() / "calls";
    std::ifstream file{calls};
    std::string found;
    for (std::string line; std::getline(file, line);)
      if (line.find("--preset") != std::string::npos) found += line.substr(line.find("--preset")) + "\n";
    fs::remove(calls);
    return found;
  }

  test::TestFolder folder;
};

TEST_F(DevScript, EveryCommandConfiguresTheReleaseAlikeSoThatNothingIsBuiltTwice) {
  const std::string alike = "--preset release -DBCCID_WERROR=ON\n";
  for (const auto* version : {"12", "13"}) {
    system_is("debian", version);
    for (const auto* command : {"demo", "test", "build", "bench", "build release"}) {
      const Outcome outcome = dev(command);
      EXPECT_EQ(outcome.exit_code, 0) << command << "\n" << outcome.output;
      EXPECT_EQ(configured(), alike) << command;
    }
  }
}

TEST_F(DevScript, WithoutSetupWarningsOfAnUntriedCompilerAreNotErrors) {
  system_is("fedora", "43");
  for (const auto* command : {"demo", "test", "build"}) {
    const Outcome outcome = dev(command, "BCCID_NO_SETUP=1");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.output;
    EXPECT_EQ(configured(), "--preset release -DBCCID_WERROR=OFF\n") << command;
  }
}

TEST_F(DevScript, AnUnknownSystemIsToldWhatToInstallAndHowToGoOn) {
  system_is("fedora", "43");
  const Outcome outcome = dev("demo");
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_NE(outcome.output.find("Some fedora"), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("HINT: Install what the list above names"), std::string::npos);
  EXPECT_NE(outcome.output.find("libpqxx-dev\n"), std::string::npos);
  EXPECT_EQ(configured(), "");
}

TEST_F(DevScript, ADemoPassesItsArgumentsOn) {
  const Outcome outcome = dev("demo --once --json");
  EXPECT_TRUE(outcome.output.ends_with("PLAYED demo --once --json\n")) << outcome.output;
}

TEST_F(DevScript, AnUnknownCommandIsRefusedWithTheList) {
  const Outcome outcome = dev("explode");
  EXPECT_NE(outcome.exit_code, 0);
  EXPECT_NE(outcome.output.find("usage: ./dev COMMAND"), std::string::npos);
  EXPECT_NE(outcome.output.find("unknown command 'explode'"), std::string::npos);
}

}  // namespace
}  // namespace bccid
