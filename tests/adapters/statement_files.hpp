#pragma once

#include "adapters/list.hpp"
#include "tests/adapters/fixture_files.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

// What the tests of every reader of statements do with a file.
namespace bccid::test {

inline BankBlock bank_block(std::string kind) {
  BankBlock block;
  block.name = "Ngân hàng";
  block.kind = std::move(kind);
  return block;
}

inline Result<BankStatement> parsed(const BankBlock& block, std::string_view bytes) {
  return open_bank(block).value()->parse(bytes);
}

// The text with the first `was` of it changed.
inline std::string with(std::string text, std::string_view was, std::string_view now) {
  const auto at = text.find(was);
  EXPECT_NE(at, std::string::npos) << was;
  return at == std::string::npos ? text : text.replace(at, was.size(), now);
}

inline void expect_refusal(const BankBlock& block, std::string_view bytes, std::string_view reason) {
  const auto statement = parsed(block, bytes);
  ASSERT_FALSE(statement) << reason;
  EXPECT_EQ(statement.error().code, Errc::statement_refused);
  EXPECT_NE(statement.error().detail.find(reason), std::string::npos) << statement.error().detail;
}

// All that the reader finds wrong with a file, in its order.
inline std::vector<Failure> all_problems(const BankBlock& block, std::string_view bytes) {
  class Problems final : public LineSink {
   public:
    Status take(BankLine) override { return {}; }
    void refuse(const Failure& problem) override { found.push_back(problem); }
    std::vector<Failure> found;
  };
  Problems problems;
  TextSource source(bytes);
  EXPECT_FALSE(open_bank(block).value()->read(source, problems));
  return problems.found;
}

}  // namespace bccid::test
