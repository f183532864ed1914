#include "app/private_cluster.hpp"

#include "tests/support/pg_cluster.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <pqxx/pqxx>

#include <csignal>
#include <fstream>
#include <future>
#include <thread>

namespace bccid::app {
namespace {

namespace fs = std::filesystem;

ClusterOptions options_in(const fs::path& directory) {
  ClusterOptions options;
  options.directory = directory;
  options.ends_with_us = true;
  options.settings = {"shared_buffers=16MB"};
  return options;
}

Result<PrivateCluster> start_in(const fs::path& directory) {
  return PrivateCluster::start(options_in(directory));
}

std::string ask(const PrivateCluster& cluster, const std::string& query) {
  pqxx::connection connection{cluster.dsn()};
  pqxx::nontransaction work{connection};
  const pqxx::result rows = work.exec(query);
  return rows.empty() ? "" : rows[0][0].as<std::string>();
}

TEST(PrivateCluster, StartsDurableWithoutTcpAndKeepsItsDataOverAStop) {
  const test::TestFolder folder;
  {
    auto cluster = start_in(folder.path());
    ASSERT_TRUE(cluster) << cluster.error().text();
    EXPECT_EQ(ask(*cluster, "SHOW fsync"), "on");
    EXPECT_EQ(ask(*cluster, "SHOW listen_addresses"), "");
    EXPECT_EQ(ask(*cluster, "SHOW server_encoding"), "UTF8");
    EXPECT_EQ(ask(*cluster, "SELECT lower('ĐỒNG THÁP')"), "đồng tháp");
    ask(*cluster, "CREATE TABLE kept AS SELECT 42 AS value");
    ASSERT_TRUE(cluster->stop());
    ASSERT_TRUE(cluster->stop()) << "a second stop does nothing";
  }
  auto again = start_in(folder.path());
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_EQ(ask(*again, "SELECT value FROM kept"), "42");
}

TEST(PrivateCluster, TakesOverTheClusterThatRunsThere) {
  const test::TestFolder folder;
  auto first = start_in(folder.path());
  ASSERT_TRUE(first) << first.error().text();
  auto second = start_in(folder.path());
  ASSERT_TRUE(second) << second.error().text();
  EXPECT_EQ(second->pid(), first->pid());
  EXPECT_EQ(second->dsn(), first->dsn());
}

// As root the server runs as somebody else, who must get through to its directory.
TEST(PrivateCluster, StartsUnderAUmaskThatHidesEverythingFromOthers) {
  const test::TestFolder folder;
  const mode_t before = ::umask(0077);
  auto cluster = start_in(folder.path() / "state" / "of" / "ours");
  ::umask(before);
  ASSERT_TRUE(cluster) << cluster.error().text();
  EXPECT_EQ(ask(*cluster, "SELECT 1"), "1");
}

TEST(PrivateCluster, TwoStartersAtOnceShareOneServer) {
  const test::TestFolder folder;
  std::optional<Result<PrivateCluster>> other;
  auto options = options_in(folder.path());
  options.ends_with_us = false;  // its thread ends at once
  std::promise<void> both;
  std::thread starter{[&] {
    other.emplace(PrivateCluster::start(options));
    both.get_future().wait();  // or the thread sanitizer calls it leaked in the children of the other starter
  }};
  auto mine = PrivateCluster::start(options);
  both.set_value();
  starter.join();
  ASSERT_TRUE(mine) << mine.error().text();
  ASSERT_TRUE(*other) << other->error().text();
  EXPECT_EQ(mine->pid(), (*other)->pid());
}

TEST(PrivateCluster, RecoversWhatAKillLeft) {
  const test::TestFolder folder;
  auto killed = start_in(folder.path());
  ASSERT_TRUE(killed) << killed.error().text();
  ask(*killed, "CREATE TABLE kept AS SELECT 42 AS value");
  ::kill(killed->pid(), SIGKILL);
  auto again = start_in(folder.path());
  ASSERT_TRUE(again) << again.error().text();
  EXPECT_NE(again->pid(), killed->pid());
  EXPECT_EQ(ask(*again, "SELECT value FROM kept"), "42");
}

TEST(PrivateCluster, IgnoresALockFileWhoseProcessIsSomebodyElse) {
  const test::TestFolder folder;
  ASSERT_TRUE(start_in(folder.path())->stop());
  std::ofstream{folder.path() / "postgresql/data/postmaster.pid"}
      << ::getpid() << "\n/elsewhere\n1\n5432\n/tmp\n\n\nready\n";
  auto cluster = start_in(folder.path());
  ASSERT_TRUE(cluster) << cluster.error().text();
  EXPECT_NE(cluster->pid(), ::getpid());
}

TEST(PrivateCluster, FindsAShortSocketPathWhenItsOwnIsTooLong) {
  const test::TestFolder folder;
  auto cluster = start_in(folder.path() / std::string(100, 'x'));
  ASSERT_TRUE(cluster) << cluster.error().text();
  EXPECT_EQ(ask(*cluster, "SELECT 1"), "1");
}

TEST(PrivateCluster, NamesTheVersionThatTheDataNeeds) {
  const test::TestFolder folder;
  ASSERT_TRUE(start_in(folder.path())->stop());
  std::ofstream{folder.path() / "postgresql/data/PG_VERSION"} << "9\n";
  auto cluster = start_in(folder.path());
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().code, Errc::config);
  EXPECT_NE(cluster.error().detail.find("needs postgresql 9"), std::string::npos) << cluster.error().detail;
}

TEST(PrivateCluster, SaysWhatTheServerSaidWhenItDoesNotStart) {
  const test::TestFolder folder;
  auto options = options_in(folder.path());
  options.settings = {"no_such_setting=1"};
  auto cluster = PrivateCluster::start(options);
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().code, Errc::unavailable);
  EXPECT_NE(cluster.error().detail.find("no_such_setting"), std::string::npos) << cluster.error().detail;
}

TEST(PrivateCluster, RefusesADirectoryThatItsUserCannotEnter) {
  const test::TestFolder folder;
  fs::create_directory(folder.path() / "closed");
  fs::permissions(folder.path() / "closed", fs::perms::none);
  auto cluster = start_in(folder.path() / "closed" / "state");
  fs::permissions(folder.path() / "closed", fs::perms::owner_all);
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().code, Errc::config);
  EXPECT_FALSE(cluster.error().hint.empty());
}

}  // namespace
}  // namespace bccid::app
