#pragma once

#include "flow/collect_cash.hpp"
#include "store/break_store.hpp"
#include "store/charge_store.hpp"
#include "store/ledger_store.hpp"
#include "store/receipt_store.hpp"

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace bccid {

// What a break about too little or too much money for an order is named after.
std::string debt_subject(std::int64_t order_id, ChargeKind kind);
// The key of the journal that books an event's cash.
std::string collected_key(const Uuid& event);

// Decides what cash pays, over charges that are locked, and keeps what must be written.
//
// The lines of a kind are paid in the order of their raising. Cash that ends within a line splits it: a part
// is paid, a part stays due. Cash beyond all lines is nobody's charge: it waits in clearing under the order's
// number and is never remitted to an agency. Both differences are a question to a person.
//
// A payer's own transfer pays the same way, but only lines that go to its account, whose destinations must be
// filled in, and never more than they are.
class CashCollection {
 public:
  // `known`: the keys of journals that are booked already, sorted.
  CashCollection(std::vector<Charge> charges, std::vector<std::string> known);

  // Events are to be given in the order in which they occurred. An event that is booked adds nothing.
  void add(const CashTaken& cash);

  // The parts that the splits need, and, once they are stored, their ids in that order. Before that, entries,
  // charges and receipt lines name parts by negative numbers.
  const std::vector<ChargePart>& parts() const { return parts_; }
  void name_parts(const std::vector<std::int64_t>& ids);

  std::vector<Charge> changed() const;

  std::vector<JournalEntry> entries;
  std::vector<NewBreak> breaks;
  std::vector<BreakEnd> ends;
  std::vector<PaidLine> paid;

 private:
  struct Debt {
    std::vector<Charge*> lines;  // by id; those that are due and those that are paid
    // Of the lines that go to the account; of all of them when it is empty.
    Money due(std::string_view account) const;
    bool somebody_paid() const;
  };

  void add_kind(JournalEntry& entry, const CashTaken& cash, const ChargeLine& line);
  void pay(JournalEntry& entry, const CashTaken& cash, Charge& charge);
  Charge& split(const CashTaken& cash, Debt& debt, std::size_t line, Money amount);
  Charge& add_part(const Charge& whole, Money amount);
  void end_question(std::int64_t order_id, ChargeKind kind);
  void ask_about_surplus(const CashTaken& cash, const ChargeLine& line, Money surplus, BreakType type);
  void ask_for_rest(const CashTaken& cash, const ChargeLine& line, const Debt* debt);

  std::deque<Charge> charges_;  // parts are added while others are pointed at
  std::map<std::pair<std::int64_t, ChargeKind>, Debt> debts_;
  std::vector<std::string> known_;
  std::set<Uuid> seen_;
  std::set<std::int64_t> changed_;
  std::vector<ChargePart> parts_;
};

}  // namespace bccid
