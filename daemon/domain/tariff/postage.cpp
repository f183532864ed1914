#include "domain/tariff/postage.hpp"

#include <algorithm>
#include <utility>

namespace bccid {
namespace {

constexpr std::int64_t kWhole = 10'000;  // basis points

// Half up, for amounts that are not negative.
Money share(Money amount, std::int64_t part, std::int64_t whole) {
  return Money((2 * amount.dong() * part + whole) / (2 * whole));
}

class Quoting {
 public:
  Quoting(const TariffVersion& version, const PostageQuestion& question)
      : version_(version), question_(question), zone_(zone_between(question.citizen, question.agency)) {
    quote_.version = version.id;
  }

  Result<PostageQuote> run() {
    if (!question_.receipt_g && !question_.result_g)
      return Failure(Errc::invalid_field, "neither papers nor a result are carried",
                     "Ask for the receipt, the return or both.");
    for (const auto& grams : {question_.receipt_g, question_.result_g})
      if (grams && (*grams < 1 || *grams > kWeightMax))
        return Failure(Errc::invalid_field, "a weight of " + std::to_string(*grams) + " g has no price",
                       "Write 1 to " + std::to_string(kWeightMax) + " g.");
    if (const auto priced = price_legs(); !priced) return priced.error();
    reduce();
    forward();
    tax();
    return std::move(quote_);
  }

 private:
  void add(std::string rule, std::string detail, Money amount) {
    quote_.total += amount;
    quote_.lines.push_back({std::move(rule), std::move(detail), amount});
  }

  Status price_legs() {
    if (question_.receipt_g && question_.result_g && version_.prices.has(PostageLeg::both, zone_.zone))
      return price_leg(PostageLeg::both, std::max(*question_.receipt_g, *question_.result_g));
    if (question_.receipt_g)
      if (const auto priced = price_leg(PostageLeg::receipt, *question_.receipt_g); !priced) return priced;
    if (question_.result_g) return price_leg(PostageLeg::result, *question_.result_g);
    return {};
  }

  Status price_leg(PostageLeg leg, int grams) {
    const auto price = version_.prices.price(leg, zone_.zone, grams);
    const std::string zone(name(zone_.zone));
    if (!price)
      return Failure(Errc::not_found,
                     "tariff " + version_.id + " has no price for " + std::string(name(leg)) + " in " + zone +
                         " at " + std::to_string(grams) + " g",
                     "Add the price to a new version of the tariff, or weigh again.");
    add("postage." + std::string(name(leg)), price->cell + ", " + zone + ": " + zone_.why, price->amount);
    return {};
  }

  void reduce() {
    if (quote_.total.zero()) return;
    if (question_.group == PostageGroup::full) add("reduction.full", "100 % of the postage", -quote_.total);
    if (question_.group == PostageGroup::half)
      add("reduction.half", "50 % of the postage", -Money((quote_.total.dong() + 1) / 2));
  }

  void forward() {
    const auto& rule = version_.forwarding;
    if (!rule || question_.forwarded <= Money{} || rule->fee.zero()) return;
    const bool free = question_.forwarded < rule->free_below;
    add("forwarding",
        question_.forwarded.to_text() + (free ? ", free below " + rule->free_below.to_text() : ""),
        free ? Money{} : rule->fee);
  }

  void tax() {
    const std::int64_t rate = version_.vat_basis_points;
    if (version_.vat == VatMode::included) quote_.vat = share(quote_.total, rate, kWhole + rate);
    if (version_.vat != VatMode::added) return;
    quote_.vat = share(quote_.total, rate, kWhole);
    add("vat.added", std::to_string(rate) + " basis points", quote_.vat);
  }

  const TariffVersion& version_;
  const PostageQuestion& question_;
  ZoneFinding zone_;
  PostageQuote quote_;
};

}  // namespace

Result<PostageQuote> quote_postage(const TariffVersion& version, const PostageQuestion& question) {
  return Quoting(version, question).run();
}

}  // namespace bccid
