#include "http/field_rules.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bccid::http {
namespace {

TEST(IdempotencyKeyTest, IsTheSameWithAndWithoutQuotes) {
  EXPECT_EQ(idempotency_key("0192f0c1").value(), "0192f0c1");
  EXPECT_EQ(idempotency_key("\"0192f0c1\"").value(), "0192f0c1");
}

TEST(IdempotencyKeyTest, HasOneTo255PrintableCharacters) {
  EXPECT_TRUE(idempotency_key(std::string(255, 'k')));
  for (const auto& text : {std::string(), std::string("\"\""), std::string(256, 'k'), std::string("a\tb"),
                           std::string("khóa"), std::string("a\0b", 3)}) {
    const auto key = idempotency_key(text);
    ASSERT_FALSE(key) << text;
    EXPECT_EQ(key.error().code, Errc::invalid_field);
    EXPECT_EQ(key.error().pointer, "Idempotency-Key");
  }
}

}  // namespace
}  // namespace bccid::http
