#include "tests/support/pg_cluster.hpp"

#include "app/private_cluster.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <pqxx/pqxx>

#include <atomic>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <stdexcept>
#include <system_error>

namespace bccid::test {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFolderPrefix = "bccid-test-";
constexpr const char* kTemplate = "bccid_template";

// Folders are named after their process, so that what a crashed run left can be told from what is in use.
void remove_left_over() {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator{"/tmp", ignored}) {
    const std::string name = entry.path().filename();
    if (!name.starts_with(kFolderPrefix)) continue;
    pid_t owner = 0;
    std::from_chars(name.data() + kFolderPrefix.size(), name.data() + name.size(), owner);
    if (owner > 0 && ::kill(owner, 0) != 0 && errno == ESRCH) fs::remove_all(entry.path(), ignored);
  }
}

app::PrivateCluster start_cluster(const fs::path& folder) {
  app::ClusterOptions options;
  options.directory = folder;
  options.durable = false;
  options.ends_with_us = true;
  options.settings = {"max_connections=200", "shared_buffers=64MB", "max_wal_size=4GB", "autovacuum=off"};
  auto cluster = app::PrivateCluster::start(options);
  if (!cluster) throw std::runtime_error{cluster.error().text()};
  return std::move(*cluster);
}

struct Server {
  TestFolder folder;
  app::PrivateCluster cluster = start_cluster(folder.path());

  void run(const std::string& statement) {
    pqxx::connection connection{cluster.dsn("postgres")};
    pqxx::nontransaction work{connection};
    work.exec(statement);
  }
};

Server& server() {
  static Server instance;
  return instance;
}

// Made by the first caller; gone with the server.
const std::string& migrated_template(const Migrate& migrate) {
  static const std::string name = [&] {
    server().run(std::string{"CREATE DATABASE "} + kTemplate + " TEMPLATE template0");
    migrate(server().cluster.dsn(kTemplate));
    return std::string{kTemplate};
  }();
  return name;
}

std::string next_name() {
  static std::atomic<int> number{0};
  return "test_" + std::to_string(++number);
}

}  // namespace

TestDatabase::TestDatabase(const Migrate& migrate) { create_from(migrated_template(migrate)); }

TestDatabase::TestDatabase(Empty) { create_from("template0"); }

TestDatabase TestDatabase::empty() { return TestDatabase{Empty{}}; }

TestDatabase::~TestDatabase() {
  try {
    server().run("DROP DATABASE " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {
    // The whole server is thrown away at the end; a test that stopped it has its reason.
  }
}

void TestDatabase::create_from(const std::string& origin) {
  name_ = next_name();
  server().run("CREATE DATABASE " + name_ + " TEMPLATE " + origin);
  dsn_ = server().cluster.dsn(name_);
}

TestFolder::TestFolder() {
  static std::atomic<int> number{0};
  if (number == 0) remove_left_over();
  const std::string prefix = std::string{kFolderPrefix} + std::to_string(::getpid()) + "-";
  // Another user's crashed run may have left a folder under our process's number.
  do {
    path_ = fs::path{"/tmp"} / (prefix + std::to_string(++number));
  } while (::mkdir(path_.c_str(), 0700) != 0 && errno == EEXIST);
  if (::chmod(path_.c_str(), 0711) != 0) throw std::runtime_error{"cannot make " + path_.string()};
}

TestFolder::~TestFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

}  // namespace bccid::test
