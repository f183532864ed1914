#include "http/secret_queue.hpp"

#include "flow/sign_in.hpp"
#include "tests/support/coroutine_run.hpp"

#include <gtest/gtest.h>

namespace bccid::http {
namespace {

TEST(SecretQueue, ComparesAndTurnsAwayWhoFindsItFull) {
  const std::string hash = hash_secret("correct horse battery").value();
  boost::asio::io_context io;
  SecretQueue queue(2);
  test::Pending<Result<bool>> right(io, queue.verify(hash, "correct horse battery"));
  test::Pending<Result<bool>> wrong(io, queue.verify(hash, "wrong horse battery"));
  test::Pending<Result<bool>> third(io, queue.verify(hash, "correct horse battery"));
  io.run();
  EXPECT_TRUE(right.value().value());
  EXPECT_FALSE(wrong.value().value());
  ASSERT_FALSE(third.value());
  EXPECT_EQ(third.value().error().code, Errc::overloaded);
  auto again = queue.verify(hash, "correct horse battery");
  EXPECT_TRUE(test::run(io, std::move(again)).value()) << "a place is free again";
}

}  // namespace
}  // namespace bccid::http
