#pragma once

#include "domain/names.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace bccid {

// The five zones of TT 22/2017/TT-BTTTT: nội quận/huyện, liên quận/huyện, and between provinces nội vùng,
// vùng 1 or 3 <-> vùng 2 (cận vùng), vùng 1 <-> vùng 3 (cách vùng).
enum class Zone : std::uint8_t {
  intra_district,
  inter_district,
  same_region,
  adjacent_region,
  far_region,
};

template <>
struct EnumNames<Zone> {
  static constexpr std::array<std::string_view, 5> kNames{
      "intra_district", "inter_district", "inter_province_same_region", "inter_province_adjacent_region",
      "inter_province_far_region"};
};

// What the tariff knows of a commune on a day. Since 1/7/2025 there is no district in law; the tariff still
// tells zones apart by the old one.
struct TariffPlace {
  std::string commune;   // national code of five digits
  std::string province;  // of that day: what a merger joined is one province from then on
  std::string district;  // old code of three digits; empty where none is known
  int region = 0;        // vùng 1 North, 2 Centre, 3 South
};

struct ZoneFinding {
  Zone zone{};
  std::string why;  // "both in district 815", for the explanation of a price
};

// The zone between two places on one day; the direction means nothing. Where a district is not known, only
// the same commune counts as one district, so nobody is charged less than the table says by a gap in it.
ZoneFinding zone_between(const TariffPlace& from, const TariffPlace& to);

}  // namespace bccid
