#pragma once

#include "paper/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

// A page, upright, in points of 1/72 inch. Office printers cannot print the outermost 6 mm.
struct PageShape {
  double width = 0, height = 0;
  double side = 0, top = 0, bottom = 0;  // margins

  double text_width() const { return width - 2 * side; }
  double text_height() const { return height - top - bottom; }
};
PageShape shape_of(PaperSize size);

enum class TextAlign : std::uint8_t { left, centre, right };
enum class Ink : std::uint8_t { text, quiet, alarm };
enum class RowRule : std::uint8_t { none, thin, strong };

// A paragraph that breaks within its width.
struct PaperCell {
  std::string text = {};
  double x = 0;  // from the left margin
  double width = 0;
  TextAlign align = TextAlign::left;
  double size = 9;
  bool bold = false;
  Ink ink = Ink::text;
};

// A square picture that takes the row's whole height, in the middle of the page.
struct PaperPicture {
  std::string code_text = {};  // of a QR code
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
  std::optional<PaperPicture> picture = {};
  bool keep_with_next = false;
  std::optional<std::size_t> heading = {};  // the row that is repeated above this one on a new page
};

// The document's blocks as rows as wide as its page's text, from top to bottom.
std::vector<PaperRow> rows_of(const Document& document);

}  // namespace bccid
