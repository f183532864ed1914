#pragma once

#include <filesystem>
#include <functional>
#include <string>

namespace bccid::test {

// Brings an empty database to the current schema.
using Migrate = std::function<void(const std::string& dsn)>;

// A database of its own for one test case, dropped with the object. The first one of a test binary starts a
// private PostgreSQL (no fsync, Unix socket only) that ends with the binary, even by a crash. Throws when
// there is none: a test that cannot run has failed.
class TestDatabase {
 public:
  // A copy of a database that `migrate` made once per binary; later calls ignore their argument.
  explicit TestDatabase(const Migrate& migrate);
  // No tables at all, for tests of the migrations themselves.
  static TestDatabase empty();

  TestDatabase(const TestDatabase&) = delete;
  TestDatabase& operator=(const TestDatabase&) = delete;
  ~TestDatabase();

  const std::string& dsn() const { return dsn_; }
  const std::string& name() const { return name_; }

 private:
  struct Empty {};
  explicit TestDatabase(Empty);
  void create_from(const std::string& origin);

  std::string name_;
  std::string dsn_;
};

// A new folder that is removed with the object; other users may enter it, as PostgreSQL's may have to.
class TestFolder {
 public:
  TestFolder();
  TestFolder(const TestFolder&) = delete;
  TestFolder& operator=(const TestFolder&) = delete;
  ~TestFolder();

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace bccid::test
