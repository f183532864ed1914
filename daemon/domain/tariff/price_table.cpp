#include "domain/tariff/price_table.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <set>

namespace bccid {
namespace {

constexpr int kFurther = 500;
constexpr std::string_view kFurtherText = "+500";
constexpr std::string_view kAnyWeight = "any";
constexpr Money kPriceMax{1'000'000};  // a postage beyond it is a slip of the pen

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, value);
  if (text.empty() || read.ec != std::errc{} || read.ptr != end) return std::nullopt;
  return value;
}

template <class Enum>
std::string choices() {
  std::string out;
  for (const auto text : EnumNames<Enum>::kNames) out += (out.empty() ? "" : ", ") + std::string(text);
  return out;
}

const PriceRow::Step* step_for(const PriceRow& row, int grams) {
  const auto found =
      std::ranges::find_if(row.steps, [&](const PriceRow::Step& step) { return grams <= step.up_to_g; });
  return found == row.steps.end() ? nullptr : &*found;
}

}  // namespace

class PriceTableReader {
 public:
  PriceTableReader(const CsvTable& csv, std::string_view price_column) : csv_(csv), column_(price_column) {}

  Input<PriceTable> read() {
    for (const auto* name : {"leg", "zone", "weight_step_g"}) need_column(name);
    need_column(column_);
    if (!errors_.empty()) return InputFailure(std::move(errors_));
    for (std::size_t row = 0; row < csv_.size(); ++row) read_row(row);
    for (auto& [key, prices] : table_.rows_) finish(key, prices);
    if (csv_.size() == 0) complain(Errc::missing_field, 1, "the table has no prices", "Add a line for each.");
    if (!errors_.empty()) return InputFailure(std::move(errors_));
    return std::move(table_);
  }

 private:
  void complain(Errc code, std::size_t line, std::string detail, std::string hint) {
    errors_.emplace_back(code, "/line/" + std::to_string(line), std::move(detail), std::move(hint));
  }

  void need_column(std::string_view name) {
    if (!csv_.has(name))
      complain(Errc::missing_field, 1, "the column " + std::string(name) + " is missing",
               "The header is leg,zone,weight_step_g," + std::string(column_) + ".");
  }

  template <class Enum>
  std::optional<Enum> word(std::size_t row, const char* column) {
    const auto& text = csv_.at(row, column);
    const auto found = from_name<Enum>(text);
    if (!found)
      complain(Errc::invalid_field, csv_.line(row),
               std::string(column) + " \"" + shown(text) + "\" is not known",
               "Use one of: " + choices<Enum>() + ".");
    return found;
  }

  void read_row(std::size_t row) {
    const auto leg = word<PostageLeg>(row, "leg");
    const auto zone = word<Zone>(row, "zone");
    const auto price = read_price(row);
    if (leg && zone && price) put(row, table_.rows_[{*leg, *zone}], *price);
  }

  std::optional<Money> read_price(std::size_t row) {
    const auto& text = csv_.at(row, column_);
    const auto price = parse_money(text);
    if (price && *price >= Money{} && *price <= kPriceMax) return *price;
    complain(Errc::invalid_field, csv_.line(row), "the price \"" + shown(text) + "\" is not an amount",
             "Write whole đồng from 0 to " + kPriceMax.to_text() + ".");
    return std::nullopt;
  }

  void put(std::size_t row, PriceRow& prices, Money price) {
    const auto& text = csv_.at(row, "weight_step_g");
    const auto line = csv_.line(row);
    if (text == kFurtherText) {
      if (prices.further) complain_twice(line, prices.further->line);
      prices.further = PriceRow::Step{kFurther, price, line};
      return;
    }
    const auto grams = text == kAnyWeight ? kWeightMax : whole_number(text).value_or(0);
    if (grams < 1 || grams > kWeightMax) {
      complain(Errc::invalid_field, line, "the weight step \"" + shown(text) + "\" is not known",
               "Write the most grams that the price covers, 1 to " + std::to_string(kWeightMax) +
                   ", +500 for each further 500 g, or any.");
      return;
    }
    for (const auto& step : prices.steps)
      if (step.up_to_g == grams) complain_twice(line, step.line);
    prices.steps.push_back({grams, price, line});
  }

