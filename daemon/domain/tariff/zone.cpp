#include "domain/tariff/zone.hpp"

#include <cstdlib>

namespace bccid {
namespace {

ZoneFinding within_province(const TariffPlace& from, const TariffPlace& to) {
  if (from.commune == to.commune) return {Zone::intra_district, "both in commune " + from.commune};
  if (from.district.empty() || to.district.empty()) {
    const auto& unknown = from.district.empty() ? from : to;
    return {Zone::inter_district, "commune " + unknown.commune + " has no known old district"};
  }
  if (from.district == to.district) return {Zone::intra_district, "both in old district " + from.district};
  return {Zone::inter_district,
          "old districts " + from.district + " and " + to.district + " of province " + from.province};
}

}  // namespace

ZoneFinding zone_between(const TariffPlace& from, const TariffPlace& to) {
  if (from.province == to.province) return within_province(from, to);
  const int distance = std::abs(from.region - to.region);
  const Zone zone = distance == 0   ? Zone::same_region
                    : distance == 1 ? Zone::adjacent_region
                                    : Zone::far_region;
  return {zone, "province " + from.province + " of region " + std::to_string(from.region) + " and province " +
                    to.province + " of region " + std::to_string(to.region)};
}

}  // namespace bccid
