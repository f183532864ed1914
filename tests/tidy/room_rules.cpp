#include "tests/tidy/rules.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <map>

namespace bccid::tidy {
namespace {

using Rooms = std::set<std::string, std::less<>>;

// The arrows: which rooms a room may include, besides itself.
const std::map<std::string, Rooms, std::less<>>& arrows() {
  static const std::map<std::string, Rooms, std::less<>> table = {
      {"base", {}},
      {"domain", {"base"}},
      {"ports", {"base", "domain"}},
      {"store", {"base", "domain", "ports"}},
      {"net", {"base", "domain", "ports"}},
      {"paper", {"base", "domain"}},
      {"console", {"base"}},
      {"flow", {"base", "domain", "ports", "store", "net"}},
      {"jobs", {"base", "domain", "ports", "store", "net", "flow"}},
      {"http", {"base", "domain", "ports", "store", "net", "flow", "paper", "console"}},
      {"adapters", {"base", "domain", "ports", "net"}},
      {"app", {"base", "domain", "ports", "store", "net", "flow", "jobs", "http", "paper", "adapters"}},
      {"main", {"base", "app"}},
  };
  return table;
}

std::vector<std::string_view> parts_of(std::string_view path) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto slash = path.find('/');
    parts.push_back(path.substr(0, slash));
    if (slash == std::string_view::npos) return parts;
    path.remove_prefix(slash + 1);
  }
}

// Which room a file is in; empty for tests, which may see everything.
std::string_view room_of(const SourceFile& file) {
  const auto parts = parts_of(file.path);
  if (parts[0] == "adapters") return "adapters";
  if (parts[0] != "daemon") return {};
  return parts.size() == 2 ? std::string_view{"main"} : parts[1];
}

// The folder of an adapter: one adapter must not know another.
std::string_view adapter_of(std::string_view path) {
  const auto parts = parts_of(path);
  return parts[0] == "adapters" && parts.size() > 2 ? parts[1] : std::string_view{};
}

struct Include {
  std::size_t line;
  std::string_view path;
  bool own;  // in quotes
};

std::vector<Include> includes_of(const SourceFile& file) {
  std::vector<Include> includes;
  std::size_t number = 0;
  for (const auto line : lines_of(file.code)) {
    ++number;
    if (!line.starts_with("#include ")) continue;
    const auto open = line.find_first_of("\"<");
    const auto close = line.find_first_of("\">", open + 1);
    if (open == std::string_view::npos || close == std::string_view::npos) continue;
    includes.push_back({number, line.substr(open + 1, close - open - 1), line[open] == '"'});
  }
  return includes;
}

void check_own_include(const SourceFile& file, const Include& include, Findings& findings) {
  const auto room = room_of(file);
  const auto target = parts_of(include.path).front();
  if (parts_of(include.path).size() < 2) {
    findings.push_back(
        {file.path, include.line, "write \"room/file.hpp\", not \"" + std::string{include.path} + "\""});
    return;
  }
  const auto row = arrows().find(room);
  if (row == arrows().end()) {
    findings.push_back(
        {file.path, include.line, "the room '" + std::string{room} + "' has no row in the arrows table"});
    return;
  }
  if (target != room && !row->second.contains(target)) {
    findings.push_back({file.path, include.line,
                        "the room " + std::string{room} + " may not include " + std::string{include.path}});
  }
  const auto mine = adapter_of(file.path);
  const auto theirs = adapter_of(include.path);
  if (!mine.empty() && !theirs.empty() && mine != theirs && mine != "sim") {
    findings.push_back(
        {file.path, include.line, "one adapter may not include another: " + std::string{include.path}});
  }
}

void include_arrow(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    if (room_of(file).empty()) continue;
    for (const Include& include : includes_of(file)) {
      if (include.own) check_own_include(file, include, findings);
    }
  }
}

