#include "tests/tidy/source_tree.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <fstream>
#include <iterator>
#include <stdexcept>

namespace bccid::tidy {
namespace {

namespace fs = std::filesystem;

bool is_word(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Replaces comments and the insides of literals by spaces, so that a rule about code never reads prose.
class Blanker {
 public:
  explicit Blanker(std::string text) : text_(std::move(text)) {}

  std::string run() {
    while (at_ < text_.size()) step();
    return std::move(text_);
  }

 private:
  void step() {
    if (text_.compare(at_, 2, "//") == 0) return blank_until("\n", false);
    if (text_.compare(at_, 2, "/*") == 0) return blank_until("*/", true);
    if (text_[at_] == '"') return raw() ? blank_raw() : blank_literal('"');
    // An apostrophe inside a number (1'000) separates digits.
    if (text_[at_] == '\'' && (at_ == 0 || !is_word(text_[at_ - 1]))) return blank_literal('\'');
    ++at_;
  }

  bool raw() const { return at_ > 0 && text_[at_ - 1] == 'R'; }

  void blank_until(std::string_view end, bool with_end) {
    const auto found = text_.find(end, at_ + 1);
    const auto stop = found == std::string::npos ? text_.size() : found + (with_end ? end.size() : 0);
    blank(stop);
  }

  void blank_raw() {
    const auto open = text_.find('(', at_);
    if (open == std::string::npos) return blank(text_.size());
    const std::string end = ")" + text_.substr(at_ + 1, open - at_ - 1) + "\"";
    ++at_;
    blank_until(end, false);
    blank(std::min(at_ + end.size() - 1, text_.size()));
    if (at_ < text_.size()) ++at_;
  }

  // Keeps the quotes.
  void blank_literal(char quote) {
    auto end = at_ + 1;
    while (end < text_.size() && text_[end] != quote && text_[end] != '\n')
      end += text_[end] == '\\' ? 2U : 1U;
    ++at_;
    blank(std::min(end, text_.size()));
    if (at_ < text_.size()) ++at_;
  }

  void blank(std::size_t end) {
    for (; at_ < end; ++at_) {
      if (text_[at_] != '\n') text_[at_] = ' ';
    }
  }

  std::string text_;
  std::size_t at_ = 0;
};

// `#include "a/b.hpp"` is code, although it looks like a literal.
std::string code_of(const std::string& text) {
  std::string code = Blanker{text}.run();
  std::size_t start = 0;
  for (const auto line : lines_of(text)) {
    if (line.starts_with("#include")) code.replace(start, line.size(), line);
    start += line.size() + 1;
  }
  return code;
}

bool is_text(const fs::path& path) {
  static const std::set<std::string> kinds = {
      ".cpp",     ".hpp",   ".sql", ".csv", ".md",  ".cmake", ".txt", ".json", ".yaml", ".toml",   ".conf",
      ".service", ".timer", ".sh",  ".js",  ".css", ".html",  ".py",  ".xml",  "",      ".example"};
  return kinds.contains(path.extension().string());
}

std::string content_of(const fs::path& path) {
  std::ifstream file{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{file}, {}};
}

void add(Tree& tree, const fs::path& project, const fs::path& path) {
  if (is_text(path)) tree.files.emplace_back(fs::relative(path, project).string(), content_of(path));
}

// The build's own list; every entry has a line `"file": "<path>"`.
std::set<std::string> compiled_in(const fs::path& project, const fs::path& build) {
  const std::string list = content_of(build / "compile_commands.json");
  if (list.empty()) throw std::runtime_error{"no compile_commands.json in " + build.string()};
  constexpr std::string_view kKey = "\"file\": \"";
  std::set<std::string> compiled;
  for (auto at = list.find(kKey); at != std::string::npos; at = list.find(kKey, at + 1)) {
    const auto start = at + kKey.size();
    const fs::path file = list.substr(start, list.find('"', start) - start);
    compiled.insert(fs::relative(file, project).string());
  }
  return compiled;
}

}  // namespace

SourceFile::SourceFile(std::string path_in, std::string text_in)
    : path(std::move(path_in)), text(std::move(text_in)), code(is_cpp() ? code_of(text) : std::string{}) {}

bool SourceFile::is_cpp() const { return path.ends_with(".cpp") || path.ends_with(".hpp"); }

std::string_view SourceFile::extension() const {
  const std::string_view name = std::string_view{path}.substr(path.rfind('/') + 1);
  const auto dot = name.rfind('.');
  return dot == std::string_view::npos ? std::string_view{} : name.substr(dot);
}

std::string_view SourceFile::stem() const {
  const std::string_view name = std::string_view{path}.substr(path.rfind('/') + 1);
  return name.substr(0, name.rfind('.'));
}

Tree load_tree(const fs::path& project, const fs::path& build) {
  Tree tree;
  for (const char* folder : {"daemon", "adapters", "schemas", "systemd", "tests", ".ci"}) {
    for (const auto& entry : fs::recursive_directory_iterator{project / folder}) {
      if (entry.is_regular_file()) add(tree, project, entry.path());
    }
  }
  for (const auto& entry : fs::directory_iterator{project}) {
    tree.top_entries.insert(entry.path().filename().string());
    if (entry.is_regular_file()) add(tree, project, entry.path());
  }
  std::ranges::sort(tree.files, {}, &SourceFile::path);
  tree.compiled = compiled_in(project, build);
  return tree;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::size_t line_at(std::string_view text, std::size_t position) {
  return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, position), '\n'));
}

}  // namespace bccid::tidy
