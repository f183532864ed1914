#include "tests/support/verified.hpp"

#include "store/migrate.hpp"
#include "store/verify.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bccid::test {

void to_current_schema(const std::string& dsn) {
  const auto report = migrate(dsn);
  if (!report) throw std::runtime_error(report.error().text());
}

void expect_verified(const std::string& dsn) {
  const auto report = run_verify(dsn);
  ASSERT_TRUE(report) << report.error().text();
  EXPECT_GT(report->checks, 0);
  for (const auto& finding : report->findings) ADD_FAILURE() << finding.check << ": " << finding.text;
  EXPECT_EQ(report->violations, 0);
}

}  // namespace bccid::test
