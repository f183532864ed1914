#include "tests/support/pg_cluster.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>
#include <pqxx/pqxx>

namespace bccid::test {
namespace {

int rows_in(const std::string& dsn, const std::string& table) {
  pqxx::connection connection{dsn};
  pqxx::nontransaction work{connection};
  return work.exec("SELECT count(*) FROM pg_class WHERE relname = " + work.quote(table))[0][0].as<int>();
}

TEST(TestDatabase, IsAnotherDatabaseForEachTest) {
  const TestDatabase one{to_current_schema};
  const TestDatabase two{to_current_schema};
  {
    pqxx::connection connection{one.dsn()};
    pqxx::nontransaction{connection}.exec("CREATE TABLE mine (a int)");
  }
  EXPECT_EQ(rows_in(one.dsn(), "mine"), 1);
  EXPECT_EQ(rows_in(two.dsn(), "mine"), 0);
}

TEST(TestDatabase, IsDroppedWithItsObjectEvenWhileSomebodyIsConnected) {
  std::string dsn;
  std::unique_ptr<pqxx::connection> left_open;
  {
    const TestDatabase gone = TestDatabase::empty();
    dsn = gone.dsn();
    left_open = std::make_unique<pqxx::connection>(dsn);
  }
  EXPECT_THROW(pqxx::connection{dsn}, pqxx::broken_connection);
}

}  // namespace
}  // namespace bccid::test
