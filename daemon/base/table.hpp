#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace bccid {

enum class CellKind : std::uint8_t { text, count, money, day, time };

struct TableColumn {
  std::string id;     // stable, for programs
  std::string title;  // Vietnamese, for people
  CellKind kind = CellKind::text;
  std::vector<std::pair<std::string, std::string>> labels = {};  // what people call a value of it

  // The value as people call it, or as it is where they have no other word for it.
  std::string_view shown(std::string_view value) const {
    for (const auto& [code, label] : labels)
      if (code == value) return label;
    return value;
  }
};

// Nothing, where there is nothing to say.
using TableCell = std::variant<std::monostate, std::string, std::int64_t, Money, Day, Time>;

// Rows of typed cells, before anybody decides whether they become JSON, CSV or a spreadsheet.
struct Table {
  std::string name;   // of a file made of it: ASCII, no suffix
  std::string title;  // Vietnamese
  std::vector<TableColumn> columns;
  std::vector<std::vector<TableCell>> rows;  // each as long as columns, and of their kinds or nothing
};

}  // namespace bccid
