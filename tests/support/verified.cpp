#include "tests/support/verified.hpp"

#include "flow/verify_folds.hpp"
#include "store/migrate.hpp"
#include "store/verify.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bccid::test {
namespace {

void expect_clean(const Result<VerifyReport>& report) {
  ASSERT_TRUE(report) << report.error().text();
  for (const auto& finding : report->findings) ADD_FAILURE() << finding.check << ": " << finding.text;
  EXPECT_EQ(report->violations, 0);
}

}  // namespace

void to_current_schema(const std::string& dsn) {
  const auto report = migrate(dsn);
  if (!report) throw std::runtime_error(report.error().text());
}

void expect_verified(const std::string& dsn) { expect_clean(run_verify(dsn)); }

void expect_folded(const std::string& dsn) { expect_clean(verify_folds(dsn)); }

}  // namespace bccid::test
