#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "domain/ledger/ledger.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bccid {

// A journal as its rows need it: the entry itself and who and what it belongs to.
struct JournalEntry {
  Journal journal;
  std::vector<std::optional<std::int64_t>> charges;  // one for each posting; empty: none of them has a charge
  Time occurred_at{};
  std::string actor;
  std::string note;
  std::optional<std::int64_t> reverses;  // id of the journal that a reversal takes back
  std::optional<Uuid> part = {};         // the match whose part of that journal it is; empty: all of it

  // Puts another journal's postings behind these, all of them for one charge (or none).
  void append(const Journal& other, std::optional<std::int64_t> charge);
};

// Books entries in the order given, with their accounts made where they are new: two statements whatever
// the number of entries. A key that is booked already is left alone, also when it comes twice in one call.
// Returns the keys that were booked now, sorted. Throws std::logic_error for an entry that check() refuses:
// nobody outside can cause that.
std::vector<std::string> book(sql::Tx& tx, std::span<const JournalEntry> entries);

// The ids of the journals that are booked under these keys.
std::map<std::string, std::int64_t> journal_ids(sql::Tx& tx, const std::vector<std::string>& keys);

// Which of these keys are booked already, sorted.
std::vector<std::string> booked_keys(sql::Tx& tx, const std::vector<std::string>& keys);

struct StoredPosting {
  std::int64_t account_id = 0;
  Posting posting;
  std::optional<std::int64_t> charge_id;
};

struct StoredJournal {
  std::int64_t id = 0;
  std::string key;
  JournalKind kind = JournalKind::charge_raised;
  std::vector<StoredPosting> postings;
};

// The keys of the journals of a kind that name one of these charges, sorted.
std::vector<std::string> journal_keys_of(sql::Tx& tx, JournalKind kind,
                                         const std::vector<std::int64_t>& charges);

// Reads journals that no reversal has taken back yet, by key, sorted by id.
std::vector<StoredJournal> unreversed_journals(sql::Tx& tx, const std::vector<std::string>& keys);

// Those of the journals with these keys that put cash without a charge into a collector's hand and were
// followed by a hand-in of it.
std::vector<std::int64_t> counted_journals(sql::Tx& tx, const std::vector<std::string>& keys);

// The opposite of a stored journal, under the key "reversal:<its key>".
JournalEntry reversal_of(const StoredJournal& original, Time at, std::string actor, std::string note);

// Money that stands on an account without belonging to a charge.
struct LooseMoney {
  std::int64_t account_id = 0;
  Account account;
  Money amount;
};

// Keeps everybody else from moving money off these collectors' cash accounts until the transaction ends;
// new cash still comes in.
void lock_cash_of(sql::Tx& tx, const std::vector<std::string>& collectors);

// What the collectors hold without a charge: double payments and cash that was not due. Call it with the
// accounts locked. Sorted by account key; zero amounts are left out.
std::vector<LooseMoney> loose_cash_of(sql::Tx& tx, const std::vector<std::string>& collectors);

// What stands on one account without a charge, which nobody else can take off it until the transaction ends.
Money lock_loose_money(sql::Tx& tx, const Account& account);

}  // namespace bccid
