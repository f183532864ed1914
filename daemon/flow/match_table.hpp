#pragma once

#include "domain/ledger/ledger.hpp"
#include "domain/recon/matcher.hpp"
#include "store/break_store.hpp"
#include "store/match_store.hpp"
#include "store/recon_store.hpp"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace bccid {

// Lines and the remittances that they may be, as they were read, by their names.
class MatchTable {
 public:
  MatchTable(std::vector<OpenLine> lines, std::vector<OpenRemittance> remittances);
  MatchTable(const MatchTable&) = delete;
  MatchTable& operator=(const MatchTable&) = delete;

  const std::vector<OpenLine>& lines() const { return lines_; }
  const std::vector<OpenRemittance>& remittances() const { return remittances_; }

  // Both throw std::out_of_range for what is not on the table.
  const OpenLine& line(const std::string& key) const { return *line_by_key_.at(key); }
  const OpenRemittance& remittance(const std::string& reference) const {
    return *by_reference_.at(reference);
  }

  NewMatch new_match(Match match, Time now) const;
  NewBreak new_break(const Break& found) const;

  // A line in clearing goes under the kind of the remittance that it names, otherwise under fee: nobody
  // knows yet what it is.
  ChargeLine in_clearing(const Break& found) const;

  // A match of this line was undone: it waits in clearing anew.
  void count_undone(const std::string& key);

 private:
  std::vector<OpenLine> lines_;
  std::vector<OpenRemittance> remittances_;
  std::unordered_map<std::string_view, OpenLine*> line_by_key_;
  std::unordered_map<std::string_view, const OpenRemittance*> by_reference_;
};

// Writes into lines what a person took them out of.
void mark_undone_pairs(sql::Tx& tx, std::vector<OpenLine>& lines);

// Whether the break is its line's own, which is in no match then, and not that of a match's difference.
bool of_line(const Break& found);

// The break's key at the place where it is kept: at its line or at its remittance.
BreakKey key_of(const Break& found);

}  // namespace bccid
