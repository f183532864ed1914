#include "net/reply_reader.hpp"

#include <boost/asio/error.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <string_view>

namespace bccid::net {
namespace {

using boost::system::error_code;

class ReplyReaderTest : public testing::Test {
 protected:
  error_code arrive(std::string_view bytes) {
    error_code error;
    const auto room = reader_.room();
    std::memcpy(room.data(), bytes.data(), std::min(room.size(), bytes.size()));
    reader_.arrived(bytes.size(), error);
    return error;
  }
  error_code end() {
    error_code error = boost::asio::error::eof;
    reader_.ended(error);
    return error;
  }

  ReplyReader reader_{1000};
};

TEST_F(ReplyReaderTest, TakesALastChunkThatComesByteByByte) {
  EXPECT_FALSE(arrive("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"));
  EXPECT_FALSE(arrive("\r"));
  EXPECT_FALSE(reader_.finished());
  EXPECT_FALSE(arrive("\n"));
  EXPECT_TRUE(reader_.finished());
  EXPECT_EQ(reader_.take().status, 200);
}

TEST_F(ReplyReaderTest, EndsABodyWithoutALengthWithTheStreamOnly) {
  EXPECT_FALSE(arrive("HTTP/1.1 200 OK\r\n\r\nto the end"));
  EXPECT_FALSE(reader_.finished());
  EXPECT_FALSE(end());
  EXPECT_TRUE(reader_.finished());
  EXPECT_EQ(reader_.take().body, "to the end");
}

TEST_F(ReplyReaderTest, DoesNotTakeACutReplyForAWholeOne) {
  EXPECT_FALSE(arrive("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\ncut"));
  EXPECT_EQ(end(), boost::asio::error::eof);
  EXPECT_FALSE(reader_.finished());
}

TEST_F(ReplyReaderTest, RefusesAStatusBelowOneHundred) {
  EXPECT_TRUE(arrive("HTTP/1.1 099 Odd\r\n\r\n"));
  EXPECT_FALSE(reader_.finished());
}

}  // namespace
}  // namespace bccid::net
