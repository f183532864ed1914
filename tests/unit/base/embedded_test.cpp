#include "base/embedded.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace bccid {
namespace {

TEST(Embedded, FilesAreOrderedByPathAndFoundByIt) {
  const auto files = embedded_files();
  EXPECT_TRUE(std::ranges::is_sorted(files, {}, &EmbeddedFile::path));
  for (const auto& file : files) EXPECT_EQ(embedded_file(file.path).data(), file.content.data());
}

TEST(Embedded, AnUnknownPathIsEmpty) {
  EXPECT_TRUE(embedded_file("sql/none.sql").empty());
  EXPECT_TRUE(embedded_file("").empty());
}

}  // namespace
}  // namespace bccid
