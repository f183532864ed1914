#pragma once

#include "base/input_failure.hpp"
#include "base/money.hpp"
#include "domain/names.hpp"
#include "domain/tariff/zone.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid {

// What is carried: the papers to the agency, the result to the citizen, or both for one price, as some
// contracts have it.
enum class PostageLeg : std::uint8_t { receipt, result, both };

template <>
struct EnumNames<PostageLeg> {
  static constexpr std::array<std::string_view, 3> kNames{"receipt", "return", "both"};
};

// Grams of one item. Heavier things do not travel as a dossier.
inline constexpr int kWeightMax = 30'000;

// The prices of one leg in one zone: up to so many grams each, then an amount for each further 500 g begun.
struct PriceRow {
  struct Step {
    int up_to_g = 0;
    Money price;
    std::size_t line = 0;  // of the file, for what must be said about it
  };
  std::vector<Step> steps;  // by weight, each heavier than the one before
  std::optional<Step> further;
};

// A price and the cell that gave it.
struct Price {
  Money amount;
  std::string cell;  // "up to 250 g", "up to 500 g and 2 further 500 g"
  std::size_t line = 0;
};

class PriceTable {
 public:
  // CSV with the columns leg, zone, weight_step_g and `price_column`. A weight step is the most grams that
  // its price covers ("250"), "+500" for each further 500 g begun, or "any" for one price whatever the
  // weight, up to kWeightMax. Each leg and zone needs a first step before "+500". Errors, all of them at
  // once, with
  // "/line/N" as pointer: malformed, missing_field, invalid_field, duplicate.
  static Input<PriceTable> parse(std::string_view csv, std::string_view price_column);

  // Nothing when the table has no price for this, which is not the same as free. `grams` from 1.
  std::optional<Price> price(PostageLeg leg, Zone zone, int grams) const;
  bool has(PostageLeg leg, Zone zone) const { return rows_.contains({leg, zone}); }

  // The least weights of all steps of a leg and zone: where its price changes.
  std::vector<int> changes(PostageLeg leg, Zone zone) const;
  std::vector<std::pair<PostageLeg, Zone>> rows() const;

 private:
  friend class PriceTableReader;
  std::map<std::pair<PostageLeg, Zone>, PriceRow> rows_;
};

// A price of a contract above what the law allows.
struct CeilingBreach {
  PostageLeg leg{};
  Zone zone{};
  int from_g = 0;  // the least weight at which it shows
  Money price;
  std::optional<Money> ceiling;  // nothing when the law has no price there
  std::size_t line = 0;          // of the contract's cell
};

// Each cell of the contract that is above the ceiling (TT 22/2017 Điều 3: a maximum), once, at the least
// weight where it is. A price for both ways must not be above the two ceilings together.
std::vector<CeilingBreach> above_ceiling(const PriceTable& contract, const PriceTable& ceiling);

}  // namespace bccid
