#include "domain/custody/papers.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <map>

namespace bccid {
namespace {

std::string comparable(std::string_view title) {
  std::string text;
  for (const char c : fold_diacritics(trim(title))) {
    const bool blank = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (blank && !text.empty() && text.back() == ' ') continue;
    text.push_back(blank ? ' ' : c);
  }
  return text;
}

struct Line {
  std::string title;
  std::size_t position = 0;
  int wanted = 0;
  int counted = 0;
  bool listed = false;
};

using Lines = std::map<std::string, Line>;

Line& line_of(Lines& lines, const Paper& paper) {
  const Line fresh{paper.title, lines.size(), 0, 0, false};
  return lines.emplace(comparable(paper.title), fresh).first->second;
}

PaperReason reason_of(const Line& line) {
  if (!line.listed) return PaperReason::extra;
  return line.counted == 0 ? PaperReason::missing : PaperReason::count_differs;
}

}  // namespace

std::vector<PaperDifference> compare_papers(std::span<const Paper> listed, std::span<const Paper> counted) {
  Lines lines;
  for (const auto& paper : listed) {
    auto& line = line_of(lines, paper);
    line.listed = true;
    line.wanted += paper.copies;
  }
  for (const auto& paper : counted) line_of(lines, paper).counted += paper.copies;

  std::vector<Line> differing;
  for (const auto& [key, line] : lines) {
    if (line.wanted != line.counted) differing.push_back(line);
  }
  std::sort(differing.begin(), differing.end(),
            [](const Line& left, const Line& right) { return left.position < right.position; });
  std::vector<PaperDifference> differences;
  differences.reserve(differing.size());
  for (auto& line : differing) {
    differences.push_back(PaperDifference{reason_of(line), std::move(line.title), line.wanted, line.counted});
  }
  return differences;
}

bool may_seal(std::span<const PaperDifference> differences) {
  return std::none_of(differences.begin(), differences.end(), [](const PaperDifference& difference) {
    return difference.counted < difference.wanted;
  });
}

}  // namespace bccid
