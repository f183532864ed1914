#pragma once

#include <functional>
#include <string>
#include <string_view>

namespace bccid {

// Whether the typeface can draw a code point.
using CanDraw = std::function<bool(char32_t)>;

// Anybody's text made fit for paper, in NFC: what has no shape of its own (control characters, direction
// marks, blanks of no width), what the typeface cannot draw, and marks that would pile up on one letter stand
// there by their number, as in "[U+202E]". So nothing on the paper is hidden, nothing turns its neighbours
// round, and nothing is an empty box. Bytes that are no UTF-8 become U+FFFD.
std::string printable_text(std::string_view text, const CanDraw& can_draw);

}  // namespace bccid
