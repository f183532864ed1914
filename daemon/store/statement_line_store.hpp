#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct StatementLineView {
  std::int64_t id = 0;
  std::string account;
  Day booked{};
  Money amount;  // negative: left the account
  std::string text;
  std::string payer;
  std::string end_to_end;
  std::optional<Uuid> match;       // that it is in now
  std::optional<Uuid> open_break;  // its own, while nothing explains it
  std::string break_type;          // of that break; empty without one
  // Grows with every match, undoing, split, joining and end of a break of this line.
  std::int64_t version = 0;
  std::string note, note_by;  // the last comment on that break, and whose it is; empty without one
  std::optional<Time> note_at;
  Uuid statement;                // that brought it
  std::int64_t part_of = 0;      // the line that it is a part of; 0: the bank's own line
  std::string part_note;         // what was said of this part when the line was split
  std::optional<Time> split_at;  // nothing: it is not split now
  std::string split_by, split_note;
};

struct LineFilter {
  std::string_view agency;   // only lines of its account; empty: all
  std::string_view account;  // empty: all
  bool open = true;          // only lines whose own break is open; either way only what is in play
  std::int64_t before = 0;   // only ids below
  std::size_t limit = 0;
};

struct LinePage {
  std::vector<StatementLineView> items;  // the newest first
  std::int64_t next = 0;                 // 0 on the last page
};
LinePage list_lines(sql::Tx& tx, const LineFilter& filter);

// The parts of a line that is split now, in their order; none for any other.
std::vector<StatementLineView> read_parts(sql::Tx& tx, std::int64_t line);

// Nothing when there is none, or none on an account of `agency` (empty: all are shown).
std::optional<StatementLineView> read_line(sql::Tx& tx, std::int64_t id, std::string_view agency);

// The account's balance after this line, or after the one that it is a part of, its statement's lines taken
// by day and then as they came. Where the statement repeats lines of earlier ones, all of the account's in
// its days count. Nothing while only a notification tells of the line.
std::optional<Money> balance_after(sql::Tx& tx, std::int64_t id);

struct LineVersion {
  std::int64_t id = 0;
  std::int64_t version = 0;
};
// Of those of these lines that exist.
std::vector<LineVersion> line_versions(sql::Tx& tx, const std::vector<std::int64_t>& ids);

}  // namespace bccid
