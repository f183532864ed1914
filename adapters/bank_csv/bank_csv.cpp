#include "adapters/bank_csv/bank_csv.hpp"

#include "adapters/bank_csv/columns.hpp"
#include "adapters/folded_title.hpp"
#include "adapters/headed_source.hpp"
#include "adapters/statement_builder.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

namespace bccid::bank {
namespace {

// "03/07/2026", "3-7-2026" and "2026-07-03"; a time behind a blank is cut. Never month first.
std::optional<Day> read_day(std::string_view text) {
  text = text.substr(0, text.find(' '));
  if (const auto iso = parse_day(text)) return *iso;
  std::array<unsigned, 3> parts{};
  std::size_t part = 0;
  const char* at = text.data();
  const char* end = text.data() + text.size();
  for (; part < parts.size(); ++part) {
    const auto [next, error] = std::from_chars(at, end, parts[part]);
    if (error != std::errc{}) return std::nullopt;
    at = next;
    if (part == 2) break;
    if (at == end || (*at != '/' && *at != '-' && *at != '.')) return std::nullopt;
    ++at;
  }
  if (at != end || parts[2] < 1900 || parts[2] > 2999) return std::nullopt;
  const Day day{std::chrono::year{static_cast<int>(parts[2])}, std::chrono::month{parts[1]},
                std::chrono::day{parts[0]}};
  return day.ok() ? std::optional<Day>(day) : std::nullopt;
}

// "1.234.000 VND" and "1.234.000 đ" are amounts, too.
std::string_view without_currency(std::string_view text) {
  for (const std::string_view unit : {"VND", "vnd", "đ", "Đ"})
    if (text.size() > unit.size() && text.substr(text.size() - unit.size()) == unit)
      return trim(text.substr(0, text.size() - unit.size()));
  return text;
}

Result<Money> read_amount(std::string_view text) { return parse_money(without_currency(trim(text))); }

// Reads one file from top to bottom: preamble, header, lines, totals.
class StatementReader {
 public:
  StatementReader(Columns columns, bool totals_required, LineSink& lines)
      : columns_(std::move(columns)), totals_required_(totals_required), builder_(lines) {}

  Result<StatementHead> read(CsvStream& rows) {
    bool in_lines = false;
    for (CsvRow row;;) {
      const auto more = rows.next(row);
      if (!more) return more.error().code == Errc::malformed ? refused(0, more.error().detail) : more.error();
      if (!*more) break;
      const auto taken = in_lines ? read_row(row) : read_above(row, in_lines);
      if (!taken) return taken.error();
    }
    if (!in_lines) return refused(0, "the file has no header row with a date and an amount column");
    if (totals_required_ && totals_line_ == 0)
      return refused(0, "the last row with count and sum is missing");
    return builder_.finish();
  }

 private:
  Status read_above(const CsvRow& row, bool& header) {
    header = columns_.adopt_header(row);
    return header ? Status{} : read_preamble(row);
  }

  Status read_preamble(const CsvRow& row) {
    static const std::map<std::string, std::string> kKeys{
        {"account", "account"},      {"tai_khoan", "account"},
        {"so_tai_khoan", "account"}, {"from", "from"},
        {"tu_ngay", "from"},         {"to", "to"},
        {"den_ngay", "to"},          {"opening", "opening"},
        {"so_du_dau", "opening"},    {"so_du_dau_ky", "opening"},
        {"closing", "closing"},      {"so_du_cuoi", "closing"},
        {"so_du_cuoi_ky", "closing"}};
    const auto key = kKeys.find(folded_title(row.cells.front()));
    if (key == kKeys.end()) return {};  // a bank's letterhead
    const std::string_view value = row.cells.size() > 1 ? trim(row.cells[1]) : std::string_view{};
    if (key->second == "account") return builder_.account(row.line, value);
    if (key->second == "opening" || key->second == "closing") {
      const auto balance = read_amount(value);
      if (!balance) return refused(row.line, balance.error().detail);
      return key->second == "opening" ? builder_.opening(row.line, *balance)
                                      : builder_.closing(row.line, *balance);
    }
    const auto day = read_day(value);
    if (!day) return refused(row.line, "\"" + shown(value) + "\" is not a date");
    return key->second == "from" ? builder_.from(row.line, *day) : builder_.to(row.line, *day);
  }

