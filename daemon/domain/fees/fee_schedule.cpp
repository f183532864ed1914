#include "domain/fees/fee_schedule.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <map>
#include <set>
#include <tuple>
#include <utility>

namespace bccid {
namespace {

constexpr Money kFeeMax{10'000'000'000};  // as the ledger's charges

// How exactly a rule fits: its case counts more than its channel.
int exactness(const FeeRule& rule) { return (rule.fee_case.empty() ? 0 : 2) + (rule.channel ? 1 : 0); }

bool fits_case(const FeeRule& rule, const FeeQuestion& question) {
  return rule.procedure == question.procedure &&
         (rule.fee_case.empty() || rule.fee_case == question.fee_case);
}

bool fits(const FeeExemption& exemption, const FeeRule& rule, const std::vector<std::string>& groups) {
  return (exemption.procedure.empty() || exemption.procedure == rule.procedure) &&
         (exemption.code.empty() || exemption.code == rule.code) &&
         std::ranges::find(groups, exemption.group) != groups.end();
}

std::string reason_of(const FeeRule& rule) {
  return (rule.fee_case.empty() ? "every case" : "case " + rule.fee_case) +
         (rule.channel ? ", channel " + std::string(name(*rule.channel)) : ", every channel") + ", " +
         rule.basis;
}

}  // namespace

class FeeScheduleReader {
 public:
  explicit FeeScheduleReader(std::string id) { schedule_.id_ = std::move(id); }

  Input<FeeSchedule> read(std::string_view rules, std::string_view exemptions) {
    place_ = "/rules";
    if (const auto table = open(rules, {"procedure", "case", "channel", "kind", "code", "name", "amount_vnd",
                                        "timing", "destination", "basis"}))
      for (std::size_t row = 0; row < table->size(); ++row) read_rule(*table, row);
    if (!exemptions.empty()) read_exemptions(exemptions);
    if (!errors_.empty()) return InputFailure(std::move(errors_));
    return std::move(schedule_);
  }

 private:
  void read_exemptions(std::string_view exemptions) {
    place_ = "/exemptions";
    if (const auto table = open(exemptions, {"group", "procedure", "code", "percent", "basis"}))
      for (std::size_t row = 0; row < table->size(); ++row) read_exemption(*table, row);
  }

  std::optional<CsvTable> open(std::string_view csv, std::initializer_list<const char*> columns) {
    auto table = CsvTable::parse(csv);
    if (!table) {
      errors_.emplace_back(table.error().code, place_, table.error().detail, table.error().hint);
      return std::nullopt;
    }
    bool whole = true;
    for (const auto* column : columns) {
      if (table->has(column)) continue;
      complain(Errc::missing_field, 1, "the column " + std::string(column) + " is missing",
               "Every column must be there, also an empty one.");
      whole = false;
    }
    return whole ? std::optional(std::move(*table)) : std::nullopt;
  }

  void complain(Errc code, std::size_t line, std::string detail, std::string hint) {
    errors_.emplace_back(code, place_ + "/line/" + std::to_string(line), std::move(detail), std::move(hint));
  }

  // A cell that must not be empty.
  std::string needed(const CsvTable& table, std::size_t row, const char* column) {
    const std::string text(trim(table.at(row, column)));
    if (text.empty())
      complain(Errc::missing_field, table.line(row), std::string(column) + " is empty", "Fill it in.");
    return text;
  }

  template <class Enum>
  std::optional<Enum> word(const CsvTable& table, std::size_t row, const char* column,
                           const std::string& choices) {
    const auto& text = table.at(row, column);
    const auto found = from_name<Enum>(text);
    if (!found)
      complain(Errc::invalid_field, table.line(row),
               std::string(column) + " \"" + shown(text) + "\" is not known", "Use " + choices + ".");
    return found;
  }

  void read_rule(const CsvTable& table, std::size_t row) {
    FeeRule rule;
    rule.procedure = needed(table, row, "procedure");
    rule.fee_case = trim(table.at(row, "case"));
    if (!table.at(row, "channel").empty())
      rule.channel = word<Channel>(table, row, "channel", "1 (direct), 2 (online), 3 (post) or nothing");
    const auto kind = word<ChargeKind>(table, row, "kind", "fee (phí) or charge (lệ phí)");
    if (kind == ChargeKind::postage)
      complain(Errc::invalid_field, table.line(row), "postage is not a fee of an agency",
               "Put it into the tariff.");
    rule.kind = kind.value_or(ChargeKind::fee);
    rule.code = needed(table, row, "code");
    rule.name = needed(table, row, "name");
    rule.amount = amount_of(table, row);
    rule.timing =
        word<FeeTiming>(table, row, "timing", "1 (on receiving), 2 (on supplement) or 4 (on returning)")
            .value_or(FeeTiming::on_receiving);
    rule.destination = trim(table.at(row, "destination"));
    rule.basis = needed(table, row, "basis");
    const auto [first, fresh] =
        lines_.emplace(std::tuple(rule.procedure, rule.fee_case, rule.channel, rule.code), table.line(row));
    if (!fresh)
      complain(Errc::duplicate, table.line(row),
               "the same procedure, case, channel and code as in line " + std::to_string(first->second),
               "Remove one of them.");
    schedule_.rules_.push_back(std::move(rule));
  }

