#pragma once

#include "base/money.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace bccid::camt {

// What a message says of all its entries together (TxsSummry), beside what its entries add up to. A
// notification has no balances, and nothing else by which it proves itself.
class EntryTotals {
 public:
  // `path` is below TxsSummry. Errors: statement_refused (no number, no amount).
  Status told(std::size_t line, std::string_view path, std::string_view text);
  // An entry; those that are only announced count for some banks and not for others.
  // Errors: statement_refused (the sum passes every plausible amount).
  Status count(std::size_t line, Money value, bool booked);
  // Errors: statement_refused, when what is told is the sum neither of all entries nor of the booked ones.
  Status check() const;

 private:
  struct Sums {
    std::int64_t entries = 0;
    Money sum;
  };
  struct Told {
    std::size_t line = 0;
    std::optional<std::int64_t> entries;
    std::optional<Money> sum;
    bool fits(const Sums& counted) const {
      return entries.value_or(counted.entries) == counted.entries && sum.value_or(counted.sum) == counted.sum;
    }
  };

  std::map<std::string, Told, std::less<>> told_;  // by TtlNtries, TtlCdtNtries, TtlDbtNtries
  std::map<std::string, Sums, std::less<>> all_, booked_;
};

}  // namespace bccid::camt
