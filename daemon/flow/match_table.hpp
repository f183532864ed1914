#pragma once

#include "domain/ledger/ledger.hpp"
#include "domain/recon/matcher.hpp"
#include "flow/reconcile.hpp"
#include "store/break_store.hpp"
#include "store/recon_store.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

// What is on the table of one run: lines that are in no match, and the remittances that they may be.
class MatchTable {
 public:
  MatchTable(std::vector<OpenLine> lines, std::vector<OpenRemittance> remittances);
  MatchTable(const MatchTable&) = delete;
  MatchTable& operator=(const MatchTable&) = delete;

  // Each account is matched by itself: a reference named on another agency's account is a stranger there.
  MatchResult match(Time now, const ReconRules& rules) const;

  // Both throw std::out_of_range for what is not on the table.
  const OpenLine& line(const std::string& key) const { return *line_by_key_.at(key); }
  const OpenRemittance& remittance(const std::string& reference) const {
    return *by_reference_.at(reference);
  }

  NewBreak new_break(const Break& found) const;

  // A line in clearing goes under the kind of the remittance that it names, otherwise under fee: nobody
  // knows yet what it is.
  ChargeLine in_clearing(const Break& found) const;

 private:
  bool still_missing(const Break& found) const;

  std::vector<OpenLine> lines_;
  std::vector<OpenRemittance> remittances_;
  std::map<std::string, const OpenLine*> line_by_key_;
  std::map<std::string, const OpenRemittance*> by_reference_;
};

// The lines of `file`, those that were `freed` and the older ones that nothing explains yet, without the
// pairs that a person took apart.
MatchTable lay_table(sql::Tx& tx, std::optional<std::int64_t> file, const std::vector<std::string>& freed);

// Writes into lines that are in no match what a person took them out of.
void mark_undone_pairs(sql::Tx& tx, std::vector<OpenLine>& lines);

// The break's key at the place where it is kept: at its line or at its remittance.
BreakKey key_of(const Break& found);

}  // namespace bccid