  Money amount_of(const CsvTable& table, std::size_t row) {
    const auto& text = table.at(row, "amount_vnd");
    const auto amount = parse_money(text);
    if (amount && *amount >= Money{} && *amount <= kFeeMax) return *amount;
    complain(Errc::invalid_field, table.line(row), "the amount \"" + shown(text) + "\" is not one",
             "Write whole đồng from 0 to " + kFeeMax.to_text() + ".");
    return Money{};
  }

  void read_exemption(const CsvTable& table, std::size_t row) {
    FeeExemption exemption;
    exemption.group = needed(table, row, "group");
    exemption.procedure = trim(table.at(row, "procedure"));
    exemption.code = trim(table.at(row, "code"));
    exemption.basis = needed(table, row, "basis");
    const auto& text = table.at(row, "percent");
    const auto* end = text.data() + text.size();
    const auto read = std::from_chars(text.data(), end, exemption.percent);
    if (read.ec != std::errc{} || read.ptr != end || exemption.percent < 1 || exemption.percent > 100)
      complain(Errc::invalid_field, table.line(row), "the percent \"" + shown(text) + "\" is not a share",
               "Write 1 to 100: how much is not paid.");
    schedule_.exemptions_.push_back(std::move(exemption));
  }

  FeeSchedule schedule_;
  std::string place_;
  std::map<std::tuple<std::string, std::string, std::optional<Channel>, std::string>, std::size_t> lines_;
  std::vector<FieldError> errors_;
};

Input<FeeSchedule> FeeSchedule::parse(std::string id, std::string_view rules, std::string_view exemptions) {
  return FeeScheduleReader(std::move(id)).read(rules, exemptions);
}

Money FeeQuote::total() const {
  Money sum;
  for (const auto& line : lines) sum += line.amount;
  return sum;
}

// The rule that counts for each code of the procedure. Errors: not_found.
Result<std::map<std::string, const FeeRule*>> FeeSchedule::choose(const FeeQuestion& question) const {
  std::map<std::string, const FeeRule*> chosen;
  const auto of_procedure = [&](const FeeRule& rule) { return rule.procedure == question.procedure; };
  if (std::ranges::none_of(rules_, of_procedure))
    return Failure(Errc::not_found,
                   "schedule " + id_ + " does not know procedure " + shown(question.procedure),
                   "Add what it costs, with 0 when it is free.");
  bool case_known = question.fee_case.empty();
  for (const auto& rule : rules_) {
    if (!fits_case(rule, question)) continue;
    case_known |= rule.fee_case == question.fee_case;
    auto& best = chosen[rule.code];
    if (rule.channel && *rule.channel != question.channel) continue;
    if (best == nullptr || exactness(rule) > exactness(*best)) best = &rule;
  }
  const auto missing = [](const auto& one) { return one.second == nullptr; };
  if (!case_known || chosen.empty() || std::ranges::any_of(chosen, missing))
    return Failure(Errc::not_found,
                   "schedule " + id_ + " has no amount for procedure " + question.procedure + ", case \"" +
                       shown(question.fee_case) + "\", channel " + std::string(name(question.channel)),
                   "Choose a case of the schedule, or add the line, with 0 when it is free.");
  return chosen;
}

// Of several exemptions the largest.
const FeeExemption* FeeSchedule::exemption_for(const FeeRule& rule, const FeeQuestion& question) const {
  const FeeExemption* largest = nullptr;
  for (const auto& exemption : exemptions_)
    if (fits(exemption, rule, question.groups) &&
        (largest == nullptr || exemption.percent > largest->percent))
      largest = &exemption;
  return largest;
}

Result<FeeQuote> FeeSchedule::quote(const FeeQuestion& question) const {
  const auto chosen = choose(question);
  if (!chosen) return chosen.error();
  FeeQuote quote{id_, {}};
  for (const auto& [code, rule] : *chosen) {
    FeeLine line{rule->kind,   code,         rule->name,   rule->destination,
                 rule->timing, rule->amount, rule->amount, reason_of(*rule)};
    if (const auto* exemption = exemption_for(*rule, question)) {
      line.amount = Money(rule->amount.dong() * (100 - exemption->percent) / 100);
      line.why += "; exempt " + std::to_string(exemption->percent) + " % as " + exemption->group + ", " +
                  exemption->basis;
    }
    quote.lines.push_back(std::move(line));
  }
  return quote;
}

}  // namespace bccid
