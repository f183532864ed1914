#include "flow/name_groups.hpp"

#include <algorithm>
#include <unordered_map>
#include <unordered_set>

namespace bccid {
namespace {

// Which lines hang together: each line under the first of its group.
class Groups {
 public:
  std::int64_t first_of(std::int64_t line) {
    auto& above = above_.try_emplace(line, line).first->second;
    if (above == line) return line;
    return above = first_of(above);
  }
  void join(std::int64_t one, std::int64_t other) {
    const auto left = first_of(one), right = first_of(other);
    above_[std::max(left, right)] = std::min(left, right);
  }

 private:
  std::unordered_map<std::int64_t, std::int64_t> above_;
};

// All names that can be reached from the lines.
std::vector<LineName> reachable(sql::Tx& tx, std::span<const std::int64_t> chunk) {
  std::vector<LineName> all;
  std::unordered_set<std::int64_t> lines(chunk.begin(), chunk.end()), remittances;
  std::vector<std::int64_t> next(chunk.begin(), chunk.end());
  while (!next.empty()) {
    std::vector<std::int64_t> named;
    for (const auto& name : names_of_lines(tx, next))
      if (remittances.insert(name.remittance).second) named.push_back(name.remittance);
    next.clear();
    for (const auto& name : names_of_remittances(tx, named)) {
      all.push_back(name);
      if (lines.insert(name.line).second) next.push_back(name.line);
    }
  }
  return all;
}

void sort_once(std::vector<std::int64_t>& ids) {
  std::ranges::sort(ids);
  const auto repeated = std::ranges::unique(ids);
  ids.erase(repeated.begin(), repeated.end());
}

}  // namespace

NameGroup name_group(sql::Tx& tx, std::span<const std::int64_t> ids, std::span<const std::int64_t> chunk) {
  const auto names = reachable(tx, chunk);
  Groups groups;
  std::unordered_map<std::int64_t, std::int64_t> first_namer;
  for (const auto& name : names)
    groups.join(name.line, first_namer.try_emplace(name.remittance, name.line).first->second);
  std::unordered_set<std::int64_t> done, naming;
  for (const auto& name : names) {
    naming.insert(name.line);
    if (name.line < chunk.front() && std::ranges::binary_search(ids, name.line))
      done.insert(groups.first_of(name.line));
  }
  NameGroup group;
  for (const auto& name : names) {
    if (done.contains(groups.first_of(name.line))) continue;
    group.lines.push_back(name.line);
    group.remittances.push_back(name.remittance);
  }
  sort_once(group.lines);
  sort_once(group.remittances);
  for (const auto id : chunk)
    if (!naming.contains(id)) group.nameless.push_back(id);
  return group;
}

}  // namespace bccid
