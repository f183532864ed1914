#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"
#include "domain/ledger/account.hpp"
#include "domain/recon/matcher.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bccid {

// Lets one transaction at a time import or reconcile; the next one then sees what this one did.
void lock_reconciliation(sql::Tx& tx);

// Keeps PostgreSQL from reading whole tables until the transaction ends. A run asks for some thousand rows
// again and again; while the tables are small a plan that reads them whole looks cheaper each time, and they
// grow under it.
void read_by_index(sql::Tx& tx);

struct OpenLine {
  CreditLine line;     // its id is the line key
  std::string agency;  // whose account it came to; of several, the first by code
  std::int64_t id = 0;
  std::int64_t file = 0;
  std::int64_t match = 0;  // the number of the live match that it is in; 0: none
  bool fixed = false;  // a person matched it, its period is closed, or it is out of play: no rule touches it
  std::size_t undone = 0;    // how often it was taken out of a match, or made whole again after a split
  bool part = false;         // of a line that was split
  bool out_of_play = false;  // it is split, or a part of a line that is whole again
  bool fresh = false;        // no run has seen it: it has neither a break nor a journal
};

// These lines, matched or not, sorted by key.
std::vector<OpenLine> lines_by_id(sql::Tx& tx, std::span<const std::int64_t> ids);

// What says of a line which remittances it names and what it may pay: its texts, key, day and amount, and
// whether it is a part.
std::vector<OpenLine> line_texts(sql::Tx& tx, std::span<const std::int64_t> ids);

// At most `limit` lines of a file after the one of id `after`, in their order.
std::vector<std::int64_t> file_line_ids(sql::Tx& tx, std::int64_t file, std::int64_t after,
                                        std::size_t limit);
std::string account_of_file(sql::Tx& tx, std::int64_t file);

// Accounts and the ids of their lines that nothing explains yet: their own break is open. Of one account, or
// of all (nothing given).
using LinesByAccount = std::map<std::string, std::vector<std::int64_t>>;
LinesByAccount unexplained_lines(sql::Tx& tx, const std::optional<std::string>& account);

// Every account on which a remittance is awaited.
std::vector<std::string> awaiting_accounts(sql::Tx& tx);

struct OpenRemittance {
  ExpectedCredit credit;  // met: by whatever match
  std::string agency;
  ChargeKind kind = ChargeKind::fee;
  Time sent_at{};
  std::int64_t id = 0;
  std::int64_t match = 0;  // the number of the live match that it is in; 0: none
  bool fixed = false;      // a person made that match, or its period is closed: no rule takes it back
};

// These, met or not, sorted by reference.
std::vector<OpenRemittance> remittances_of(sql::Tx& tx, const std::vector<std::string>& references);
std::vector<OpenRemittance> remittances_by_id(sql::Tx& tx, std::span<const std::int64_t> ids);

struct DaySpan {
  Day first{};
  Day last{};
};
// Those of an account that have met no line and were sent on one of these days, by reference. The spans do
// not overlap.
std::vector<OpenRemittance> awaited_remittances(sql::Tx& tx, std::string_view account,
                                                std::span<const DaySpan> days);

// Closes parcels that are proved and whose money is settled, waived or given back; the post's own postage
// has arrived when it is handed in. Skips parcels that somebody is scanning now: the next run takes them.
std::size_t close_settled_parcels(sql::Tx& tx);

// The way back, for the parcels whose charges these remittances hold: their money is open again.
void reopen_parcels_of(sql::Tx& tx, const std::vector<std::string>& references);

}  // namespace bccid
