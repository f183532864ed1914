#pragma once

#include "base/csv.hpp"
#include "base/result.hpp"
#include "domain/names.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid {

// A finite machine as data: the rows of a CSV file `from,event,to,note`. What has no row is refused.
// Immutable after parsing, so one object serves all threads.
template <Named State, Named Event>
class TransitionTable {
 public:
  struct Move {
    State from;
    State to;
    auto operator<=>(const Move&) const = default;
  };

  // Errors: malformed (not CSV), invalid_field (unknown name), duplicate (two rows for one pair).
  static Result<TransitionTable> parse(std::string_view csv) {
    const auto rows = CsvTable::parse(csv);
    if (!rows) return rows.error();
    TransitionTable table;
    for (std::size_t row = 0; row < rows->size(); ++row) {
      if (auto added = table.add(*rows, row); !added) return added.error();
    }
    if (rows->size() == 0) return Failure(Errc::malformed, "transition table has no rows");
    return table;
  }

  std::optional<State> find(State from, Event event) const { return cell(from, event); }

  // Errors: illegal_move.
  Result<State> next(State from, Event event) const {
    if (const auto to = cell(from, event)) return *to;
    std::string detail = "no move from '";
    detail.append(name(from)).append("' on '").append(name(event)).append("'");
    return Failure(Errc::illegal_move, std::move(detail));
  }

  // Every direct move between two different states, sorted and without repetition.
  std::vector<Move> moves() const {
    std::vector<Move> found;
    for (std::size_t from = 0; from < kCount<State>; ++from) {
      for (const auto& to : cells_[from]) {
        if (to && index_of(*to) != from) found.push_back(Move{static_cast<State>(from), *to});
      }
    }
    std::sort(found.begin(), found.end());
    found.erase(std::unique(found.begin(), found.end()), found.end());
    return found;
  }

 private:
  Status add(const CsvTable& rows, std::size_t row) {
    const auto from = from_name<State>(rows.at(row, "from"));
    const auto event = from_name<Event>(rows.at(row, "event"));
    const auto to = from_name<State>(rows.at(row, "to"));
    const std::string where = "transition table line " + std::to_string(rows.line(row));
    if (!from || !event || !to)
      return Failure(Errc::invalid_field, where + " names an unknown state or event");
    auto& target = cells_[index_of(*from)][index_of(*event)];
    if (target) return Failure(Errc::duplicate, where + " repeats a state and event");
    target = *to;
    return {};
  }

  const std::optional<State>& cell(State from, Event event) const {
    return cells_.at(index_of(from)).at(index_of(event));
  }

  std::array<std::array<std::optional<State>, kCount<Event>>, kCount<State>> cells_{};
};

}  // namespace bccid
