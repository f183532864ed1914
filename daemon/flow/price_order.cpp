#include "flow/price_order.hpp"

#include "flow/fee_schedules.hpp"
#include "flow/tariffs.hpp"

#include <map>

namespace bccid {
namespace {

Failure at(const Failure& failure, std::string pointer) {
  return Failure(failure.code, failure.detail, failure.hint, std::move(pointer));
}

class Pricing {
 public:
  Pricing(sql::Tx& tx, const OrderWish& wish, const AgencyRow& agency, const PricedBy& by)
      : tx_(tx), wish_(wish), agency_(agency), by_(by) {}

  Status run() {
    if (wish_.price->fees)
      if (auto status = add_fees(); !status) return status;
    if (wish_.price->receipt_g || wish_.price->result_g)
      if (auto status = add_postage(); !status) return status;
    return check_promise();
  }

  PricedOrder priced;

 private:
  Status add_fees() {
    FeeQuestion question;
    question.procedure = wish_.procedure_code;
    question.fee_case = wish_.price->fee_case;
    question.channel = static_cast<Channel>(wish_.channel - 1);
    question.groups = wish_.price->groups;
    const auto quote = quote_fees(tx_, by_.province, by_.day, question);
    if (!quote) return at(quote.error(), "/price");
    for (const auto& line : quote->lines)
      if (line.timing == by_.timing) add_fee(line, "fees:" + quote->version);
    return {};
  }

  void add_fee(const FeeLine& line, const std::string& version) {
    const std::string kind(name(line.kind));
    if (line.amount < line.listed)
      priced.reliefs.push_back(
          {kind, line.code, line.name, line.listed, line.listed - line.amount, line.why, version});
    if (line.amount.zero()) return;
    WantedCharge charge(kind, line.amount, line.code, line.name);
    charge.destination = line.destination;
    charge.version = version;
    charge.rule = line.why;
    forwarded_ += line.amount;
    priced.charges.push_back(std::move(charge));
  }

  Status add_postage() {
    PostageQuestion question;
    question.receipt_g = wish_.price->receipt_g;
    question.result_g = wish_.price->result_g;
    question.group = wish_.price->postage_group;
    question.forwarded = forwarded_;
    const Journey journey{std::string(by_.carrier), by_.day, wish_.citizen.commune_code,
                          agency_.commune_code};
    const auto quote = quote_journey(tx_, journey, question);
    if (!quote)
      return at(quote.error(),
                quote.error().pointer == "/citizen_commune" ? "/citizen/commune_code" : "/price");
    add_postage_line(*quote);
    return {};
  }

  // The post prints one line of cước; how it came about is kept beside it.
  void add_postage_line(const PostageQuote& quote) {
    Money listed, relieved;
    std::string rule, grounds;
    for (const auto& line : quote.lines) {
      const std::string text = line.rule + " " + std::to_string(line.amount.dong()) + ": " + line.detail;
      rule += (rule.empty() ? "" : "; ") + text;
      if (line.amount < Money{}) {
        relieved -= line.amount;
        grounds += (grounds.empty() ? "" : "; ") + line.detail;
      } else {
        listed += line.amount;
      }
    }
    const std::string version = "tariff:" + quote.version;
    if (!relieved.zero())
      priced.reliefs.push_back({"postage", "", "Cước", listed, relieved, grounds, version});
    if (quote.total.zero()) return;
    WantedCharge charge("postage", quote.total, "", "Cước");
    charge.version = version;
    charge.rule = std::move(rule);
    priced.charges.push_back(std::move(charge));
  }

  Status check_promise() const {
    std::map<std::string, Money> promised, found;
    for (const auto& charge : wish_.charges) promised[charge.kind] += charge.amount;
    for (const auto& charge : priced.charges) found[charge.kind] += charge.amount;
    for (const auto& [kind, amount] : promised) {
      if (found[kind] == amount) continue;
      return Failure(
          Errc::conflict,
          "the " + kind + " was promised as " + std::to_string(amount.dong()) + " VND, the tables say " +
              std::to_string(found[kind].dong()) + " VND",
          "Ask the agency which of both the applicant was told; send the order without charges to take "
          "the tables', or without price to take its own.",
          "/charges");
    }
    return {};
  }

  sql::Tx& tx_;
  const OrderWish& wish_;
  const AgencyRow& agency_;
  const PricedBy& by_;
  Money forwarded_;
};

}  // namespace

Result<PricedOrder> price_order(sql::Tx& tx, const OrderWish& wish, const AgencyRow& agency,
                                const PricedBy& by) {
  Pricing pricing(tx, wish, agency, by);
  if (auto status = pricing.run(); !status) return status.error();
  return std::move(pricing.priced);
}

}  // namespace bccid
