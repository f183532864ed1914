#pragma once

#include "domain/recon/matcher.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bccid {

enum class CandidateClass : std::uint8_t {
  sure,      // named, and the sum agrees
  possible,  // the sum agrees, or it is named among others
  differs,   // matched, it leaves a short or an over break
};

template <>
struct EnumNames<CandidateClass> {
  static constexpr std::array<std::string_view, 3> kNames{"sure", "possible", "differs"};
};

// What a line may be, shown to a person with the reasons for and against it.
struct LineCandidate {
  std::vector<std::string> references;  // sorted; several: all of them together
  CandidateClass kind = CandidateClass::possible;
  int score = 0;
  Money difference;          // line less remittances
  bool named = false;        // in the transfer's text or as its end-to-end id
  int days = 0;              // from the last sending to the booking; negative: booked before it was sent
  std::optional<int> payer;  // likeness to the post's names, 0 to 100
  bool refused = false;      // a person took this pair apart once
  bool operator==(const LineCandidate&) const = default;
};

inline constexpr std::size_t kCandidatesMax = 10;
inline constexpr int kCandidateDaysMax = 31;  // further from its sending only a named one is shown

// An unnamed one whose amount differs by more than this part of the line's is not shown.
inline constexpr std::int64_t kCandidateAmountPart = 10;

// The best first, at most kCandidatesMax: what the text names, alone and together; equal amounts and equal
// sums of a day; then amounts that differ by at most a tenth. Nothing that is met, on another account or for
// money that left. Ties stand in the order of their references.
std::vector<LineCandidate> candidates_of(const CreditLine& line, std::span<const ExpectedCredit> expected,
                                         const MatchSettings& settings);

}  // namespace bccid
