#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "domain/ledger/ledger.hpp"
#include "store/ledger_store.hpp"

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid {

// What one match moves, whoever tells it: the table on which it was made, or the rows by which it is taken
// back.
struct MatchMoney {
  struct Awaited {
    std::string reference;
    ChargeLine due;
  };
  std::string account;       // that its lines are on
  std::vector<Money> lines;  // what each brought
  std::vector<Awaited> remittances;
  Money adjusted;        // the difference, where it is taken for settled
  bool settles = false;  // the agency agrees that the money is its own
};

// Line by line and remittance by remittance: of one line with several each remittance is a share of it, of
// several lines with one each line.
Journal arrived_with(const MatchMoney& money);
// Without postings where nothing is adjusted.
Journal adjusted_with(const MatchMoney& money);
// Without postings where the match does not settle.
Journal settled_with(const MatchMoney& money);

// The key under which a booking keeps its journal of a kind.
std::string booking_key(JournalKind kind, const Uuid& booking);

// Books matches of one moment together: a journal says in one posting what an account's day brought, and in
// one for each remittance what it was. A thousand matches are two or three journals then, and each can still
// be taken out by a reversal of its part.
class MatchJournals {
 public:
  explicit MatchJournals(std::string_view actor) : actor_(actor) {}

  // The booking that the match belongs to: the first match of its journals.
  Uuid add(const Uuid& match, Time at, const MatchMoney& money);
  // Moves the filled journals behind `all`.
  void finish_into(std::vector<JournalEntry>& all);

 private:
  struct Booking {
    Uuid id;
    Money sum;
    JournalEntry arrived, adjusted, owned;
    std::map<std::pair<Account, Side>, std::size_t> shared_arrived, shared_adjusted, shared_owned;
  };
  Booking& booking_for(const Uuid& match, Time at, const MatchMoney& money);

  std::string actor_;
  std::vector<Booking> bookings_;
  std::map<std::pair<Time, std::string>, std::size_t> open_;  // by moment and account: the one to add to
};

}  // namespace bccid
