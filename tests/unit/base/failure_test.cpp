#include "base/result.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

TEST(Failure, PrintsDetailThenHint) {
  EXPECT_EQ(Failure(Errc::config, "port 99999 is out of range", "Use 1 to 65535.").text(),
            "port 99999 is out of range\nHINT: Use 1 to 65535.");
  EXPECT_EQ(Failure(Errc::internal, "broken").text(), "broken");
}

TEST(Failure, EveryCodeHasItsOwnName) {
  EXPECT_EQ(errc_name(Errc::malformed), "malformed");
  EXPECT_EQ(errc_name(Errc::outcome_unknown), "outcome_unknown");
  EXPECT_EQ(errc_name(static_cast<Errc>(1)), "internal");
}

TEST(Result, ValueOfAFailureThrowsItsText) {
  const Result<int> failed = Failure(Errc::not_found, "order X is not known", "Check the number.");
  try {
    static_cast<void>(failed.value());
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "not_found: order X is not known\nHINT: Check the number.");
  }
}

}  // namespace
}  // namespace bccid
