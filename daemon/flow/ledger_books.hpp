#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domain/ledger/ledger.hpp"
#include "flow/actor.hpp"
#include "flow/page.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reads the books, from a total down to what somebody did. Agency systems see their own accounts only.
namespace bccid {

// Which accounts; what is empty asks for all.
struct BalanceQuestion {
  std::optional<AccountRole> role = {};
  std::optional<ChargeKind> kind = {};
  std::string agency = {};
  std::string holder = {};
  // The books as they stood then: entries that were booked later are left out, whatever day they are about.
  // Books only grow, so an answer about the past never changes.
  std::optional<Time> until = {};
};

struct BalanceView {
  std::string account;  // role/kind/agency/holder
  Money debit;
  Money credit;
};
struct BalanceReport {
  std::vector<BalanceView> accounts;  // by account; those that nothing was booked on are left out
  Money debit, credit;                // sums of these; over all accounts they are equal
};
BalanceReport ledger_balances(sql::Tx& tx, const Actor& actor, const BalanceQuestion& question);

// One side of a journal, with what it is about.
struct PostingView {
  std::int64_t journal = 0;
  std::int64_t line = 0;
  std::string journal_kind;
  std::string account;
  Side side = Side::debit;
  Money amount;
  Time occurred_at{};
  Time booked_at{};
  std::string actor;
  std::string order_number, dossier_code;  // of the charge; empty when there is none
  std::string charge_name;                 // as the receipt says it
  std::optional<std::int64_t> charge;
};

struct PostingPage {
  std::vector<PostingView> items;  // the newest journal first
  std::string next;                // empty on the last page
};
// What was booked on one account, up to `until`. Errors: invalid_field (account, cursor), not_found (nothing
// was ever booked there, or it is another agency's).
Result<PostingPage> find_postings(sql::Tx& tx, const Actor& actor, std::string_view account,
                                  std::optional<Time> until, const PageOf& page);

struct JournalView {
  std::int64_t id = 0;
  std::string kind;
  std::string key;  // what caused it
  Time occurred_at{};
  Time booked_at{};
  std::string actor;
  std::string note;
  std::optional<std::int64_t> reverses, reversed_by;
  std::vector<std::int64_t> reversed_in_part_by;  // of a journal about many matches: those that were undone
  std::vector<PostingView> postings;  // an agency's system sees its own; they balance for themselves
};
// Errors: not_found.
Result<JournalView> find_journal(sql::Tx& tx, const Actor& actor, std::int64_t id);

}  // namespace bccid
