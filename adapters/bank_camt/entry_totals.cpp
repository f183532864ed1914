#include "adapters/bank_camt/entry_totals.hpp"

#include "adapters/bank_camt/values.hpp"
#include "adapters/statement_builder.hpp"
#include "base/text.hpp"

#include <charconv>
#include <stdexcept>

namespace bccid::camt {
namespace {

using bank::refused;

template <class Sums>
void add(Sums& sums, Money value) {
  sums.sum += value;
  ++sums.entries;
}

}  // namespace

Status EntryTotals::told(std::size_t line, std::string_view path, std::string_view text) {
  const auto slash = path.find('/');
  const auto kind = path.substr(0, slash);
  if (slash == path.npos || (kind != "TtlNtries" && kind != "TtlCdtNtries" && kind != "TtlDbtNtries"))
    return {};
  const auto what = path.substr(slash + 1);
  auto& told = told_[std::string(kind)];
  told.line = line;
  if (what == "NbOfNtries") {
    std::int64_t entries = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), entries);
    if (read.ec != std::errc{} || read.ptr != text.data() + text.size() || entries < 0)
      return refused(line, "\"" + shown(text, 30) + "\" is no number of entries");
    told.entries = entries;
  }
  if (what == "Sum") {
    told.sum = read_amount(text);
    if (!told.sum) return refused(line, "\"" + shown(text, 30) + "\" is no amount of whole dong");
  }
  return {};
}

Status EntryTotals::count(std::size_t line, Money value, bool booked) {
  const auto* kind = value < Money{} ? "TtlDbtNtries" : "TtlCdtNtries";
  const auto size = value < Money{} ? -value : value;
  try {
    for (const char* name : {kind, "TtlNtries"}) {
      add(all_[name], size);
      if (booked) add(booked_[name], size);
    }
  } catch (const std::overflow_error&) {
    return refused(line, "the total passes every plausible amount");
  }
  return {};
}

Status EntryTotals::check() const {
  const auto of = [](const auto& sums, const std::string& kind) {
    const auto found = sums.find(kind);
    return found == sums.end() ? Sums{} : found->second;
  };
  for (const auto& [kind, told] : told_) {
    const auto all = of(all_, kind);
    if (told.fits(all) || told.fits(of(booked_, kind))) continue;
    return refused(told.line, kind + " says " + std::to_string(told.entries.value_or(all.entries)) +
                                  " entries of " + told.sum.value_or(all.sum).to_text() + ", there are " +
                                  std::to_string(all.entries) + " of " + all.sum.to_text());
  }
  return {};
}

}  // namespace bccid::camt
