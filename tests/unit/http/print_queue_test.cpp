#include "http/print_queue.hpp"

#include "tests/support/coroutine_run.hpp"
#include "tests/support/pdf_reader.hpp"

#include <gtest/gtest.h>

namespace bccid::http {
namespace {

Document titled(const std::string& title) {
  Document document;
  document.blocks.emplace_back(Heading{title, ""});
  return document;
}

TEST(PrintQueue, PrintsAndTurnsAwayWhoFindsItFull) {
  boost::asio::io_context io;
  PrintQueue queue(2);
  test::Pending<Result<std::string>> first(io, queue.print(titled("Một")));
  test::Pending<Result<std::string>> second(io, queue.print(titled("Hai")));
  test::Pending<Result<std::string>> third(io, queue.print(titled("Ba")));
  io.run();
  EXPECT_EQ(test::PdfReader(first.value().value()).text(), "Một Trang 1/1");
  EXPECT_EQ(test::PdfReader(second.value().value()).text(), "Hai Trang 1/1");
  ASSERT_FALSE(third.value());
  EXPECT_EQ(third.value().error().code, Errc::overloaded);
  auto again = queue.print(titled("Bốn"));
  EXPECT_TRUE(test::run(io, std::move(again)).value().starts_with("%PDF-")) << "a place is free again";
}

TEST(PrintQueue, WithoutItsFontItSaysWhatToInstallEachTime) {
  boost::asio::io_context io;
  PrintQueue queue(2, "No Such Family");
  for (int i = 0; i < 2; ++i) {
    auto refused = queue.print(titled("Một"));
    const auto answer = test::run(io, std::move(refused));
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, Errc::unavailable);
    EXPECT_NE(answer.error().hint.find("fonts-dejavu-core"), std::string::npos);
  }
}

TEST(PrintQueue, MayEndWhileSomebodyWaits) {
  boost::asio::io_context io;
  auto queue = std::make_unique<PrintQueue>();
  test::Pending<Result<std::string>> waiting(io, queue->print(titled("Một")));
  io.run_one();
  queue.reset();
  EXPECT_FALSE(waiting.done());
}

}  // namespace
}  // namespace bccid::http
