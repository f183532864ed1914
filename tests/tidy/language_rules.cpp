#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace bccid::tidy {
namespace {

constexpr std::size_t kFunctionLinesMax = 70;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// A call or name that the house does not use, where it may stand nevertheless, and what to write instead.
struct Banned {
  std::string_view token;
  std::string_view instead;
  std::vector<std::string_view> allowed_below;
  std::vector<std::string_view> only_below = {};
};

const std::vector<Banned>& banned_tokens() {
  static const std::vector<Banned> list = {
      {"system_clock::now", "Clock::now(), injected", {"daemon/base/clock"}},
      {"getenv",
       "a key of the configuration table",
       {"daemon/main.cpp", "daemon/app/", "tests/", "adapters/sim/"}},
      {"printf", "log::info, or std::string", {"daemon/app/", "daemon/main.cpp", "tests/"}},
      {"fprintf", "log::info", {"daemon/app/", "daemon/main.cpp", "tests/"}},
      {"puts", "log::info", {"daemon/app/", "daemon/main.cpp", "tests/"}},
      {"cout", "log::info", {"daemon/app/", "daemon/main.cpp", "tests/", "adapters/sim/"}},
      {"cerr", "log::error", {"daemon/app/", "daemon/main.cpp", "tests/", "adapters/sim/"}},
      {"sprintf", "std::string, std::to_chars", {}},
      {"rand", "random_token, or std::mt19937_64 with a printed seed in tests", {}},
      {"srand", "std::mt19937_64 with a printed seed", {}},
      {"atoi", "std::from_chars, which reports errors", {}},
      {"atol", "std::from_chars, which reports errors", {}},
      {"atof", "Money, which is whole đồng", {}},
      {"strtok", "std::string_view", {}},
      {"strcpy", "std::string", {}},
      {"localtime", "time_text.hpp", {}},
      {"gmtime", "time_text.hpp", {}},
      {"sleep_for",
       "a timer of the io loop; in a test, wait for the event",
       {"daemon/app/private_cluster", "daemon/app/demo/process", "daemon/store/db_worker", "tests/bench/"}},
      {"sleep_until", "a timer of the io loop; in a test, wait for the event", {"tests/bench/"}},
      {"usleep", "a timer of the io loop; in a test, wait for the event", {}},
      // A name look-up cannot be cancelled, and a stop must not wait for it.
      {"detach", "a thread that is joined, or asio::detached", {"daemon/net/resolver"}},
      {"GTEST_SKIP", "a test that runs: one that cannot run has failed", {}},
      {"float",
       "integers: money and counts have no fractions",
       {},
       {"daemon/domain/", "daemon/store/", "daemon/flow/"}},
      {"double",
       "integers: money and counts have no fractions",
       {},
       {"daemon/domain/", "daemon/store/", "daemon/flow/"}},
  };
  return list;
}

bool below_any(const SourceFile& file, const std::vector<std::string_view>& folders) {
  return std::ranges::any_of(folders, [&](std::string_view folder) { return file.below(folder); });
}

// Positions of `token` as a whole word.
std::vector<std::size_t> places_of(std::string_view code, std::string_view token) {
  std::vector<std::size_t> places;
  for (auto at = code.find(token); at != std::string_view::npos; at = code.find(token, at + 1)) {
    const auto end = at + token.size();
    if ((at == 0 || !is_word(code[at - 1])) && (end >= code.size() || !is_word(code[end])))
      places.push_back(at);
  }
  return places;
}

bool is_include(std::string_view code, std::size_t at) {
  const auto line_start = code.rfind('\n', at) + 1;
  return code.substr(line_start).starts_with('#');
}

void banned_call(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    for (const Banned& banned : banned_tokens()) {
      if (below_any(file, banned.allowed_below)) continue;
      if (!banned.only_below.empty() && !below_any(file, banned.only_below)) continue;
      for (const auto at : places_of(file.code, banned.token)) {
        if (is_include(file.code, at)) continue;
        findings.push_back(
            {file.path, line_at(file.code, at),
             std::string{banned.token} + " is not used here; instead: " + std::string{banned.instead}});
      }
    }
  }
}

void disabled_test(const Tree& tree, Findings& findings) {
  static const std::string prefix = std::string{"DISABLED"} + "_";
  for (const SourceFile& file : tree.files) {
    for (auto at = file.code.find(prefix); at != std::string::npos; at = file.code.find(prefix, at + 1)) {
      findings.push_back({file.path, line_at(file.code, at), "a disabled test: mend it or delete it"});
    }
  }
}

// --- functions
// ----------------------------------------------------------------------------------------------------

// Finds function bodies by their braces: a brace after a parenthesis, outside another function, that no
// keyword of a type, namespace or initialiser claims. clang-format's spacing tells `name{` (an initialiser)
// from `) {`.
class FunctionScan {
 public:
  FunctionScan(const SourceFile& file, Findings& findings) : file_(file), findings_(findings) {}

  void run() {
    for (at_ = 0; at_ < file_.code.size(); ++at_) {
      const char c = file_.code[at_];
      if (c == '#' && (at_ == 0 || file_.code[at_ - 1] == '\n')) {
        skip_directive();
      } else if (c == '{') {
        open();
      } else if (c == '}') {
        close();
      } else if (c == ';') {
        statement_.clear();
      } else {
        statement_ += c;
      }
    }
  }

 private:
  struct Brace {
    bool function;
    bool initialiser;
    std::size_t start;
  };

  void skip_directive() {
    while (at_ < file_.code.size() && (file_.code[at_] != '\n' || file_.code[at_ - 1] == '\\')) ++at_;
  }