  Status read_row(const CsvRow& row) {
    const bool blank =
        std::all_of(row.cells.begin(), row.cells.end(), [](const auto& c) { return trim(c).empty(); });
    if (blank) return {};
    if (totals_line_ != 0)
      return refused(row.line, "a row follows the totals of line " + std::to_string(totals_line_));
    const std::string first = folded_title(row.cells.front());
    if (first == "tong" || first == "tong_cong" || first == "cong" || first == "total")
      return read_totals(row);
    auto read = read_line(row);
    return read ? read : builder_.note(read.error());
  }

  Status read_line(const CsvRow& row) {
    if (row.cells.size() != columns_.width())
      return refused(row.line, "it has " + std::to_string(row.cells.size()) + " cells, the header has " +
                                   std::to_string(columns_.width()));
    BankLine line;
    line.line = row.line;
    const auto day = read_day(columns_.cell(row, "date"));
    if (!day) return refused(row.line, "\"" + shown(columns_.cell(row, "date")) + "\" is not a date");
    line.booked_on = *day;
    auto amount = read_line_amount(row);
    if (!amount) return amount.error();
    line.amount = *amount;
    line.bank_ref = columns_.cell(row, "reference");
    line.text = columns_.cell(row, "text");
    line.payer = columns_.cell(row, "payer");
    return builder_.take(std::move(line));
  }

  Result<Money> read_line_amount(const CsvRow& row) const {
    if (columns_.has("amount")) {
      auto amount = read_amount(columns_.cell(row, "amount"));
      if (!amount) return refused(row.line, amount.error().detail);
      return amount;
    }
    const auto credit = columns_.cell(row, "credit");
    const auto debit = columns_.cell(row, "debit");
    if (credit.empty() == debit.empty()) return refused(row.line, "it must have either a credit or a debit");
    auto amount = read_amount(credit.empty() ? debit : credit);
    if (!amount) return refused(row.line, amount.error().detail);
    if (*amount < Money(0)) return refused(row.line, "a credit or debit cannot be negative");
    return credit.empty() ? -*amount : *amount;
  }

  // The second cell counts the lines, the third adds them up.
  Status read_totals(const CsvRow& row) {
    totals_line_ = row.line;
    if (builder_.any_noted()) return {};  // it counts what could not be read
    std::vector<std::string_view> filled;
    for (std::size_t at = 1; at < row.cells.size(); ++at)
      if (!trim(row.cells[at]).empty()) filled.push_back(trim(row.cells[at]));
    if (filled.size() != 2) return refused(row.line, "the totals must be a count and a sum");
    if (filled[0] != std::to_string(builder_.lines()))
      return refused(row.line, "it counts " + shown(filled[0], 20) + " lines, the file has " +
                                   std::to_string(builder_.lines()));
    const auto sum = read_amount(filled[1]);
    if (!sum) return refused(row.line, sum.error().detail);
    if (*sum != builder_.sum())
      return refused(row.line,
                     "it adds up to " + sum->to_text() + ", the lines to " + builder_.sum().to_text());
    return {};
  }

  Columns columns_;
  bool totals_required_;
  StatementBuilder builder_;
  std::size_t totals_line_ = 0;
};

class BankCsv final : public BankFilePort {
 public:
  BankCsv(BankBlock block, Columns columns) : block_(std::move(block)), columns_(std::move(columns)) {}

  const std::string& name() const override { return block_.name; }

  Result<StatementHead> read(ByteSource& bytes, LineSink& lines) const override {
    HeadedSource source(bytes);
    if (const auto begun = source.read_head(); !begun) return begun.error();
    CsvStream rows(source, separator_of(source.head()));
    return StatementReader(columns_, block_.totals_required, lines).read(rows);
  }

 private:
  // The separator under which the file has a header; a spreadsheet in Vietnamese writes semicolons.
  char separator_of(std::string_view head) const {
    for (const char separator : {',', ';', '\t'}) {
      TextSource text(head);
      CsvStream rows(text, separator);
      Columns columns = columns_;
      CsvRow row;
      for (auto more = rows.next(row); more && *more; more = rows.next(row))
        if (columns.adopt_header(row)) return separator;
    }
    return ',';
  }

  BankBlock block_;
  Columns columns_;
};

}  // namespace

Result<std::unique_ptr<BankFilePort>> open_bank_csv(const BankBlock& block) {
  if (block.name.empty()) return Failure(Errc::config, "the bank has no name", "Set name.");
  auto columns = Columns::of(block);
  if (!columns) return columns.error();
  return std::unique_ptr<BankFilePort>(std::make_unique<BankCsv>(block, std::move(*columns)));
}

}  // namespace bccid::bank
