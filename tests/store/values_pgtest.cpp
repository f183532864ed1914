#include "store/params.hpp"
#include "store/pq.hpp"

#include "tests/support/pg_cluster.hpp"

#include <gtest/gtest.h>

#include <set>

namespace bccid {
namespace {

using namespace std::chrono_literals;

const sql::Query kScalars{
    "test_scalars",
    "SELECT $1::text, $2::bigint, $3::boolean, $4::timestamptz, $5::uuid, $6::bytea, $7::date"};
const sql::Query kElements{"test_elements", "SELECT unnest($1::text[])"};
const sql::Query kColumns{"test_columns",
                          "SELECT * FROM unnest($1::bigint[], $2::timestamptz[], $3::uuid[], $4::boolean[])"};
const sql::Query kOneText{"test_one_text", "SELECT $1::text"};

struct ValuesTest : testing::Test {
  static sql::SessionOptions options(const std::string& dsn) {
    sql::SessionOptions made;
    made.dsn = dsn;
    return made;
  }
  test::TestDatabase database = test::TestDatabase::empty();
  sql::Connection connection{options(database.dsn())};
};

const Uuid kId{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 255}};
const Time kAt = std::chrono::sys_days(std::chrono::year(2026) / 11 / 22) + 8h + 30min + 1s + 120us;

// What has broken somebody's quoting before.
const std::vector<std::string> kHostile = {"",
                                           "NULL",
                                           "null",
                                           " ",
                                           "a,b",
                                           "{a}",
                                           "{}",
                                           "\"",
                                           "\\",
                                           "\\\"",
                                           "it's",
                                           "$1",
                                           "a\nb\tc\r",
                                           "'; DROP TABLE x; --",
                                           "\\x41",
                                           "Nguyễn Thị Ngọc Đình",
                                           "e\xcc\x82",
                                           "😀",
                                           std::string(100'000, '"'),
                                           "\x01\x1f\x7f"};

TEST_F(ValuesTest, ScalarsComeBackAsTheyWere) {
  const auto least = std::numeric_limits<std::int64_t>::min();
  const std::string bytes("\x00\xff\\'\n", 5);
  sql::Params params = sql::Params::of("Đồng Tháp", least, true, kAt, kId);
  params.add_bytes(bytes).add(Day(std::chrono::year(2026) / 2 / 28));
  const sql::Rows rows = connection.exec(kScalars, params);
  ASSERT_EQ(rows.size(), 1u);
  const sql::Row row = rows.front();
  EXPECT_EQ(row.text(0), "Đồng Tháp");
  EXPECT_EQ(row.i64(1), least);
  EXPECT_TRUE(row.boolean(2));
  EXPECT_EQ(row.time(3), kAt);
  EXPECT_EQ(row.uuid(4), kId);
  EXPECT_EQ(row.bytes(5), bytes);
  EXPECT_EQ(row.day(6), Day(std::chrono::year(2026) / 2 / 28));
}

TEST_F(ValuesTest, AbsentValuesAreNull) {
  sql::Params params = sql::Params::of(std::optional<std::string>(), std::optional<int>(), nullptr,
                                       std::optional<Time>(), std::optional<Uuid>());
  params.add(nullptr).add(std::optional<Day>());
  const sql::Rows rows = connection.exec(kScalars, params);
  const sql::Row row = rows.front();
  for (std::size_t column = 0; column < rows.columns(); ++column) EXPECT_TRUE(row.is_null(column));
  EXPECT_FALSE(row.opt_text(0) || row.opt_i64(1) || row.opt_boolean(2) || row.opt_time(3) ||
               row.opt_uuid(4) || row.opt_day(6));
  EXPECT_THROW(row.text(0), std::logic_error);
  EXPECT_THROW(row.i64(7), std::logic_error);
}

TEST_F(ValuesTest, HostileTextsSurviveAsScalarsAndAsArrayElements) {
  for (const auto& text : kHostile) {
    EXPECT_EQ(connection.exec(kOneText, sql::Params::of(text)).front().text(0), text);
  }
  std::vector<std::optional<std::string>> elements(kHostile.begin(), kHostile.end());
  elements.emplace_back();
  sql::Params params;
  params.add_array(elements);
  const sql::Rows rows = connection.exec(kElements, params);
  ASSERT_EQ(rows.size(), elements.size());
  for (std::size_t index = 0; index < elements.size(); ++index)
    EXPECT_EQ(rows[index].opt_text(0), elements[index]);
}

TEST_F(ValuesTest, ArraysAreMadeFromTheMembersOfThings) {
  struct Thing {
    std::int64_t number;
    Time at;
    Uuid id;
    bool late;
  };
  const std::vector<Thing> things = {{-1, kAt, kId, true}, {7, kAt + 1s, Uuid{}, false}};
  sql::Params params;
  params.add_array(things, &Thing::number).add_array(things, &Thing::at);
  params.add_array(things, [](const Thing& thing) { return std::optional(thing.id); })
      .add_array(things, &Thing::late);
  const sql::Rows rows = connection.exec(kColumns, params);
  ASSERT_EQ(rows.size(), 2u);
  for (std::size_t index = 0; index < 2; ++index) {
    EXPECT_EQ(rows[index].i64(0), things[index].number);
    EXPECT_EQ(rows[index].time(1), things[index].at);
    EXPECT_EQ(rows[index].uuid(2), things[index].id);
    EXPECT_EQ(rows[index].boolean(3), things[index].late);
  }
}

TEST_F(ValuesTest, AnEmptyArrayHasNoElements) {
  sql::Params params;
  params.add_array(std::vector<std::string>());
  EXPECT_TRUE(connection.exec(kElements, params).empty());
}

TEST_F(ValuesTest, TextThatPostgreSqlCannotHoldIsTheCallersError) {
  for (const std::string& text : {std::string("a\0b", 3), std::string("\xc3\x28")}) {
    try {
      connection.exec(kOneText, sql::Params::of(text));
      ADD_FAILURE() << "accepted";
    } catch (const sql::SqlError& error) {
      EXPECT_EQ(error.failure().code, Errc::invalid_field);
    }
  }
}

TEST_F(ValuesTest, EveryStatementOfThisProgramHasANameOfItsOwn) {
  std::set<std::string> names;
  for (const auto* query = sql::first_query(); query; query = query->next) {
    EXPECT_TRUE(names.insert(query->name).second) << query->name;
  }
  EXPECT_TRUE(names.contains("test_scalars"));
}

}  // namespace
}  // namespace bccid