  bool inside_function() const {
    return std::ranges::any_of(braces_, [](const Brace& brace) { return brace.function; });
  }

  bool opens_function() const {
    if (inside_function() || statement_.find('(') == std::string::npos) return false;
    for (const std::string_view word : {"class", "struct", "enum", "union", "namespace"}) {
      const auto places = places_of(statement_, word);
      if (!places.empty() && places.front() < statement_.find('(')) return false;
    }
    return true;
  }

  void open() {
    const char before = at_ == 0 ? ' ' : file_.code[at_ - 1];
    const bool initialiser =
        is_word(before) || before == '>' || before == '(' || before == ',' || before == '{';
    const bool function = !initialiser && opens_function();
    braces_.push_back({function, initialiser, at_});
    if (!initialiser) statement_.clear();
  }

  void close() {
    if (braces_.empty()) return;
    const Brace brace = braces_.back();
    braces_.pop_back();
    if (!brace.initialiser) statement_.clear();
    if (!brace.function) return;
    const auto first = line_at(file_.code, brace.start);
    const auto count = line_at(file_.code, at_) - first + 1;
    if (count <= kFunctionLinesMax) return;
    findings_.push_back(
        {file_.path, first, "a function of " + std::to_string(count) + " lines, 70 are the limit"});
  }

  const SourceFile& file_;
  Findings& findings_;
  std::vector<Brace> braces_;
  std::string statement_;
  std::size_t at_ = 0;
};

void long_function(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    if (file.is_cpp()) FunctionScan{file, findings}.run();
  }
}

// --- coroutines
// ---------------------------------------------------------------------------------------------------

// From `co_await` to the end of its full expression: the semicolon, or the parenthesis that it stands in.
std::string_view awaited_expression(std::string_view code, std::size_t at) {
  int depth = 0;
  for (auto end = at; end < code.size(); ++end) {
    const char c = code[end];
    if (c == '(' || c == '[' || c == '{') ++depth;
    if (c == ')' || c == ']' || c == '}') --depth;
    if (depth < 0 || (c == ';' && depth == 0)) return code.substr(at, end - at);
  }
  return code.substr(at);
}

bool has_capturing_lambda(std::string_view expression) {
  for (auto at = expression.find('['); at != std::string_view::npos; at = expression.find('[', at + 1)) {
    const auto before = expression.find_last_not_of(" \n", at == 0 ? 0 : at - 1);
    const bool subscript =
        before != std::string_view::npos &&
        (is_word(expression[before]) || expression[before] == ')' || expression[before] == ']');
    const auto close = expression.find(']', at);
    if (subscript || close == std::string_view::npos || close == at + 1) continue;
    const auto next = expression.find_first_not_of(" \n", close + 1);
    if (next != std::string_view::npos && (expression[next] == '(' || expression[next] == '{')) return true;
  }
  return false;
}

// The name right before a brace, with its qualification: "std::chrono::seconds".
std::string_view name_before(std::string_view expression, std::size_t brace) {
  auto start = brace;
  while (start > 0 && (is_word(expression[start - 1]) || expression[start - 1] == ':')) --start;
  return expression.substr(start, brace - start);
}

// Types with a user-written constructor, which g++ 12 treats right.
bool is_harmless(std::string_view type) {
  static const std::set<std::string_view> known = {"std::string", "std::string_view", "Time", "Duration"};
  static const std::set<std::string_view> durations = {"hours", "minutes", "seconds", "milliseconds",
                                                       "microseconds"};
  const auto colon = type.rfind(':');
  return known.contains(type) ||
         durations.contains(colon == std::string_view::npos ? type : type.substr(colon + 1));
}

bool has_braced_temporary(std::string_view expression) {
  for (auto at = expression.find('{'); at != std::string_view::npos; at = expression.find('{', at + 1)) {
    const char before = at == 0 ? ' ' : expression[at - 1];
    if (before == '(' || before == ',' || before == '>' || before == '{') return true;
    const auto word_end = at == 0 ? std::string_view::npos : expression.find_last_not_of(" \n", at - 1);
    if (word_end != std::string_view::npos && expression[word_end] == ',') return true;
    if (is_word(before) && !is_harmless(name_before(expression, at))) return true;
  }
  return false;
}

void awaited_temporary(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    for (const auto at : places_of(file.code, "co_await")) {
      const auto expression = awaited_expression(file.code, at);
      const auto line = line_at(file.code, at);
      if (has_capturing_lambda(expression)) {
        findings.push_back({file.path, line,
                            "g++ 12 frees a capturing lambda inside co_await twice: name it, then move it"});
      } else if (has_braced_temporary(expression)) {
        findings.push_back(
            {file.path, line,
             "g++ 12 destroys a braced temporary inside co_await twice: name it, then move it"});
      }
    }
  }
}

// --- letters
// ------------------------------------------------------------------------------------------------------

void foreign_letter(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    std::size_t number = 0;
    for (const auto line : lines_of(file.code)) {
      ++number;
      if (std::ranges::any_of(line, [](char c) { return static_cast<unsigned char>(c) > 127; })) {
        findings.push_back(
            {file.path, number, "a letter outside ASCII belongs into a literal or a comment only"});
      }
    }
  }
}

constexpr std::array kRules = {
    Rule{"banned_call", banned_call},       Rule{"disabled_test", disabled_test},
    Rule{"long_function", long_function},   Rule{"awaited_temporary", awaited_temporary},
    Rule{"foreign_letter", foreign_letter},
};

}  // namespace

std::span<const Rule> language_rules() { return kRules; }

}  // namespace bccid::tidy
