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

namespace {

// Network byte order.
template <class Unsigned>
void append_big_endian(std::string& out, Unsigned value) {
  std::array<char, sizeof(Unsigned)> bytes{};
  for (std::size_t i = 0; i < bytes.size(); ++i)
    bytes[i] = static_cast<char>(value >> (8 * (bytes.size() - 1 - i)) & 0xFF);
  out.append(bytes.data(), bytes.size());
}

void set_big_endian(std::string& out, std::size_t at, std::uint32_t value) {
  std::string bytes;
  append_big_endian(bytes, value);
  out.replace(at, bytes.size(), bytes);
}

constexpr std::chrono::sys_days kEpoch = std::chrono::year(2000) / 1 / 1;  // PostgreSQL's
constexpr std::size_t kFlagsAt = 4, kCountAt = 12;                         // in the head of an array

}  // namespace

// array_recv(): dimensions, has-null flag, element type, then length and lower bound of the dimension.
void Params::begin_array(std::string& out, std::uint32_t type) {
  append_big_endian<std::uint32_t>(out, 1);
  append_big_endian<std::uint32_t>(out, 0);
  append_big_endian<std::uint32_t>(out, type);
  append_big_endian<std::uint32_t>(out, 0);
  append_big_endian<std::uint32_t>(out, 1);
}

// Without elements it has no dimension either.
void Params::end_array(std::string& out, std::uint32_t count, bool with_null) {
  if (count == 0) {
    set_big_endian(out, 0, 0);
    out.resize(kCountAt);
    return;
  }
  set_big_endian(out, kFlagsAt, with_null ? 1 : 0);
  set_big_endian(out, kCountAt, count);
}

void Params::append_binary(std::string& out, std::string_view text) {
  append_big_endian(out, static_cast<std::uint32_t>(text.size()));
  out += text;
}

void Params::append_binary(std::string& out, std::int64_t number) {
  append_big_endian<std::uint32_t>(out, sizeof number);
  append_big_endian(out, static_cast<std::uint64_t>(number));
}

void Params::append_binary(std::string& out, bool truth) {
  append_big_endian<std::uint32_t>(out, 1);
  out += truth ? '\1' : '\0';
}

void Params::append_binary(std::string& out, Time at) {
  append_binary(out,
                std::int64_t{std::chrono::duration_cast<std::chrono::microseconds>(at - kEpoch).count()});
}

void Params::append_binary(std::string& out, const Uuid& id) {
  append_big_endian(out, static_cast<std::uint32_t>(id.bytes.size()));
  for (const auto byte : id.bytes) out += static_cast<char>(byte);
}

void Params::append_binary(std::string& out, Day day) {
  append_big_endian<std::uint32_t>(out, 4);
  append_big_endian(out, static_cast<std::uint32_t>((std::chrono::sys_days(day) - kEpoch).count()));
}

void Params::append_null(std::string& out) { append_big_endian(out, ~std::uint32_t{0}); }

}  // namespace bccid::sql
