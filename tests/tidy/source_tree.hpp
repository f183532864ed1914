#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::tidy {

// One text file of the project.
struct SourceFile {
  SourceFile(std::string path_in, std::string text_in);

  bool is_cpp() const;  // .cpp or .hpp
  bool below(std::string_view folder) const { return path.starts_with(folder); }
  std::string_view extension() const;
  std::string_view stem() const;  // the file's name without folder and extension

  std::string path;  // relative to the project
  std::string text;
  std::string code;  // C++ with comments and the insides of literals blanked; as long as `text`
};

// What the rules look at: the files, and which of them the build compiles.
struct Tree {
  std::vector<SourceFile> files;
  std::set<std::string> compiled;     // .cpp files that are in a target
  std::set<std::string> top_entries;  // names in the project's root
};

// Every text file of the folders that belong to the project, and the sources that `build` compiles.
Tree load_tree(const std::filesystem::path& project, const std::filesystem::path& build);

std::vector<std::string_view> lines_of(std::string_view text);

// The 1-based line of a position.
std::size_t line_at(std::string_view text, std::size_t position);

}  // namespace bccid::tidy
