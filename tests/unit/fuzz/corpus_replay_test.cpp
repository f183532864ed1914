#include "tests/fuzz/parsers.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <string>
#include <vector>

namespace bccid::fuzz {

void PrintTo(const Parser& parser, std::ostream* out) { *out << parser.name; }

namespace {

namespace fs = std::filesystem;

const fs::path fuzz_folder = fs::path{BCCID_SOURCE_DIR} / "tests/fuzz";

std::string content_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

std::vector<fs::path> corpus_of(std::string_view parser) {
  std::vector<fs::path> files;
  const fs::path folder = fuzz_folder / "corpus" / parser;
  if (!fs::is_directory(folder)) return files;
  for (const auto& entry : fs::directory_iterator{folder})
    if (entry.is_regular_file()) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

// Empty when the parser kept its promises, else the one that it broke.
std::string broken_promise(const Parser& parser, std::string_view bytes) {
  try {
    parser.check(bytes);
    return {};
  } catch (const std::exception& broken) {
    return broken.what();
  }
}

bool is_known(std::string_view name) {
  return std::any_of(parsers().begin(), parsers().end(),
                     [&](const Parser& parser) { return parser.name == name; });
}

class CorpusOf : public testing::TestWithParam<Parser> {};

TEST_P(CorpusOf, KeepsEveryPromise) {
  const auto files = corpus_of(GetParam().name);
  ASSERT_FALSE(files.empty()) << "no file in tests/fuzz/corpus/" << GetParam().name;
  for (const auto& file : files)
    EXPECT_EQ(broken_promise(GetParam(), content_of(file)), "") << file.filename();
}

// What a fuzzer finds first, and what no list of files shows: a text that ends too early.
TEST_P(CorpusOf, KeepsEveryPromiseWhenCutAnywhere) {
  constexpr std::size_t kCutsMax = 400;
  EXPECT_EQ(broken_promise(GetParam(), ""), "");
  for (const auto& file : corpus_of(GetParam().name)) {
    const std::string bytes = content_of(file);
    for (std::size_t size = 0; size < std::min(bytes.size(), kCutsMax); ++size)
      EXPECT_EQ(broken_promise(GetParam(), std::string_view(bytes).substr(0, size)), "")
          << file.filename() << " cut at " << size;
  }
}

TEST_P(CorpusOf, HasAFuzzTarget) {
  const std::string name = "fuzz_" + std::string(GetParam().name) + ".cpp";
  const std::string target = content_of(fuzz_folder / name);
  EXPECT_NE(target.find("check_" + std::string(GetParam().name) + "("), std::string::npos) << name;
}

std::string name_of(const testing::TestParamInfo<Parser>& info) { return std::string{info.param.name}; }

INSTANTIATE_TEST_SUITE_P(Fuzz, CorpusOf, testing::ValuesIn(parsers().begin(), parsers().end()), name_of);

TEST(FuzzCorpus, HasNoFolderWithoutAParser) {
  for (const auto& entry : fs::directory_iterator{fuzz_folder / "corpus"}) {
    if (!entry.is_directory()) continue;
    EXPECT_TRUE(is_known(entry.path().filename().string())) << entry.path().filename();
  }
}

TEST(FuzzCorpus, HasNoTargetWithoutAParser) {
  for (const auto& entry : fs::directory_iterator{fuzz_folder}) {
    const std::string stem = entry.path().stem().string();
    if (!stem.starts_with("fuzz_")) continue;
    EXPECT_TRUE(is_known(stem.substr(5))) << entry.path().filename();
  }
}

}  // namespace
}  // namespace bccid::fuzz
