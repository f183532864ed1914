#include "tests/support/pg_cluster.hpp"
#include "tests/support/shell.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace bccid {
namespace {

namespace fs = std::filesystem;
using test::Ran;

// The script beside programs that only say how they were called: nothing is installed or built here.
class DevScript : public testing::Test {
 protected:
  DevScript() {
    fs::copy_file(fs::path{BCCID_SOURCE_DIR} / "dev", folder.path() / "dev");
    fs::create_directories(folder.path() / "tests" / "browser");
    for (const auto* name : {"package.json", "package-lock.json"})
      std::ofstream{folder.path() / "tests" / "browser" / name} << "{}\n";
    for (const auto* name : {"cmake", "ctest", "apt-get", "sudo", "node", "npm"})
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
  Ran dev(const std::string& arguments, const std::string& environment = "BCCID_NO_SETUP=") {
    const std::string here = folder.path().string();
    return test::run_shell("cd '" + here + "' && env -u JOBS PATH='" + here +
                           "/bin:'\"$PATH\" BCCID_OS_RELEASE='" + here + "/os-release' " + environment +
                           " ./dev " + arguments);
  }
  void nothing_is_installed_and_we_are_a_user() {
    program("bin/dpkg-query", "echo not-installed");
    program("bin/id", "[ \"$1\" = -u ] && echo 1000 || echo lan");
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
      const Ran ran = dev(command);
      EXPECT_EQ(ran.status, 0) << command << "\n" << ran.out;
      EXPECT_EQ(configured(), alike) << command;
    }
  }
}

TEST_F(DevScript, ThePackagesOfTheBrowserTestsAreInstalledOnceAndOnlyForTests) {
  EXPECT_EQ(dev("build").out.find("CALLED npm"), std::string::npos);
  EXPECT_NE(dev("test").out.find("CALLED npm ci --ignore-scripts"), std::string::npos);
  EXPECT_EQ(dev("test").out.find("CALLED npm"), std::string::npos);
  std::ofstream{folder.path() / "tests" / "browser" / "package-lock.json"} << "{\"changed\": true}\n";
  EXPECT_NE(dev("test").out.find("CALLED npm ci"), std::string::npos);
}

TEST_F(DevScript, BehindAProxyWithItsOwnCertificateTheChecksumsOfTheLockAreEnough) {
  program("bin/npm", "case \"$*\" in *--strict-ssl=false*) echo CALLED npm \"$@\" ;; *) exit 1 ;; esac");
  const Ran ran = dev("test");
  EXPECT_EQ(ran.status, 0) << ran.out;
  EXPECT_NE(ran.out.find("CALLED npm ci --ignore-scripts"), std::string::npos) << ran.out;
  program("bin/npm", "exit 1");
  fs::remove_all(folder.path() / "build" / "browser");
  const Ran never = dev("test");
  EXPECT_NE(never.status, 0);
  EXPECT_NE(never.out.find("HINT"), std::string::npos) << never.out;
}

TEST_F(DevScript, TheLockOfTheBrowserTestsNamesChecksumsAndNoRegistry) {
  std::ifstream in{fs::path{BCCID_SOURCE_DIR} / "tests" / "browser" / "package-lock.json"};
  const std::string lock{std::istreambuf_iterator<char>{in}, {}};
  EXPECT_NE(lock.find("\"integrity\": \"sha512-"), std::string::npos);
  EXPECT_EQ(lock.find("\"resolved\""), std::string::npos);
  EXPECT_EQ(lock.find("://"), std::string::npos);
}

TEST_F(DevScript, WithoutSetupWarningsOfAnUntriedCompilerAreNotErrors) {
  system_is("fedora", "43");
  for (const auto* command : {"demo", "test", "build"}) {
    const Ran ran = dev(command, "BCCID_NO_SETUP=1");
    EXPECT_EQ(ran.status, 0) << ran.out;
    EXPECT_EQ(configured(), "--preset release -DBCCID_WERROR=OFF\n") << command;
  }
}

TEST_F(DevScript, AnUnknownSystemIsToldWhatToInstallAndHowToGoOn) {
  system_is("fedora", "43");
  const Ran ran = dev("demo");
  EXPECT_NE(ran.status, 0);
  EXPECT_NE(ran.out.find("Some fedora"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("HINT: Install what the list above names"), std::string::npos);
  EXPECT_NE(ran.out.find("libpqxx-dev\n"), std::string::npos);
  EXPECT_EQ(configured(), "");
}

TEST_F(DevScript, AUserInstallsThroughSudo) {
  nothing_is_installed_and_we_are_a_user();
  program("bin/sudo", "[ \"$1\" = -n ] || echo SUDO \"$@\"; [ \"$1\" != tee ] || cat >/dev/null");
  const Ran ran = dev("setup");
  EXPECT_EQ(ran.status, 0) << ran.out;
  EXPECT_NE(ran.out.find("SUDO apt-get update"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("SUDO env DEBIAN_FRONTEND=noninteractive apt-get install"), std::string::npos);
  EXPECT_EQ(ran.out.find("CALLED apt-get"), std::string::npos) << "apt-get needs root";
}

TEST_F(DevScript, WithoutATerminalASudoThatAsksForAPasswordIsNamed) {
  nothing_is_installed_and_we_are_a_user();
  program("bin/sudo", "[ \"$1\" = -n ] && exit 1; echo SUDO \"$@\"");
  const Ran ran = dev("setup", "setsid -w");
  EXPECT_NE(ran.status, 0);
  EXPECT_NE(ran.out.find("sudo asks for a password, and there is no terminal"), std::string::npos) << ran.out;
  EXPECT_NE(ran.out.find("HINT: Run ./dev setup once at a terminal"), std::string::npos);
  EXPECT_EQ(ran.out.find("SUDO"), std::string::npos) << "nothing is tried that cannot work";
}

TEST_F(DevScript, ADemoPassesItsArgumentsOn) {
  const Ran ran = dev("demo --once --json");
  EXPECT_TRUE(ran.out.ends_with("PLAYED demo --once --json\n")) << ran.out;
}

TEST_F(DevScript, AnUnknownCommandIsRefusedWithTheList) {
  const Ran ran = dev("explode");
  EXPECT_NE(ran.status, 0);
  EXPECT_NE(ran.out.find("usage: ./dev COMMAND"), std::string::npos);
  EXPECT_NE(ran.out.find("unknown command 'explode'"), std::string::npos);
}

}  // namespace
}  // namespace bccid
