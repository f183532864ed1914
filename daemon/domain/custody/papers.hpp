#pragma once

#include "domain/names.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bccid {

struct Paper {
  std::string title;
  int copies = 1;
};

enum class PaperReason : std::uint8_t { missing, extra, count_differs };

template <>
struct EnumNames<PaperReason> {
  static constexpr std::array<std::string_view, 3> kNames{"paper_missing", "paper_extra",
                                                          "paper_count_differs"};
};

struct PaperDifference {
  PaperReason reason = PaperReason::missing;
  std::string title;
  int wanted = 0;
  int counted = 0;
  bool operator==(const PaperDifference&) const = default;
};

// Compares the counted papers with the list published for the procedure, as the worker and the applicant
// do before sealing (QĐ 45/2016/QĐ-TTg). Titles compare without case, diacritics and repeated blanks;
// repeated titles are summed. Result in the order of the list, then the extras; empty when they agree.
std::vector<PaperDifference> compare_papers(std::span<const Paper> listed, std::span<const Paper> counted);

// A missing paper stops the sealing: the worker must guide the applicant to complete it. An extra one
// never does: it may neither be demanded nor refused.
bool may_seal(std::span<const PaperDifference> differences);

}  // namespace bccid
