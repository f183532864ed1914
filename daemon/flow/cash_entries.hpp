#pragma once

#include "base/ids.hpp"
#include "domain/ledger/ledger.hpp"
#include "store/ledger_store.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// What everybody owes stands on one receivable account for each agency and kind: who owes it is written on
// the charge, which each of its postings names.
inline const std::string kAnyPayer = "-";

// Most charges that one journal moves; more become several journals ("...#2").
inline constexpr std::size_t kJournalChargesMax = 1500;

// What a break about cash is named after: the event that reported it, and the kind of money.
std::string cash_subject(const Uuid& event, ChargeKind kind);

// Money that exists without anything being owed for it: Dr one account, Cr clearing held for `reason`
// (an order number, a collector), until a person says whose it is.
Journal without_claim(JournalKind kind, AccountRole held_as, const std::string& held_by,
                      const ChargeLine& line, const std::string& reason);

// An entry without postings, to be filled with append().
JournalEntry empty_entry(JournalKind kind, std::string key, Time at, std::string_view actor);

// Fills entries of at most kJournalChargesMax charges under key, key#2, key#3 ...
class EntryChain {
 public:
  EntryChain(JournalKind kind, std::string key, Time at, std::string_view actor);
  void append(const Journal& part, std::optional<std::int64_t> charge);
  // Moves the filled entries behind `all`.
  void finish_into(std::vector<JournalEntry>& all);

 private:
  JournalKind kind_;
  std::string key_;
  Time at_;
  std::string actor_;
  std::vector<JournalEntry> entries_;
};

}  // namespace bccid
