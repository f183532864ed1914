#include "domain/code_tables.hpp"

#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

std::string_view without_orders(std::string_view path) {
  return path == "codes/order_transitions.csv" ? "from,event,to,note\nwanted,sent,lost,\n"
                                               : embedded_file(path);
}

TEST(CodeTables, OfTheBinaryLoad) {
  const auto loaded = load_code_tables(embedded_file);
  ASSERT_TRUE(loaded) << loaded.error().text();
  EXPECT_GT(loaded->scan_codes.size(), 80U);
}

TEST(CodeTables, NameTheFileThatIsWrong) {
  const auto loaded = load_code_tables(without_orders);
  ASSERT_FALSE(loaded);
  EXPECT_TRUE(loaded.error().detail.starts_with("codes/order_transitions.csv: ")) << loaded.error().detail;
}

}  // namespace
}  // namespace bccid
