#include "tests/browser/console_stage.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <algorithm>
#include <fstream>
#include <iostream>
#include <regex>

// The console in a real browser: the tests are modules beside this file (*.test.mjs), each test() there is a
// case here. They run in one browser against one daemon, in their order.
namespace bccid::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

const fs::path kHere = fs::path(BCCID_SOURCE_DIR) / "tests" / "browser";

// The names that the modules give their tests, in the order in which they run.
std::vector<std::string> written_tests() {
  std::vector<fs::path> modules;
  for (const auto& entry : fs::directory_iterator(kHere))
    if (entry.path().string().ends_with(".test.mjs")) modules.push_back(entry.path());
  std::ranges::sort(modules);
  std::vector<std::string> names;
  const std::regex begins("^test\\(\"([A-Za-z0-9]+)\"");
  for (const auto& module : modules) {
    std::ifstream in(module);
    std::smatch found;
    for (std::string line; std::getline(in, line);)
      if (std::regex_search(line, found, begins)) names.push_back(found[1]);
  }
  return names;
}

// The tests that this run of the program asked for.
std::string wanted_tests() {
  std::string wanted;
  const auto* unit = testing::UnitTest::GetInstance();
  for (int suite = 0; suite < unit->total_test_suite_count(); ++suite) {
    const auto* cases = unit->GetTestSuite(suite);
    for (int i = 0; i < cases->total_test_count(); ++i) {
      const auto* one = cases->GetTestInfo(i);
      if (!one->should_run() || one->value_param() == nullptr) continue;
      const std::string name = one->name();
      wanted += (wanted.empty() ? "" : ",") + name.substr(name.find('/') + 1);
    }
  }
  return wanted;
}

class Console : public testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() {
    const ConsoleStage stage;
    const fs::path results = stage.directory() / "results.json";
    const fs::path modules = fs::path(BCCID_BINARY_DIR).parent_path() / "browser";
    ran_ = run_shell("node " + (kHere / "run.mjs").string() + " " + stage.url() + " " + modules.string() +
                     " " + results.string() + " " + wanted_tests());
    std::cout << ran_.out;  // what the tests measured
    std::ifstream in(results);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    boost::system::error_code error;
    results_ = json::parse(text, error);
    if (error) results_ = json::object{};
  }
  static Ran ran_;
  static json::value results_;
};
Ran Console::ran_;
json::value Console::results_;

TEST_P(Console, Holds) {
  const auto* result = results_.as_object().if_contains(GetParam());
  ASSERT_NE(result, nullptr) << "the browser told nothing about this test:\n" << ran_.out;
  EXPECT_EQ(std::string(result->as_string()), "held");
}

INSTANTIATE_TEST_SUITE_P(Browser, Console, testing::ValuesIn(written_tests()),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace bccid::test
