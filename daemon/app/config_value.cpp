#include "app/config_value.hpp"

#include "base/text.hpp"
#include "http/listener.hpp"
#include "http/trusted_proxies.hpp"
#include "net/address_filter.hpp"
#include "net/origin.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace bccid::app {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t size;
};

// Largest first, so that printing takes the shortest form. Microseconds and bytes.
constexpr std::array<Unit, 6> kTimeUnits{{{"d", 86'400'000'000},
                                          {"h", 3'600'000'000},
                                          {"m", 60'000'000},
                                          {"s", 1'000'000},
                                          {"ms", 1'000},
                                          {"us", 1}}};
constexpr std::array<Unit, 4> kSizeUnits{{{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}}};

template <std::size_t n>
std::optional<std::int64_t> parse_with_unit(std::string_view text, const std::array<Unit, n>& units) {
  std::int64_t number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || number < 0) return std::nullopt;
  const std::string_view name = text.substr(static_cast<std::size_t>(rest - text.data()));
  const auto unit = std::find_if(units.begin(), units.end(), [&](const Unit& u) { return u.name == name; });
  std::int64_t total = 0;
  if (unit == units.end() || __builtin_mul_overflow(number, unit->size, &total)) return std::nullopt;
  return total;
}

template <std::size_t n>
std::string print_with_unit(std::int64_t value, const std::array<Unit, n>& units, std::string_view zero) {
  if (value == 0) return std::string(zero);
  for (const auto& unit : units)
    if (value % unit.size == 0) return std::to_string(value / unit.size) + std::string(unit.name);
  return std::to_string(value);
}

bool all_of_chars(std::string_view text, std::string_view letters) {
  return text.find_first_not_of(letters) == std::string_view::npos;
}

constexpr std::string_view kDigits = "0123456789";
constexpr std::string_view kIdentifier = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

// One text against its shape.
std::optional<Refusal> misshapen(Shape shape, const std::string& text) {
  const auto refuse = [&text](const char* what, const char* hint) -> std::optional<Refusal> {
    return Refusal{'"' + shown(text, 80) + "\" is not " + what, hint};
  };
  switch (shape) {
    case Shape::any: return std::nullopt;
    case Shape::identifier:
      if (text.size() <= 64 && all_of_chars(text, kIdentifier)) return std::nullopt;
      return refuse("an identifier", "Use up to 64 letters, digits, dots, hyphens and underscores.");
    case Shape::province:
      if (text.size() == 2 && all_of_chars(text, kDigits)) return std::nullopt;
      return refuse("a province code", "Write two digits in quotes, for example \"82\".");
    case Shape::commune:
      if (text.size() == 5 && all_of_chars(text, kDigits)) return std::nullopt;
      return refuse("a commune code", "Write five digits in quotes, for example \"30169\".");
    case Shape::url:
      if (net::parse_url(text)) return std::nullopt;
      return refuse("a URL",
                    "Write an absolute https or http URL, for example \"https://api.example.gov.vn\".");
    case Shape::target:
      if (text.front() == '/' && net::valid_target(text)) return std::nullopt;
      return refuse("a path of a URL", "Write it with a leading slash and without blanks.");
    case Shape::listen:
      if (http::parse_bind_address(text)) return std::nullopt;
      return refuse("an address to listen on", "Write \"127.0.0.1:8080\", \"[::1]:8080\" or \"unix:/path\".");
    case Shape::cidr:
      if (net::parse_cidr(text)) return std::nullopt;
      return refuse("an address block", "Write for example \"10.0.0.0/8\" or \"fc00::/7\".");
    case Shape::proxy:
      if (http::TrustedProxies::parse({text})) return std::nullopt;
      return refuse("an address block or \"unix\"",
                    "Write for example \"10.0.0.5/32\", or \"unix\" for the local socket.");
    case Shape::host:
      if (text.size() <= 253 && all_of_chars(text, "abcdefghijklmnopqrstuvwxyz0123456789.-:[]"))
        return std::nullopt;
      return refuse("a host name",
                    "Write a lower-case name without port, for example \"bccid.example.gov.vn\".");
  }
  return std::nullopt;
}

std::optional<Refusal> check_text(const KeyInfo& key, const std::string& text) {
  if (text.empty() && key.required) return Refusal{"must not be empty", std::string(key.help)};
  if (std::any_of(text.begin(), text.end(), [](char c) { return (c >= 0 && c < 0x20) || c == 0x7F; }))
    return Refusal{"holds a control character", "Remove the line end or tab from the text."};
  if (!key.allowed.empty()) {
    const auto words = split(key.allowed, "|");
    if (std::find(words.begin(), words.end(), text) != words.end()) return std::nullopt;
    std::string hint = "Use one of: ";
    for (const auto word : words) hint += (word == words.front() ? "" : ", ") + std::string(word);
    const auto close = nearest(text, words);
    if (!close.empty()) hint = "Did you mean \"" + std::string(close) + "\"? " + hint;
    return Refusal{'"' + shown(text) + "\" is not allowed", hint + '.'};
  }
  return text.empty() ? std::nullopt : misshapen(key.shape, text);
}

// The row's range in the units of `parse`.
template <class Parse>
std::optional<Refusal> check_range(const KeyInfo& key, std::int64_t value, std::string_view written,
                                   Parse parse) {
  if (key.range.empty()) return std::nullopt;
  const auto ends = split(key.range, "..");
  if (value >= parse(ends.at(0)) && value <= parse(ends.at(1))) return std::nullopt;
  return Refusal{std::string(written) + " is out of range",
                 "Use a value from " + std::string(ends.at(0)) + " to " + std::string(ends.at(1)) + '.'};
}

std::int64_t number_or_zero(std::string_view text) {
  std::int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

std::int64_t duration_or_zero(std::string_view text) {
  return parse_duration(text).value_or(Duration{0}).count();
}
std::int64_t size_or_zero(std::string_view text) { return parse_size(text).value_or(0); }

Refusal wrong_type(const KeyInfo& key, const RawValue& value) {
  static constexpr std::array<std::string_view, 7> kGiven{"this",   "true or false", "a number", "a text",
                                                          "a list", "a table",       "a table"};
  const auto name = std::string(key.path.substr(key.path.rfind('.') + 1));
  return {"must be " + std::string(type_name(key.type)) + ", not " + std::string(kGiven.at(value.index())),
          "Write for example " + name + " = " + std::string(type_example(key.type)) + '.'};
}

std::optional<Refusal> read_duration(const KeyInfo& key, const std::string& text, Duration smallest,
                                     Duration& out) {
  const auto parsed = parse_duration(text);
  if (!parsed || *parsed % smallest != Duration{0})
    return Refusal{'"' + shown(text) + "\" is not a duration",
                   "Write a whole number and a unit (" +
                       std::string(smallest < std::chrono::milliseconds{1} ? "us, " : "") +
                       (smallest < std::chrono::seconds{1} ? "ms, " : "") +
                       "s, m, h or d), for example \"30s\"."};
  out = *parsed;
  return check_range(key, parsed->count(), text, duration_or_zero);
}

// One overload for each kind of slot; the caller tried the raw value's type first.
struct Assigner {
  const KeyInfo& key;
  const RawValue& value;

  std::optional<Refusal> operator()(std::string* out) const {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return wrong_type(key, value);
    *out = to_nfc(*text);
    return check_text(key, *out);
  }

  std::optional<Refusal> operator()(bool* out) const {
    const auto* truth = std::get_if<bool>(&value);
    if (truth == nullptr) return wrong_type(key, value);
    *out = *truth;
    return std::nullopt;
  }

  std::optional<Refusal> operator()(std::size_t* out) const {
    return key.type == KeyType::size ? assign_size(*out) : assign_number(*out);
  }

  std::optional<Refusal> operator()(int* out) const { return assign_number(*out); }

  // Every row of a number has a range, which is what keeps the conversion exact.
  template <class Number>
  std::optional<Refusal> assign_number(Number& out) const {
    const auto* number = std::get_if<std::int64_t>(&value);
    if (number == nullptr) return wrong_type(key, value);
    if (auto refusal = check_range(key, *number, std::to_string(*number), number_or_zero)) return refusal;
    out = static_cast<Number>(*number);
    return std::nullopt;
  }

  std::optional<Refusal> assign_size(std::size_t& out) const {
    const auto* text = std::get_if<std::string>(&value);
    if (text == nullptr) return wrong_type(key, value);
    const auto bytes = parse_size(*text);
    if (!bytes)
      return Refusal{'"' + shown(*text) + "\" is not a size",
                     "Write a whole number and a unit (B, KiB, MiB or GiB), for example \"64MiB\"."};
    out = static_cast<std::size_t>(*bytes);
    return check_range(key, *bytes, *text, size_or_zero);
  }

  std::optional<Refusal> operator()(std::chrono::milliseconds* out) const {
    Duration exact{};
    auto refusal = assign_duration(std::chrono::milliseconds{1}, exact);
    *out = std::chrono::duration_cast<std::chrono::milliseconds>(exact);
    return refusal;
  }

  std::optional<Refusal> operator()(Duration* out) const { return assign_duration(Duration{1}, *out); }

  std::optional<Refusal> assign_duration(Duration smallest, Duration& out) const {
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? wrong_type(key, value) : read_duration(key, *text, smallest, out);
  }

  std::optional<Refusal> operator()(std::vector<std::string>* out) const {
    const auto* texts = std::get_if<std::vector<std::string>>(&value);
    if (texts == nullptr) return wrong_type(key, value);
    if (auto refusal = check_list(*texts)) return refusal;
    for (const auto& text : *texts)
      if (auto refusal = check_text(key, text)) return refusal;
    *out = *texts;
    return std::nullopt;
  }

  std::optional<Refusal> operator()(std::vector<std::chrono::seconds>* out) const {
    const auto* texts = std::get_if<std::vector<std::string>>(&value);
    if (texts == nullptr) return wrong_type(key, value);
    if (texts->empty() && key.required) return Refusal{"must not be empty", std::string(key.help)};
    out->clear();
    for (const auto& text : *texts) {
      Duration exact{};
      if (auto refusal = read_duration(key, text, std::chrono::seconds{1}, exact)) return refusal;
      out->push_back(std::chrono::duration_cast<std::chrono::seconds>(exact));
    }
    return std::nullopt;
  }

  std::optional<Refusal> operator()(TextMap* out) const {
    const auto* texts = std::get_if<TextMap>(&value);
    if (texts == nullptr) return wrong_type(key, value);
    for (const auto& [name, text] : *texts)
      for (const auto& part : {name, text})
        if (auto refusal = check_text(key, part)) return refusal;
    *out = *texts;
    return std::nullopt;
  }

  std::optional<Refusal> operator()(NumberMap* out) const {
    const auto* numbers = std::get_if<std::map<std::string, std::int64_t>>(&value);
    if (numbers == nullptr) return wrong_type(key, value);
    for (const auto& [name, number] : *numbers) {
      if (auto refusal = check_text(key, name)) return refusal;
      if (number < 0 || number > 999'999)
        return Refusal{std::to_string(number) + " is out of range", "Use codes from 0 to 999999."};
      (*out)[name] = static_cast<int>(number);
    }
    return std::nullopt;
  }

  std::optional<Refusal> operator()(Secret* out) const {
    const auto* file = std::get_if<std::string>(&value);
    return file == nullptr ? wrong_type(key, value) : read_secret(*file, *out);
  }

  std::optional<Refusal> check_list(const std::vector<std::string>& texts) const {
    if (texts.empty() && key.required) return Refusal{"must not be empty", std::string(key.help)};
    for (auto text = texts.begin(); text != texts.end(); ++text) {
      if (text->empty()) return Refusal{"holds an empty text", "Remove the empty text from the list."};
      if (std::find(texts.begin(), text, *text) != text)
        return Refusal{"names \"" + shown(*text) + "\" twice", "Remove one of the two."};
    }
    return std::nullopt;
  }
};

// Levenshtein's, with one row of memory. Words are cut first: a hostile file may name long keys.
std::size_t edit_distance(std::string_view left, std::string_view right) {
  left = left.substr(0, 80);
  std::vector<std::size_t> row(right.size() + 1);
  for (std::size_t i = 0; i < row.size(); ++i) row[i] = i;
  for (std::size_t i = 0; i < left.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i + 1);
    for (std::size_t k = 0; k < right.size(); ++k) {
      const std::size_t change = diagonal + (left[i] == right[k] ? 0 : 1);
      diagonal = std::exchange(row[k + 1], std::min({change, row[k] + 1, row[k + 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

std::optional<Refusal> assign(const KeyInfo& key, const Slot& slot, const RawValue& value) {
  return std::visit(Assigner{key, value}, slot);
}

void assign_default(const KeyInfo& key, const Slot& slot) {
  if (key.fallback.empty()) return;
  RawValue value = std::string(key.fallback);
  if (key.type == KeyType::integer) value = number_or_zero(key.fallback);
  if (key.type == KeyType::boolean) value = key.fallback == "true";
  if (key.type == KeyType::text_list || key.type == KeyType::duration_list) {
    std::vector<std::string> texts;
    for (const auto text : split(key.fallback, ", ")) texts.emplace_back(text);
    value = std::move(texts);
  }
  static_cast<void>(assign(key, slot, value));
}

std::optional<Duration> parse_duration(std::string_view text) {
  const auto micros = parse_with_unit(text, kTimeUnits);
  return micros ? std::optional(Duration{*micros}) : std::nullopt;
}

std::string to_text(Duration duration) { return print_with_unit(duration.count(), kTimeUnits, "0s"); }

std::optional<std::int64_t> parse_size(std::string_view text) { return parse_with_unit(text, kSizeUnits); }

std::string size_text(std::size_t bytes) {
  return print_with_unit(static_cast<std::int64_t>(bytes), kSizeUnits, "0B");
}

std::string_view nearest(std::string_view word, const std::vector<std::string_view>& candidates) {
  std::string_view best;
  std::size_t fewest = std::max<std::size_t>(3, word.size() / 3) + 1;  // "warning" is three edits from "warn"
  for (const auto candidate : candidates) {
    const std::size_t edits = edit_distance(word, candidate);
    if (edits < fewest && edits < candidate.size()) {
      fewest = edits;
      best = candidate;
    }
  }
  return best;
}

std::vector<std::string_view> split(std::string_view text, std::string_view separator) {
  std::vector<std::string_view> parts;
  for (auto end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    parts.push_back(text.substr(0, end));
    text.remove_prefix(end + separator.size());
  }
  parts.push_back(text);
  return parts;
}

}  // namespace bccid::app
