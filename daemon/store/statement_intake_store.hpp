#pragma once

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"
#include "store/pq.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// How a statement comes into the books: its lines are staged piece by piece, judged together, and taken over
// or thrown away in the same transaction. The caller holds the reconciliation lock.
namespace bccid {

// For the rest of the transaction.
void allow_long_statements(sql::Tx& tx, std::chrono::milliseconds at_most);

struct KnownStatement {
  Uuid public_id;
  std::size_t lines = 0;
};
std::optional<KnownStatement> find_statement(sql::Tx& tx, const Sha256& sha256);

// Whether statements of it are ours to read: an agency has it, somebody entered it for payment codes (a post
// that has another by now, too: codes on paper still name it), or money was remitted to it.
bool is_fee_account(sql::Tx& tx, std::string_view account);

struct StagedLine {
  std::int64_t seq = 0;  // order in the file
  std::size_t line_no = 0;
  std::string key;     // the same in every file that has the line
  bool named = false;  // the key is the bank's own reference
  std::string entry;   // key of what was booked; that of the line where the line is the whole of it
  bool entry_named = false;
  std::int64_t entry_seq = 0;  // of the entry's first line
  bool placed = false;  // the key is made of the entry's: the same, or with the place among the details
  Day booked_on{};
  Money amount;
  std::string text;
  std::string payer;
  std::string end_to_end;
};
void stage_lines(sql::Tx& tx, std::span<const StagedLine> lines);

// The first lines, `at_most` of them, that say exactly what an earlier line of the file with the same
// reference says.
struct CopiedLine {
  std::size_t line_no = 0;
  std::size_t copy_of = 0;
};
std::vector<CopiedLine> copied_lines(sql::Tx& tx, std::size_t at_most);

// The first entries that the file has twice, at least once in details: the same reference, day and amount.
// Each by its first line.
std::vector<CopiedLine> copied_entries(sql::Tx& tx, std::size_t at_most);

// Lines of the file that share a key are several, which the bank's own total proved: the second one gets
// "#2", and so on, until each key stands there once. One that an earlier file had, by day and amount, keeps
// the key as it is. Where lines are details of entries, the entries go first.
void number_repeated_entries(sql::Tx& tx, std::string_view account);
void number_repeated_keys(sql::Tx& tx, std::string_view account);

// The first lines that came with an earlier file, but with another day or amount.
struct ContradictingLine {
  std::size_t line_no = 0;
  std::string key;  // with the account
  Day known_day{};
  Money known_amount;
};
std::vector<ContradictingLine> contradicting_lines(sql::Tx& tx, std::string_view account,
                                                   std::size_t at_most);

// The first entries that came with an earlier file in other details, and with another day or amount. Without
// `detailed` no staged line is a detail, which saves looking for the wholes of them all.
struct ContradictingEntry {
  std::size_t line_no = 0;  // of its first line
  std::string key;          // with the account
  Money amount;
  std::size_t known_lines = 0;
  Day known_day{};
  Money known_amount;
};
std::vector<ContradictingEntry> contradicting_entries(sql::Tx& tx, std::string_view account, bool detailed,
                                                      std::size_t at_most);

// The first staged lines that no earlier file had, though the lines of the days until `to` that are there
// make the staged statement's closing balance without them: a statement that begins or ends with the same
// balance on the same day brought the same money under other names, as another format of the bank does.
// Where what is new adds up to nothing, only when no staged line is known and each has its like there. A
// statement that dates its opening balance on the day before its first line is compared from that line's day
// as well.
struct SameMoney {
  std::size_t line_no = 0;
  Day booked_on{};
  Money amount;
};
struct StagedBalances {
  std::string account;
  Day from{};
  Day to{};
  Money opening;
  Money closing;
};
std::vector<SameMoney> same_money(sql::Tx& tx, const StagedBalances& staged, std::size_t at_most);

// How many of the staged lines no earlier file had, neither by themselves nor as a whole or as details.
std::size_t count_fresh_lines(sql::Tx& tx, std::string_view account);

struct StatementFileRow {
  Uuid public_id;
  Sha256 sha256{};
  std::string bank;
  bool notification = false;  // without balances
  std::string account;
  Day from{};
  Day to{};
  Money opening;
  Money closing;
  std::size_t lines = 0;
  std::size_t fresh_lines = 0;
  std::int64_t first_no = 0;
  std::int64_t last_no = 0;
  std::string actor;
};
// Stores the file with those staged lines that no earlier one had; returns its id.
std::int64_t insert_statement(sql::Tx& tx, const StatementFileRow& file, Time now);

// Takes all staged lines away.
void clear_intake(sql::Tx& tx);

}  // namespace bccid