  void complain_twice(std::size_t line, std::size_t first) {
    complain(Errc::duplicate, line, "the same leg, zone and weight step as in line " + std::to_string(first),
             "Remove one of them.");
  }

  void finish(const std::pair<PostageLeg, Zone>& key, PriceRow& prices) {
    std::ranges::sort(prices.steps, {}, &PriceRow::Step::up_to_g);
    if (prices.steps.empty() && prices.further)
      complain(Errc::missing_field, prices.further->line,
               "further weight is priced for " + std::string(name(key.first)) + " in " +
                   std::string(name(key.second)) + ", but no first step",
               "Add the price of the first step.");
  }

  const CsvTable& csv_;
  std::string_view column_;
  PriceTable table_;
  std::vector<FieldError> errors_;
};

Input<PriceTable> PriceTable::parse(std::string_view csv, std::string_view price_column) {
  const auto table = CsvTable::parse(csv);
  if (!table) {
    std::vector<FieldError> errors;
    errors.emplace_back(table.error().code, "", table.error().detail, table.error().hint);
    return InputFailure(std::move(errors));
  }
  return PriceTableReader(*table, price_column).read();
}

std::optional<Price> PriceTable::price(PostageLeg leg, Zone zone, int grams) const {
  const auto found = rows_.find({leg, zone});
  if (found == rows_.end() || grams < 1 || grams > kWeightMax) return std::nullopt;
  const auto& row = found->second;
  if (const auto* step = step_for(row, grams)) {
    const bool any = step->up_to_g == kWeightMax;
    return Price{step->price, any ? "any weight" : "up to " + std::to_string(step->up_to_g) + " g",
                 step->line};
  }
  if (!row.further) return std::nullopt;
  const auto& last = row.steps.back();
  const int begun = (grams - last.up_to_g + kFurther - 1) / kFurther;
  return Price{last.price + Money(row.further->price.dong() * begun),
               "up to " + std::to_string(last.up_to_g) + " g and " + std::to_string(begun) + " further 500 g",
               row.further->line};
}

std::vector<int> PriceTable::changes(PostageLeg leg, Zone zone) const {
  const auto found = rows_.find({leg, zone});
  if (found == rows_.end()) return {};
  std::vector<int> least;
  int next = 1;
  for (const auto& step : found->second.steps) {
    least.push_back(next);
    next = step.up_to_g + 1;
  }
  if (found->second.further)
    for (; next <= kWeightMax; next += kFurther) least.push_back(next);
  return least;
}

std::vector<std::pair<PostageLeg, Zone>> PriceTable::rows() const {
  std::vector<std::pair<PostageLeg, Zone>> keys;
  for (const auto& [key, row] : rows_) keys.push_back(key);
  return keys;
}

namespace {

std::optional<Money> ceiling_of(const PriceTable& ceiling, PostageLeg leg, Zone zone, int grams) {
  if (leg != PostageLeg::both) {
    const auto price = ceiling.price(leg, zone, grams);
    return price ? std::optional(price->amount) : std::nullopt;
  }
  const auto there = ceiling.price(PostageLeg::receipt, zone, grams);
  const auto back = ceiling.price(PostageLeg::result, zone, grams);
  return there && back ? std::optional(there->amount + back->amount) : std::nullopt;
}

}  // namespace

std::vector<CeilingBreach> above_ceiling(const PriceTable& contract, const PriceTable& ceiling) {
  std::vector<CeilingBreach> breaches;
  for (const auto& [leg, zone] : contract.rows()) {
    std::set<std::size_t> named;  // lines
    for (const int grams : contract.changes(leg, zone)) {
      const auto price = contract.price(leg, zone, grams).value();
      const auto limit = ceiling_of(ceiling, leg, zone, grams);
      if (limit && price.amount <= *limit) continue;
      if (named.insert(price.line).second)
        breaches.push_back({leg, zone, grams, price.amount, limit, price.line});
    }
  }
  return breaches;
}

}  // namespace bccid
