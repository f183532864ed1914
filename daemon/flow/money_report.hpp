#pragma once

#include "base/result.hpp"
#include "base/table.hpp"
#include "base/time_text.hpp"
#include "domain/names.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <set>
#include <string>

// What finance reports. Every figure is a sum of postings or of what the books are about, so that reports and
// ledger agree to the dong. Agency systems see their own rows only.
namespace bccid {

// By what a report is broken down, besides the kind of money, which is never summed over.
enum class ReportAxis : std::uint8_t { agency, procedure, office, postman, day };

template <>
struct EnumNames<ReportAxis> {
  static constexpr std::array<std::string_view, 5> kNames{"agency", "procedure", "office", "postman", "day"};
};

struct ReportQuestion {
  Day from{}, to{};  // business days, both included
  std::set<ReportAxis> by = {};
  std::string agency = {};  // empty: all
};

// What moved in the period, by the day on which it happened: raised, waived, collected, handed in, remitted,
// on the statement, settled, refunded, and what came to the accounts without explanation. What was taken back
// is taken off on the day that it was. A cell of an axis is empty where the money is not known to belong to
// one: cash that nobody owed has no procedure, a transfer that differs has no single office.
Table money_report(sql::Tx& tx, const Actor& actor, const ReportQuestion& question);

// What stands still, by the hand that it stands in (due, with the collector, at the office, under way, as an
// open break) and by age. Ages count from when the money was taken, for what is due from when it was raised,
// and for breaks from when the difference arose.
Table ageing_report(sql::Tx& tx, const Actor& actor, const std::string& agency, Time now);

// What applicants were spared in the period, on which grounds and by which table.
Table relief_report(sql::Tx& tx, const Actor& actor, const ReportQuestion& question);

}  // namespace bccid
