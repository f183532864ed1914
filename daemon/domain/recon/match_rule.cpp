#include "domain/recon/match_rule.hpp"

#include <array>

namespace bccid {

int weight(MatchRule rule) {
  // The two rules without a name stand close together: where both fit one line, a person chooses.
  static constexpr std::array<int, kCount<MatchRule>> kWeights{100, 100, 95, 90, 60, 60, 100};
  return kWeights.at(static_cast<std::size_t>(rule));
}

}  // namespace bccid
