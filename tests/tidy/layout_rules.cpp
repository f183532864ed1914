#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace bccid::tidy {
namespace {

constexpr std::size_t kColumnsMax = 110;
constexpr std::size_t kFileLinesMax = 400;
constexpr std::size_t kTestLinesMax = 500;  // cases repeat their set-up on purpose

// What a counterpart wrote, and code lists, are kept as they are.
bool is_foreign(const SourceFile& file) {
  return file.extension() == ".csv" || file.path.find("/fixtures/") != std::string::npos ||
         file.path.find("/corpus/") != std::string::npos;
}

bool is_program_text(const SourceFile& file) {
  return file.is_cpp() || file.extension() == ".cmake" || file.path == "CMakeLists.txt" || file.path == "dev";
}

// UTF-8 continuation bytes take no column.
std::size_t columns(std::string_view line) {
  return static_cast<std::size_t>(
      std::ranges::count_if(line, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

template <class Check>
void each_line(const Tree& tree, const Check& check) {
  for (const SourceFile& file : tree.files) {
    if (is_foreign(file)) continue;
    std::size_t number = 0;
    for (const auto line : lines_of(file.text)) check(file, ++number, line);
  }
}

void long_line(const Tree& tree, Findings& findings) {
  each_line(tree, [&](const SourceFile& file, std::size_t number, std::string_view line) {
    if (!is_program_text(file) || columns(line) <= kColumnsMax) return;
    findings.push_back(
        {file.path, number, "the line has " + std::to_string(columns(line)) + " columns, 110 are the limit"});
  });
}

void long_file(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    const auto count = lines_of(file.text).size();
    const auto most = file.below("tests/") ? kTestLinesMax : kFileLinesMax;
    if (!file.is_cpp() || count <= most) continue;
    findings.push_back(
        {file.path, count,
         std::to_string(count) + " lines, " + std::to_string(most) + " are the limit: split it by noun"});
  }
}

void blanks(const Tree& tree, Findings& findings) {
  each_line(tree, [&](const SourceFile& file, std::size_t number, std::string_view line) {
    if (line.find('\t') != std::string_view::npos)
      findings.push_back({file.path, number, "a tab: write spaces"});
    if (line.ends_with(' ')) findings.push_back({file.path, number, "spaces at the end of the line"});
    if (line.ends_with('\r'))
      findings.push_back({file.path, number, "a carriage return at the end of the line"});
  });
}

void final_newline(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    if (is_foreign(file) || file.text.empty()) continue;
    if (file.text.ends_with("\n\n"))
      findings.push_back({file.path, 1, "an empty line at the end of the file"});
    if (!file.text.ends_with('\n'))
      findings.push_back({file.path, 1, "no line break at the end of the file"});
  }
}

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

bool has_word(std::string_view line, std::string_view word) {
  for (auto at = line.find(word); at != std::string_view::npos; at = line.find(word, at + 1)) {
    const auto end = at + word.size();
    if ((at == 0 || !is_word(line[at - 1])) && (end >= line.size() || !is_word(line[end]))) return true;
  }
  return false;
}

void left_open(const Tree& tree, Findings& findings) {
  // Written apart so that this file does not find itself.
  static const std::array<std::string, 4> words = {std::string{"TO"} + "DO", std::string{"FIX"} + "ME",
                                                   std::string{"XX"} + "X", std::string{"HA"} + "CK"};
  each_line(tree, [&](const SourceFile& file, std::size_t number, std::string_view line) {
    for (const auto& word : words) {
      if (has_word(line, word))
        findings.push_back({file.path, number, word + ": finish it or file an issue"});
    }
  });
}

void machine_path(const Tree& tree, Findings& findings) {
  static const std::array<std::string, 3> roots = {std::string{"/wo"} + "rk/", std::string{"/ro"} + "ot/",
                                                   std::string{"/ho"} + "me/"};
  each_line(tree, [&](const SourceFile& file, std::size_t number, std::string_view line) {
    for (const auto& root : roots) {
      if (line.find(root) == std::string_view::npos) continue;
      findings.push_back(
          {file.path, number, "a path of one machine (" + root + "): derive it or configure it"});
    }
  });
}

bool is_vague(std::string word) {
  std::ranges::transform(word, word.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  static const std::set<std::string> vague = {"util", "utils", "common", "manager", "helper", "helpers"};
  return vague.contains(word);
}

// The words of a path, a snake_case or a PascalCase name.
std::vector<std::string> words_in(std::string_view name) {
  std::vector<std::string> words(1);
  for (const char c : name) {
    const bool upper = std::isupper(static_cast<unsigned char>(c)) != 0;
    if (!std::isalnum(static_cast<unsigned char>(c)) || upper) words.emplace_back();
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) words.back() += c;
  }
  return words;
}

// The name that a line of code gives to a type or namespace.
std::string_view declared_in(std::string_view line) {
  for (const std::string_view keyword : {"class ", "struct ", "namespace ", "enum class "}) {
    const auto at = line.find(keyword);
    if (at == std::string_view::npos || (at > 0 && is_word(line[at - 1]))) continue;
    const auto rest = line.substr(at + keyword.size());
    const auto end = std::ranges::find_if_not(rest, [](char c) { return is_word(c) || c == ':'; });
    return rest.substr(0, static_cast<std::size_t>(end - rest.begin()));
  }
  return {};
}

void vague_name(const Tree& tree, Findings& findings) {
  constexpr std::string_view kAdvice = "' says nothing: name it after what it does";
  for (const SourceFile& file : tree.files) {
    if (std::ranges::any_of(words_in(file.path), is_vague)) {
      findings.push_back({file.path, 1, "the name '" + file.path + std::string{kAdvice}});
    }
    std::size_t number = 0;
    for (const auto line : lines_of(file.code)) {
      ++number;
      const auto name = declared_in(line);
      if (std::ranges::any_of(words_in(name), is_vague)) {
        findings.push_back({file.path, number, "the name '" + std::string{name} + std::string{kAdvice}});
      }
    }
  }
}

void top_level(const Tree& tree, Findings& findings) {
  static const std::set<std::string> known = {"CMakeLists.txt",
                                              "CMakePresets.json",
                                              "README.md",
                                              "CHANGELOG.md",
                                              "dev",
                                              "daemon",
                                              "adapters",
                                              "schemas",
                                              "systemd",
                                              "tests",
                                              "build",
                                              "compile_commands.json",
                                              "CMakeUserPresets.json",
                                              "LICENSE"};
  for (const auto& name : tree.top_entries) {
    if (name.starts_with('.') || known.contains(name)) continue;
    findings.push_back(
        {name, 1, "does not belong into the project's root: put it into the room that it serves"});
  }
}

constexpr std::array kRules = {
    Rule{"long_line", long_line},         Rule{"long_file", long_file}, Rule{"blanks", blanks},
    Rule{"final_newline", final_newline}, Rule{"left_open", left_open}, Rule{"machine_path", machine_path},
    Rule{"vague_name", vague_name},       Rule{"top_level", top_level},
};

}  // namespace

std::span<const Rule> layout_rules() { return kRules; }

}  // namespace bccid::tidy
