#pragma once

#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time_text.hpp"
#include "domain/names.hpp"
#include "domain/tariff/price_table.hpp"
#include "domain/tariff/zone.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

// Whether the prices of a version hold the value-added tax. That the public postal service is exempt is not
// verified, so each version says it.
enum class VatMode : std::uint8_t {
  exempt,
  included,  // a part of the price
  added,     // on top of it
};

template <>
struct EnumNames<VatMode> {
  static constexpr std::array<std::string_view, 3> kNames{"exempt", "included", "added"};
};

// Who pays less (TT 22/2017/TT-BTTTT, QĐ 45/2016): everything is waived for the mothers of heroes and those
// of the revolution before 19/8/1945, half for war invalids, families of the fallen, poor households and
// others.
enum class PostageGroup : std::uint8_t { none, half, full };

template <>
struct EnumNames<PostageGroup> {
  static constexpr std::array<std::string_view, 3> kNames{"none", "half", "full"};
};

// Handing an agency's fees on ("chuyển nộp phí, lệ phí"): a price of the contract, of which the ceiling says
// nothing.
struct ForwardingPrice {
  Money fee;
  Money free_below;  // smaller sums are handed on for nothing
};

// The prices that hold from one day to another, as they were agreed.
struct TariffVersion {
  std::string id;  // "DT-2026-1"
  Day valid_from{};
  std::optional<Day> valid_to;  // the last day; open when nothing
  VatMode vat = VatMode::exempt;
  int vat_basis_points = 0;  // 800 is 8 %
  std::optional<ForwardingPrice> forwarding;
  PriceTable prices;

  bool holds_on(Day day) const { return valid_from <= day && (!valid_to || day <= *valid_to); }
};

struct PostageQuestion {
  std::optional<int>
      receipt_g;  // weight of the papers to the agency; nothing when the post does not fetch them
  std::optional<int> result_g;  // weight of the result to the citizen
  TariffPlace citizen, agency;
  PostageGroup group = PostageGroup::none;
  Money forwarded;  // fees that the post takes for the agency and hands on
};

// One line of a price: the rule that gave it, and what the rule looked at.
struct QuoteLine {
  std::string rule;    // "postage.receipt", "postage.return", "postage.both", "forwarding", "reduction.half",
                       // "reduction.full", "vat.added"
  std::string detail;  // "up to 250 g, inter_district: old districts 815 and 818 of province 82"
  Money amount;        // negative for a reduction
};

struct PostageQuote {
  std::string version;
  std::vector<QuoteLine> lines;
  Money total;  // of the lines: what is paid
  Money vat;    // the tax that is in the total
};

// The price of a journey, line by line; the lines add up to the total. Both legs in one contract price are
// priced at the heavier one. A reduction is of the legs, not of the forwarding, and rounds in the citizen's
// favour; tax rounds half up. Errors: invalid_field (no leg, or a weight out of 1 to kWeightMax), not_found
// (the version has no price for this leg, zone and weight; HINT says which).
Result<PostageQuote> quote_postage(const TariffVersion& version, const PostageQuestion& question);

}  // namespace bccid
