#include "adapters/bank_mt940/fields.hpp"

#include "adapters/statement_builder.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace bccid::mt940 {
namespace {

using bank::refused;

constexpr std::size_t kRowBytesMax = 1024;
constexpr std::size_t kRowsMax = 100;  // of a field; the standard has six
constexpr std::string_view kMark = "\xEF\xBB\xBF";
constexpr std::string_view kCurrency = "VND";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_capital(char c) { return c >= 'A' && c <= 'Z'; }

// ":60F:" -> "60F"; empty when the row begins no field.
std::string_view tag_of(std::string_view row) {
  if (row.size() < 4 || row.front() != ':') return {};
  const auto end = row.find(':', 1);
  if (end != 3 && end != 4) return {};
  const auto tag = row.substr(1, end - 1);
  const bool good = is_digit(tag[0]) && is_digit(tag[1]) && (tag.size() == 2 || is_capital(tag[2]));
  return good ? tag : std::string_view{};
}

// "260703"; years 80 to 99 are of the last century, as SWIFT reads them.
std::optional<Day> read_day(std::string_view text) {
  if (text.size() != 6 || !std::ranges::all_of(text, is_digit)) return std::nullopt;
  const auto two = [text](std::size_t at) { return (text[at] - '0') * 10 + (text[at + 1] - '0'); };
  const int year = two(0) + (two(0) >= 80 ? 1900 : 2000);
  const Day day{std::chrono::year{year}, std::chrono::month{static_cast<unsigned>(two(2))},
                std::chrono::day{static_cast<unsigned>(two(4))}};
  return day.ok() ? std::optional(day) : std::nullopt;
}

// "120000," and "120000,00": the comma is always there, and a dong has no parts.
std::optional<Money> read_amount(std::string_view text) {
  const auto comma = text.find(',');
  if (comma == 0 || comma == std::string_view::npos || text.size() > 15) return std::nullopt;
  const auto parts = text.substr(comma + 1);
  if (!std::ranges::all_of(text.substr(0, comma), is_digit) || parts.find_first_not_of('0') != parts.npos)
    return std::nullopt;
  const auto whole = parse_money(text.substr(0, comma));
  return whole ? std::optional(*whole) : std::nullopt;
}

// What is left of a text from the front, taken piece by piece.
class Rest {
 public:
  explicit Rest(std::string_view text) : text_(text) {}
  std::string_view take(std::size_t count) {
    const auto piece = text_.substr(0, count);
    text_.remove_prefix(piece.size());
    return piece;
  }
  template <class Is>
  std::string_view take_while(Is is) {
    std::size_t count = 0;
    while (count < text_.size() && is(text_[count])) ++count;
    return take(count);
  }
  bool begins_with(std::string_view text) const { return text_.starts_with(text); }
  std::string_view text() const { return text_; }

 private:
  std::string_view text_;
};

// D, C, RD (a debit that is taken back), RC; false for anything else.
bool read_mark(Rest& rest, bool& comes_in) {
  const bool reversal = rest.begins_with("R");
  if (reversal) rest.take(1);
  const auto mark = rest.take(1);
  if (mark != "C" && mark != "D") return false;
  comes_in = (mark == "C") != reversal;
  return true;
}

// A code of two digits and its value: "?20ABC" -> "20", "ABC".
void take_subfield(std::string_view code, std::string_view value, Narrative& narrative) {
  if (code == "32" || code == "33") {
    narrative.payer += value;
  } else if ((code >= "20" && code <= "29") || (code >= "60" && code <= "63")) {
    narrative.text += value;
  }
}

}  // namespace

Status FieldStream::read_row() {
  row_.clear();
  if (++line_ == 1 && reader_.rest_of_piece().starts_with(kMark)) reader_.skip(kMark.size());
  while (!reader_.at_end()) {
    const char c = reader_.take();
    if (c == '\n') break;
    row_ += c;
    if (row_.size() > kRowBytesMax) return refused(line_, "it is too long");
  }
  if (!valid_utf8(row_)) return refused(line_, "the file is not UTF-8");
  row_ = std::string(trim(row_));
  // "{1:F01...}{2:...}{4:" stands on a row of its own, or right before the first field.
  if (row_.starts_with('{')) {
    const auto block = row_.rfind("{4:");
    row_ = block == std::string::npos ? "" : std::string(trim(std::string_view(row_).substr(block + 3)));
  }
  return {};
}

