#include "tests/tidy/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <stdexcept>

namespace bccid::tidy {

void PrintTo(const Rule& rule, std::ostream* out) { *out << rule.name; }

namespace {

// A line each, as compilers print them.
std::string listed(const Findings& findings) {
  std::string text;
  for (const Finding& finding : findings) {
    text += finding.path + ":" + std::to_string(finding.line) + ": " + finding.message + "\n";
  }
  return text;
}

std::vector<Rule> all_rules() {
  std::vector<Rule> rules;
  for (const auto part : {layout_rules(), language_rules(), room_rules()}) {
    rules.insert(rules.end(), part.begin(), part.end());
  }
  return rules;
}

std::string repeated(std::size_t count, const std::string& text) {
  std::string all;
  for (std::size_t i = 0; i < count; ++i) all += text;
  return all;
}

// The real tree, read once.
const Tree& project() {
  static const Tree tree = load_tree(BCCID_SOURCE_DIR, BCCID_BINARY_DIR);
  return tree;
}

class ProjectKeeps : public testing::TestWithParam<Rule> {};

TEST_P(ProjectKeeps, Rule) {
  ASSERT_FALSE(project().files.empty());
  Findings findings;
  GetParam().check(project(), findings);
  EXPECT_TRUE(findings.empty()) << listed(findings);
}

std::string name_of_rule(const testing::TestParamInfo<Rule>& info) { return std::string{info.param.name}; }

INSTANTIATE_TEST_SUITE_P(Tidy, ProjectKeeps, testing::ValuesIn(all_rules()), name_of_rule);

// A file that breaks a rule on one line, and one beside it that does nearly the same and is right.
struct Planted {
  friend void PrintTo(const Planted& plant, std::ostream* out) { *out << plant.wrong; }

