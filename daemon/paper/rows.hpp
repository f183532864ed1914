#pragma once

#include "paper/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

// A5, upright, in points of 1/72 inch. Office printers cannot print the outermost 6 mm.
inline constexpr double kPaperWidth = 419.53;
inline constexpr double kPaperHeight = 595.28;
inline constexpr double kMarginSide = 36;
inline constexpr double kMarginTop = 34;
inline constexpr double kMarginBottom = 48;
inline constexpr double kTextWidth = kPaperWidth - 2 * kMarginSide;
inline constexpr double kTextHeight = kPaperHeight - kMarginTop - kMarginBottom;

enum class TextAlign : std::uint8_t { left, centre, right };
enum class Ink : std::uint8_t { text, quiet, alarm };
enum class RowRule : std::uint8_t { none, thin, strong };

// A paragraph that breaks within its width.
struct PaperCell {
  std::string text = {};
  double x = 0;  // from the left margin
  double width = kTextWidth;
  TextAlign align = TextAlign::left;
  double size = 9;
  bool bold = false;
  Ink ink = Ink::text;
};

// Cells side by side on common base lines.
struct PaperRow {
  std::vector<PaperCell> cells = {};
  double pitch = 13.5;
  double before = 0;
  double after = 0;
  RowRule above = RowRule::none;
  RowRule below = RowRule::none;
  std::optional<Ink> bar = {};  // upright, at the left edge
  bool keep_with_next = false;
  std::optional<std::size_t> heading = {};  // the row that is repeated above this one on a new page
};

// The document's blocks as rows, from top to bottom.
std::vector<PaperRow> rows_of(const Document& document);

}  // namespace bccid