void pqxx_outside_store(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    if (file.below("daemon/store/") || file.below("tests/")) continue;
    for (const Include& include : includes_of(file)) {
      if (!include.path.starts_with("pqxx")) continue;
      findings.push_back(
          {file.path, include.line, "only daemon/store may include pqxx: give it a store of its own"});
    }
  }
}

void impure_domain(const Tree& tree, Findings& findings) {
  static const std::array<std::string_view, 14> impure = {
      "boost/asio", "boost/beast", "boost/json", "pqxx",  "openssl", "spdlog",       "filesystem",
      "fstream",    "iostream",    "thread",     "mutex", "atomic",  "base/log.hpp", "random"};
  for (const SourceFile& file : tree.files) {
    if (!file.below("daemon/domain/")) continue;
    for (const Include& include : includes_of(file)) {
      if (std::ranges::none_of(impure,
                               [&](std::string_view start) { return include.path.starts_with(start); }))
        continue;
      findings.push_back(
          {file.path, include.line,
           "domain is pure and may not include " + std::string{include.path} + ": pass the value in"});
    }
    for (const std::string_view token : {"SystemClock", "_clock::now"}) {
      const auto at = file.code.find(token);
      if (at == std::string::npos) continue;
      findings.push_back({file.path, line_at(file.code, at), "domain reads no clock: pass the time in"});
    }
  }
}

void not_compiled(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    // Fuzz targets are built by clang only.
    if (file.extension() != ".cpp" || file.below("tests/fuzz/") || tree.compiled.contains(file.path))
      continue;
    findings.push_back(
        {file.path, 1, "no target compiles this file: rename it after its kind, or delete it"});
  }
}

void unused_header(const Tree& tree, Findings& findings) {
  std::set<std::string, std::less<>> used = {
      "daemon/build_rules/pch.hpp", "daemon/base/version.hpp"};  // included by what the build generates
  for (const SourceFile& file : tree.files) {
    const std::string folder = file.path.substr(0, file.path.rfind('/') + 1);
    for (const Include& include : includes_of(file)) {
      for (const std::string& root : {std::string{"daemon/"}, std::string{}, folder}) {
        // A file that includes itself in its own .cpp only is still used: the build compiles it.
        used.insert(root + std::string{include.path});
      }
    }
  }
  for (const SourceFile& file : tree.files) {
    if (file.extension() != ".hpp" || used.contains(file.path)) continue;
    findings.push_back({file.path, 1, "nobody includes this header: delete it"});
  }
}

void header_start(const Tree& tree, Findings& findings) {
  for (const SourceFile& file : tree.files) {
    if (file.extension() != ".hpp" || file.path == "daemon/build_rules/pch.hpp") continue;
    if (file.code.find("#pragma once\n") == std::string::npos) {
      findings.push_back({file.path, 1, "a header begins with #pragma once"});
    }
  }
}

void migration_number(const Tree& tree, Findings& findings) {
  std::size_t expected = 1;
  for (const SourceFile& file : tree.files) {
    const auto parts = parts_of(file.path);
    if (!file.below("schemas/sql/") || parts.size() != 3 || file.extension() != ".sql") continue;
    std::string number = std::to_string(expected);
    number.insert(0, 4 - std::min<std::size_t>(4, number.size()), '0');
    if (!parts[2].starts_with(number + "_")) {
      findings.push_back(
          {file.path, 1, "the next migration is number " + number + ", each number stands once"});
    }
    ++expected;
  }
}

constexpr std::array kRules = {
    Rule{"include_arrow", include_arrow},       Rule{"pqxx_outside_store", pqxx_outside_store},
    Rule{"impure_domain", impure_domain},       Rule{"not_compiled", not_compiled},
    Rule{"unused_header", unused_header},       Rule{"header_start", header_start},
    Rule{"migration_number", migration_number},
};

}  // namespace

std::span<const Rule> room_rules() { return kRules; }

}  // namespace bccid::tidy