  std::string_view rule;
  std::string_view name;
  std::string path;
  std::string wrong;
  std::string right;
  std::size_t line = 1;
};

std::vector<Planted> planted_layout() {
  const std::string open_word = std::string{"TO"} + "DO";
  const std::string machine = std::string{"/ho"} + "me/somebody";
  return {
      {"long_line", "columns", "daemon/base/a.cpp", "int a;\n//" + std::string(109, 'x') + "\n",
       "//" + repeated(108, "đ") + "\n", 2},
      {"long_file", "lines", "daemon/base/a.cpp", repeated(401, "int a;\n"), repeated(400, "int a;\n"), 401},
      {"long_file", "test_lines", "tests/unit/a_test.cpp", repeated(501, "int a;\n"),
       repeated(500, "int a;\n"), 501},
      {"blanks", "tab", "dev", "a\n\tb\n", "a\n  b\n", 2},
      {"blanks", "trailing_space", "schemas/sql/0001_a.sql", "SELECT 1; \n", "SELECT 1;\n"},
      {"blanks", "carriage_return", "README.md", "a\r\n", "a\n"},
      {"final_newline", "missing", "README.md", "a", "a\n"},
      {"final_newline", "empty_line", "README.md", "a\n\n", "a\n"},
      {"left_open", "comment", "daemon/base/a.cpp", "// " + open_word + " later\n",
       "// " + open_word + "S is a name\n"},
      {"machine_path", "home", "README.md", "see " + machine + "\n", "see /var/lib/bccid\n"},
      {"vague_name", "file", "daemon/base/string_util.cpp", "int a;\n", ""},
      {"vague_name", "type", "daemon/base/a.hpp", "class OrderManager;\n", "class Orders; // no manager\n"},
      {"vague_name", "namespace", "daemon/base/a.hpp", "namespace bccid::common {\n", "namespace bccid {\n"},
  };
}

std::vector<Planted> planted_language() {
  const std::string disabled = std::string{"DISABLED"} + "_Sum";
  return {
      {"banned_call", "clock", "daemon/flow/a.cpp", "auto a = std::chrono::system_clock::now();\n",
       "auto a = clock.now();\n"},
      {"banned_call", "environment", "daemon/net/a.cpp", "auto a = getenv(name);\n",
       "auto a = config.name; // getenv\n"},
      {"banned_call", "output", "daemon/store/a.cpp", "std::cout << a;\n", "auto a = \"std::cout\";\n"},
      {"banned_call", "print", "daemon/store/a.cpp", "printf(format);\n", "snprintf(a, b, format);\n"},
      {"banned_call", "sleep", "tests/unit/a_test.cpp", "std::this_thread::sleep_for(a);\n",
       "co_await asleep_for(a);\n"},
      {"banned_call", "random", "daemon/base/a.cpp", "int a = std::rand();\n",
       "auto a = random_token(32);\n"},
      {"banned_call", "number", "daemon/base/a.cpp", "int a = atoi(b);\n", "std::from_chars(b, c, a);\n"},
      {"banned_call", "thread", "daemon/jobs/a.cpp", "thread.detach();\n",
       "co_spawn(a, b, asio::detached);\n"},
      {"banned_call", "fraction", "daemon/domain/a.cpp", "double share = 0;\n", "std::int64_t share = 0;\n"},
      {"banned_call", "skip", "tests/unit/a_test.cpp", "GTEST_SKIP();\n", "FAIL();\n"},
      {"disabled_test", "prefix", "tests/unit/a_test.cpp", "TEST(Money, " + disabled + ") {}\n",
       "TEST(Money, Sum) {}\n"},
      {"long_function", "free", "daemon/base/a.cpp", "int f() {\n" + repeated(69, "g();\n") + "}\n",
       "int f() {\n" + repeated(68, "g();\n") + "}\n"},
      {"long_function", "member", "daemon/base/a.hpp",
       "class A : public B {\n  int f() const override {\n" + repeated(69, "g();\n") + "  }\n};\n",
       "class A {\n  int f() {\n" + repeated(60, "g();\n") + "  }\n" + repeated(20, "int a;\n") + "};\n", 2},
      {"long_function", "constructor", "daemon/base/a.cpp",
       "A::A(int b) : b_{b}, c_{} {\n" + repeated(70, "g();\n") + "}\n", "A::A(int b) : b_{b}, c_{} {}\n"},
      {"awaited_temporary", "capturing_lambda", "daemon/flow/a.cpp", "co_await run([&a] { return a; });\n",
       "co_await run([] { return 1; }, list[i](a));\n"},
      {"awaited_temporary", "aggregate", "daemon/flow/a.cpp", "co_await send(Command{a, b});\n",
       "co_await send(command, std::chrono::seconds{5}, std::string{a});\n"},
      {"awaited_temporary", "nested_list", "daemon/flow/a.cpp", "co_await send(a,\n {1, 2});\n",
       "if (co_await send(a)) {\n  b = Command{1};\n}\n"},
      {"foreign_letter", "identifier", "daemon/base/a.cpp", "int số = 1;\n",
       "int so = 1; // số\nauto a = \"số\";\n"},
  };
}

std::vector<Planted> planted_rooms() {
  return {
      {"include_arrow", "upwards", "daemon/domain/a.cpp", "#include \"store/db.hpp\"\n",
       "#include \"base/money.hpp\"\n"},
      {"include_arrow", "bare", "daemon/domain/a.cpp", "#include \"money.hpp\"\n", "#include <array>\n"},
      {"include_arrow", "adapter_core", "adapters/x/a.cpp", "#include \"flow/a.hpp\"\n",
       "#include \"net/a.hpp\"\n"},
      {"include_arrow", "adapter_other", "adapters/x/a.cpp", "#include \"adapters/y/a.hpp\"\n",
       "#include \"adapters/x/a.hpp\"\n"},
      {"include_arrow", "unknown_room", "daemon/cellar/a.cpp", "#include \"base/money.hpp\"\n", ""},
      {"pqxx_outside_store", "flow", "daemon/flow/a.cpp", "#include <pqxx/pqxx>\n",
       "// #include <pqxx/pqxx>\n"},
      {"impure_domain", "include", "daemon/domain/a.cpp", "#include <boost/asio.hpp>\n",
       "#include <vector>\n"},
      {"impure_domain", "clock", "daemon/domain/a.cpp", "bccid::SystemClock clock;\n", "Time now;\n"},
      {"not_compiled", "stray", "tests/unit/stray.cpp", "int a;\n", ""},
      {"unused_header", "stray", "daemon/base/stray.hpp", "#pragma once\n", ""},
      {"header_start", "guard", "daemon/base/a.hpp", "#ifndef A\n", "#pragma once\n"},
      {"migration_number", "gap", "schemas/sql/0002_b.sql", "SELECT 1;\n", ""},
  };
}

std::vector<Planted> planted() {
  std::vector<Planted> all = planted_layout();
  for (const auto& part : {planted_language(), planted_rooms()})
    all.insert(all.end(), part.begin(), part.end());
  return all;
}

const Rule& rule_named(std::string_view name) {
  static const std::vector<Rule> rules = all_rules();
  const auto found = std::ranges::find(rules, name, &Rule::name);
  if (found == rules.end()) throw std::runtime_error{"no rule " + std::string{name}};
  return *found;
}

Findings findings_in(std::string_view rule, const std::string& path, const std::string& text) {
  Tree tree;
  tree.files.emplace_back(path, text);
  Findings findings;
  rule_named(rule).check(tree, findings);
  return findings;
}

class TidyFinds : public testing::TestWithParam<Planted> {};

TEST_P(TidyFinds, WhatWasPlantedAndNothingElse) {
  const Planted& plant = GetParam();
  const Findings findings = findings_in(plant.rule, plant.path, plant.wrong);
  ASSERT_EQ(findings.size(), 1U) << listed(findings);
  EXPECT_EQ(findings[0].path, plant.path);
  EXPECT_EQ(findings[0].line, plant.line);
  if (!plant.right.empty()) {
    EXPECT_EQ(listed(findings_in(plant.rule, plant.path, plant.right)), "");
  }
}

std::string name_of_plant(const testing::TestParamInfo<Planted>& info) {
  return std::string{info.param.rule} + "_" + std::string{info.param.name};
}

INSTANTIATE_TEST_SUITE_P(Tidy, TidyFinds, testing::ValuesIn(planted()), name_of_plant);

TEST(Tidy, HasAPlantedFindingForEachRule) {
  for (const Rule& rule : all_rules()) {
    const auto plants = planted();
    const bool tested = rule.name == "top_level" || std::ranges::count(plants, rule.name, &Planted::rule) > 0;
    EXPECT_TRUE(tested) << "no planted finding for " << rule.name;
  }
}

TEST(Tidy, RefusesAStrangerInTheRoot) {
  Tree tree;
  tree.top_entries = {"daemon", "README.md", ".gitignore", "scratch"};
  Findings findings;
  rule_named("top_level").check(tree, findings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].path, "scratch");
}

TEST(Tidy, RefusesAMigrationNumberThatStandsTwice) {
  Tree tree;
  for (const char* path : {"schemas/sql/0001_a.sql", "schemas/sql/0002_b.sql", "schemas/sql/0002_c.sql"}) {
    tree.files.emplace_back(path, "SELECT 1;\n");
  }
  Findings findings;
  rule_named("migration_number").check(tree, findings);
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].path, "schemas/sql/0002_c.sql");
}

TEST(SourceFile, BlanksCommentsAndLiteralsOnly) {
  const SourceFile file{"a.cpp", "a(\"x{\\\"\"); // b\nc = 1'000 + '{'; /* d\n */ e(R\"q({\")q\"); f\n"};
  EXPECT_EQ(file.code, "a(\"    \");     \nc = 1'000 + ' ';     \n    e(R\"      \"); f\n");
}

}  // namespace

}  // namespace bccid::tidy
