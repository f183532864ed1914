#include "base/spooled_file.hpp"

#include <gtest/gtest.h>

#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <string>

namespace bccid {
namespace {

namespace fs = std::filesystem;

class SpooledFileTest : public testing::Test {
 protected:
  SpooledFileTest() { fs::create_directories(directory_); }
  ~SpooledFileTest() override { fs::remove_all(directory_); }

  static std::string all_of(const SpooledFile& file) {
    const auto source = file.source();
    std::string text, piece(1'000, '\0');
    for (;;) {
      const auto got = source->read(piece).value();
      if (got == 0) return text;
      text.append(piece, 0, got);
    }
  }

  fs::path directory_ = fs::path(testing::TempDir()) / ("spool-" + std::to_string(::getpid()));
};

TEST_F(SpooledFileTest, GivesBackWhatCameInPiecesAsOftenAsItIsAsked) {
  const auto file = SpooledFile::open(directory_).value();
  std::string all;
  for (int i = 0; i < 5'000; ++i) {
    const std::string piece = "piece " + std::to_string(i) + ";";
    ASSERT_TRUE(file->append(piece));
    all += piece;
  }
  EXPECT_EQ(file->size(), all.size());
  EXPECT_EQ(file->digest(), sha256(all));
  EXPECT_EQ(all_of(*file), all);
  EXPECT_EQ(all_of(*file), all);
}

TEST_F(SpooledFileTest, HasNoNameInTheDirectory) {
  const auto file = SpooledFile::open(directory_).value();
  ASSERT_TRUE(file->append("secret"));
  EXPECT_TRUE(fs::is_empty(directory_));
}

TEST_F(SpooledFileTest, SaysWhichDirectoryCannotBeUsed) {
  const auto file = SpooledFile::open(directory_ / "missing");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, Errc::unavailable);
  EXPECT_NE(file.error().detail.find("missing"), std::string::npos) << file.error().detail;
}

TEST_F(SpooledFileTest, SaysWhenThereIsNoMoreRoom) {
  const auto file = SpooledFile::open(directory_).value();
  ASSERT_TRUE(file->append("ab"));
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  rlimit was{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &was), 0);
  const rlimit small{4096, was.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &small), 0);
  const auto full = file->append(std::string(10'000, 'x'));
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &was), 0);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().code, Errc::overloaded);
  EXPECT_NE(full.error().hint, "");
}

}  // namespace
}  // namespace bccid
