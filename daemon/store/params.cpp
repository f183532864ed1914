#include "store/params.hpp"

#include "base/digest.hpp"

#include <array>
#include <charconv>

namespace bccid::sql {

void append_text(std::string& out, std::string_view text) { out += text; }

void append_text(std::string& out, std::int64_t number) {
  std::array<char, 24> buffer{};
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number).ptr;
  out.append(buffer.data(), end);
}

void append_text(std::string& out, bool truth) { out += truth ? 't' : 'f'; }

void append_text(std::string& out, Time at) { out += to_rfc3339(at); }

void append_text(std::string& out, const Uuid& id) { out += id.to_text(); }

void append_text(std::string& out, Money amount) { append_text(out, amount.dong()); }

void append_text(std::string& out, Day day) { out += to_text(day); }

Params& Params::add_bytes(std::string_view bytes) {
  return add_bytes(std::span(reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()));
}

Params& Params::add_bytes(std::span<const std::uint8_t> bytes) {
  fresh() = "\\x" + to_hex(bytes);
  return *this;
}

// Always quoted, so that an empty text, the word NULL, blanks, commas and braces need no care.
void Params::append_quoted(std::string& out, std::string_view text) {
  out += '"';
  std::size_t begin = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '"' && text[at] != '\\') continue;
    out.append(text, begin, at - begin);
    out += '\\';
    begin = at;
  }
  out.append(text, begin);
  out += '"';
}

}  // namespace bccid::sql
