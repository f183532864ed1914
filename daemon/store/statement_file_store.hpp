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

// A statement with what its lines add up to. Where it repeats lines of earlier ones, all of the account's in
// its days count: which of them it had is not kept.
struct StatementFileView {
  std::int64_t row = 0;
  Uuid id;
  std::string bank, account;
  Day from{}, to{};
  std::optional<Money> opening, closing;  // a notification has none
  std::int64_t lines = 0, fresh_lines = 0;
  Time imported_at{};
  std::string imported_by;
  std::int64_t matched_lines = 0, open_lines = 0;
  Money matched, open;
  Money ended;  // in no match, and no break of theirs is open
};

struct StatementFileFilter {
  std::string_view agency;   // only statements of its account; empty: all
  std::string_view account;  // empty: all
  std::int64_t before = 0;   // only rows below
  std::size_t limit = 0;
};
// The newest first.
std::vector<StatementFileView> list_statement_files(sql::Tx& tx, const StatementFileFilter& filter);

}  // namespace bccid