Result<bool> FieldStream::next_row() {
  while (!reader_.at_end()) {
    if (auto read = read_row(); !read) return read.error();
    if (!row_.empty() && row_ != "-" && !row_.starts_with("-}")) return true;
  }
  if (!reader_.status()) return reader_.status().error();
  return false;
}

Result<bool> FieldStream::next(Field& field) {
  if (!waiting_) {
    const auto more = next_row();
    if (!more || !*more) return more;
    if (tag_of(row_).empty()) return refused(line_, "the file does not begin with a field such as :20:");
  }
  const auto tag = tag_of(row_);
  field = Field{line_, std::string(tag), {row_.substr(tag.size() + 2)}};
  for (;;) {
    const auto more = next_row();
    if (!more) return more;
    waiting_ = *more && !tag_of(row_).empty();
    if (!*more || waiting_) return true;
    if (field.rows.size() == kRowsMax) return refused(line_, "the field :" + field.tag + ": is too long");
    field.rows.push_back(row_);
  }
}

Result<Balance> read_balance(const Field& field) {
  Rest rest(field.rows.front());
  bool comes_in = true;
  if (!read_mark(rest, comes_in)) return refused(field.line, "the balance begins with neither C nor D");
  const auto day = read_day(rest.take(6));
  if (!day) return refused(field.line, "the balance has no readable date");
  if (const auto currency = rest.take(3); currency != kCurrency)
    return refused(field.line, "the currency is " + shown(currency, 10) + ", not VND");
  const auto amount = read_amount(rest.text());
  if (!amount) return refused(field.line, "\"" + shown(rest.text(), 20) + "\" is no amount of whole dong");
  return Balance{*day, comes_in ? *amount : -*amount};
}

Result<Entry> read_entry(const Field& field) {
  Rest rest(field.rows.front());
  const auto value_day = read_day(rest.take(6));
  if (!value_day) return refused(field.line, "the entry has no readable date");
  Entry entry;
  entry.booked_on = *value_day;
  if (!rest.text().empty() && is_digit(rest.text().front())) {
    // The day of booking has no year: it is the one nearest to the value day.
    const auto month_day = rest.take(4);
    const auto year = static_cast<int>(value_day->year());
    std::optional<Day> nearest;
    for (const int candidate : {year - 1, year, year + 1}) {
      const auto day = read_day(std::to_string(candidate).substr(2) + std::string(month_day));
      const auto distance = [&](Day one) {
        return std::chrono::abs(std::chrono::sys_days{one} - std::chrono::sys_days{*value_day});
      };
      if (day && (!nearest || distance(*day) < distance(*nearest))) nearest = day;
    }
    if (!nearest) return refused(field.line, "\"" + shown(month_day, 10) + "\" is no day of booking");
    entry.booked_on = *nearest;
  }
  bool comes_in = true;
  if (!read_mark(rest, comes_in)) return refused(field.line, "the entry is neither C, D, RC nor RD");
  if (!rest.text().empty() && is_capital(rest.text().front()))
    rest.take(1);  // the last letter of the currency
  const auto digits = rest.take_while([](char c) { return is_digit(c) || c == ','; });
  const auto amount = read_amount(digits);
  if (!amount) return refused(field.line, "\"" + shown(digits, 20) + "\" is no amount of whole dong");
  entry.amount = comes_in ? *amount : -*amount;
  if (rest.take(4).size() != 4) return refused(field.line, "the entry has no transaction type such as NTRF");
  const auto slashes = rest.text().find("//");
  entry.customer_ref = trim(rest.text().substr(0, slashes));
  if (entry.customer_ref == "NONREF") entry.customer_ref.clear();
  if (slashes != std::string_view::npos) entry.bank_ref = trim(rest.text().substr(slashes + 2));
  return entry;
}

Narrative read_narrative(const Field& field) {
  std::string whole;
  for (const auto& row : field.rows) {
    // Subfields run on over the end of a row; free text does not.
    const bool structured = whole.find("?20") != std::string::npos || row.find("?20") != std::string::npos;
    if (!whole.empty() && !structured) whole += ' ';
    whole += row;
  }
  Narrative narrative;
  if (whole.find("?20") == std::string::npos) {
    narrative.text = std::move(whole);
    return narrative;
  }
  for (auto at = whole.find('?'); at != std::string::npos;) {
    const auto next = whole.find('?', at + 1);
    if (whole.size() - at >= 3)
      take_subfield(std::string_view(whole).substr(at + 1, 2),
                    std::string_view(whole).substr(at + 3, next == std::string::npos ? next : next - at - 3),
                    narrative);
    at = next;
  }
  return narrative;
}

}  // namespace bccid::mt940
