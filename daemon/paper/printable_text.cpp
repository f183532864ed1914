#include "paper/printable_text.hpp"

#include "base/text.hpp"

#include <glib.h>
#include <pango/pango.h>

#include <array>
#include <cstdio>
#include <memory>

namespace bccid {
namespace {

// Vietnamese needs none in NFC, and no language more than two.
constexpr int kMarksMax = 2;

std::string made_valid(std::string_view text) {
  if (valid_utf8(text)) return std::string(text);
  const std::unique_ptr<gchar, decltype(&g_free)> valid(
      g_utf8_make_valid(text.data(), static_cast<gssize>(text.size())), &g_free);
  return valid.get();
}

bool has_no_shape(gunichar c) {
  switch (g_unichar_type(c)) {
    case G_UNICODE_CONTROL:
    case G_UNICODE_FORMAT:
    case G_UNICODE_UNASSIGNED:
    case G_UNICODE_PRIVATE_USE:
    case G_UNICODE_SURROGATE:
    case G_UNICODE_LINE_SEPARATOR:
    case G_UNICODE_PARAGRAPH_SEPARATOR: return true;
    default: return pango_is_zero_width(c) != FALSE;
  }
}

std::string number_of(gunichar c) {
  std::array<char, 16> text{};
  std::snprintf(text.data(), text.size(), "[U+%04X]", static_cast<unsigned>(c));
  return text.data();
}

}  // namespace

std::string printable_text(std::string_view text, const CanDraw& can_draw) {
  const std::string composed = to_nfc(made_valid(text));
  std::string out;
  int marks = 0;
  const char* const end = composed.data() + composed.size();
  for (const char* at = composed.data(); at < end;) {
    const gunichar c = g_utf8_get_char(at);
    const char* const next = g_utf8_next_char(at);
    marks = g_unichar_ismark(c) ? marks + 1 : 0;
    if (has_no_shape(c) || marks > kMarksMax || !can_draw(static_cast<char32_t>(c)))
      out += number_of(c);
    else
      out.append(at, next);
    at = next;
  }
  return out;
}

}  // namespace bccid
