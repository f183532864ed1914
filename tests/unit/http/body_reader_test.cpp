#include "http/body_reader.hpp"

#include <gtest/gtest.h>

#include <string>

namespace bccid::http {
namespace {

constexpr std::string_view kChunked = "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";

class BodyReaderTest : public testing::Test {
 protected:
  void SetUp() override {
    Head head;
    ASSERT_TRUE(check_head(kChunked, {}, head));
    ASSERT_TRUE(reader_.begin(kChunked, head, 1000));
  }

  // Hands over `bytes` one by one, keeping what was not used yet. Returns how many are left over.
  std::size_t put_one_by_one(std::string_view bytes) {
    std::string held;
    for (const char c : bytes) {
      held += c;
      const auto used = reader_.put(held);
      EXPECT_TRUE(used) << used.error().text();
      if (used) held.erase(0, *used);
    }
    return held.size();
  }

  BodyReader reader_;
};

// The parser would abort the process when it saw the last chunk a second time with less than all of it.
TEST_F(BodyReaderTest, TakesALastChunkThatComesByteByByte) {
  EXPECT_EQ(put_one_by_one("0\r\n\r\n"), 0U);
  ASSERT_TRUE(reader_.done());
  EXPECT_EQ(reader_.take().value(), "");
}

TEST_F(BodyReaderTest, TakesChunksThatComeByteByByte) {
  EXPECT_EQ(put_one_by_one("2\r\nab\r\n1\r\nc\r\n0\r\n\r\n"), 0U);
  ASSERT_TRUE(reader_.done());
  EXPECT_EQ(reader_.take().value(), "abc");
}

}  // namespace
}  // namespace bccid::http
