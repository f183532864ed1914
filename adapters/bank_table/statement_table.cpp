#include "adapters/bank_table/statement_table.hpp"

#include "adapters/bank_table/values.hpp"
#include "adapters/folded_title.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <stdexcept>

namespace bccid::table {
namespace {

using bank::refused;

// An amount that is not there: nothing, a dash, or a zero, as banks fill the column that a line has none in.
bool is_nothing(const Cell& cell, const Mapping& mapping) {
  if (cell.text.empty() || cell.text == "-") return true;
  const auto amount = read_amount(cell, mapping);
  return amount && amount->zero();
}

// "0011001234 - VND" and "0011001234 (VND)" are the account and what it is kept in.
std::string_view account_part(std::string_view text) {
  for (const std::string_view end : {" - ", "(", "/", " VND", ","}) text = text.substr(0, text.find(end));
  return trim(text);
}

Failure no_amount(std::size_t line, std::string_view text) {
  return refused(line, "\"" + shown(text) + "\" is no amount of whole dong as this bank writes it");
}

}  // namespace

Mapping statement_mapping() {
  Mapping made;
  made.columns = {
      {"date",
       {"ngay_giao_dich", "ngay_gd", "ngay_hach_toan", "ngay", "transaction_date", "posting_date", "date"}},
      {"reference",
       {"so_tham_chieu", "so_but_toan", "so_chung_tu", "so_ct", "ma_giao_dich", "reference", "reference_no"}},
      {"amount", {"so_tien", "so_tien_giao_dich", "amount"}},
      {"credit", {"ghi_co", "phat_sinh_co", "so_tien_ghi_co", "co", "credit", "credit_amount"}},
      {"debit", {"ghi_no", "phat_sinh_no", "so_tien_ghi_no", "no", "debit", "debit_amount"}},
      {"balance", {"so_du", "so_du_luy_ke", "so_du_sau_giao_dich", "balance"}},
      {"text", {"noi_dung", "noi_dung_giao_dich", "dien_giai", "mo_ta", "description", "details"}},
      {"payer", {"nguoi_chuyen", "ten_nguoi_chuyen", "don_vi_chuyen", "ten_doi_ung", "counterparty"}},
      {"end_to_end", {"end_to_end_id"}},
  };
  made.labels = {
      {"account", {"so_tai_khoan", "tai_khoan", "so_tk", "account_number", "account_no", "account"}},
      {"from", {"tu_ngay", "from_date"}},
      {"to", {"den_ngay", "to_date"}},
      {"opening", {"so_du_dau_ky", "so_du_dau", "opening_balance"}},
      {"closing", {"so_du_cuoi_ky", "so_du_cuoi", "closing_balance"}},
      {"currency", {"loai_tien", "loai_tien_te", "tien_te", "currency"}},
      {"credit", {"tong_ghi_co", "tong_phat_sinh_co", "total_credit"}},
      {"debit", {"tong_ghi_no", "tong_phat_sinh_no", "total_debit"}},
      {"count", {"tong_so_giao_dich", "number_of_transactions"}},
  };
  made.totals = {"tong_cong", "cong_phat_sinh", "tong", "cong", "total"};
  made.ends = {"nguoi_lap", "ke_toan", "giao_dich_vien", "kiem_soat"};
  return made;
}

Status StatementTable::in_label(const Labelled& label) {
  // A heading that each page repeats is no second one.
  const auto [known, first] = labels_.try_emplace(label.name, label.line, label.value.text);
  if (first) return take_label(label);
  if (known->second.second == label.value.text) return {};
  return refused(label.line, "\"" + label.name + "\" is \"" + shown(label.value.text) + "\" here and \"" +
                                 shown(known->second.second) + "\" in line " +
                                 std::to_string(known->second.first));
}

Status StatementTable::take_label(const Labelled& label) {
  if (label.name == "account") return builder_.account(label.line, account_part(label.value.text));
  if (label.name == "from" || label.name == "to") return take_days(label);
  if (label.name == "currency") {
    if (bank::folded_title(label.value.text) == "vnd") return {};
    return refused(label.line, "the currency is " + shown(label.value.text, 20) + ", not VND");
  }
  const auto amount = read_amount(label.value, mapping());
  if (!amount) return no_amount(label.line, label.value.text);
  if (label.name == "opening") return builder_.opening(label.line, *amount);
  if (label.name == "closing") return builder_.closing(label.line, *amount);
  told_.push_back({label.line, label.name, *amount});
  return {};
}

// "Từ ngày" may hold both days.
Status StatementTable::take_days(const Labelled& label) {
  std::vector<Day> days;
  if (const auto one = read_day(label.value, mapping()))
    days.push_back(*one);
  else
    days = days_in(label.value.text, mapping());
  const bool from = label.name == "from";
  if (days.empty() || days.size() > (from ? 2U : 1U))
    return refused(label.line, "\"" + shown(label.value.text) + "\" is not a date as this bank writes it");
  if (auto taken = from ? builder_.from(label.line, days[0]) : builder_.to(label.line, days[0]); !taken)
    return taken;
  return days.size() == 2 ? builder_.to(label.line, days[1]) : Status{};
}

bool StatementTable::is_line(const Row& row) const {
  if (!read_day(cell(row, "date"), mapping())) return false;
  return std::ranges::any_of(std::vector{"amount", "credit", "debit"},
                             [&](const char* name) { return !cell(row, name).text.empty(); });
}

Status StatementTable::in_line(const Row& row) {
  auto line = line_of(row);
  if (!line) {
    follows_ = false;
    return builder_.note(line.error());
  }
  if (auto step = check_step(row, line->amount); !step)
    if (auto noted = builder_.note(step.error()); !noted) return noted;
  if (auto added = add(line->amount, row.line); !added) return added;
  return builder_.take(*std::move(line));
}

Result<BankLine> StatementTable::line_of(const Row& row) const {
  const auto& day = cell(row, "date");
  const auto booked = read_day(day, mapping());
  if (!booked) return refused(row.line, "\"" + shown(day.text) + "\" is not a date as this bank writes it");
  const auto amount = amount_of(row);
  if (!amount) return amount.error();
  BankLine line;
  line.line = row.line;
  line.booked_on = *booked;
  line.amount = *amount;
  line.bank_ref = cell(row, "reference").text;
  line.text = cell(row, "text").text;
  line.payer = cell(row, "payer").text;
  line.end_to_end = cell(row, "end_to_end").text;
  return line;
}

Result<Money> StatementTable::amount_of(const Row& row) const {
  if (has("amount")) {
    const auto& one = cell(row, "amount");
    const auto amount = read_amount(one, mapping());
    return amount ? Result<Money>(*amount) : no_amount(row.line, one.text);
  }
  const auto& credit = cell(row, "credit");
  const auto& debit = cell(row, "debit");
  const bool out = is_nothing(credit, mapping());
  if (out == is_nothing(debit, mapping()))
    return refused(row.line, "it must have either a credit or a debit");
  const auto amount = read_amount(out ? debit : credit, mapping());
  if (!amount) return no_amount(row.line, (out ? debit : credit).text);
  if (*amount < Money{}) return refused(row.line, "a credit or debit cannot be negative");
  return out ? -*amount : *amount;
}

Status StatementTable::check_step(const Row& row, Money amount) {
  const auto& told = cell(row, "balance");
  if (!has("balance")) return {};
  const auto balance = read_amount(told, mapping());
  const bool followed = std::exchange(follows_, balance.has_value());
  if (!balance) return no_amount(row.line, told.text);
  Step step{row.line, {}, *balance};
  try {
    step.before = *balance - amount;
  } catch (const std::overflow_error&) {
    return refused(row.line, "the balance passes every plausible amount");
  }
  if (!first_) first_ = step;
  const auto other = std::exchange(last_, step);
  if (!other || !followed) return {};
  const auto& [older, newer] = mapping().newest_first ? std::pair(step, *other) : std::pair(*other, step);
  if (older.after == newer.before) return {};
  return refused(row.line, "its balance is " + balance->to_text() + " and does not follow from line " +
                               std::to_string(other->line) + ": " + older.after.to_text() + " there, " +
                               newer.before.to_text() + " here");
}

Status StatementTable::add(Money amount, std::size_t line) {
  try {
    sums_["count"] += Money(1);
    sums_["amount"] += amount;
    if (amount < Money{})
      sums_["debit"] += -amount;
    else
      sums_["credit"] += amount;
  } catch (const std::overflow_error&) {
    return refused(line, "the total passes every plausible amount");
  }
  return {};
}

Status StatementTable::in_totals(const Row& row) {
  for (const char* name : {"credit", "debit", "amount"}) {
    const auto& told = cell(row, name);
    if (told.text.empty()) continue;
    const auto sum = read_amount(told, mapping());
    if (!sum) return no_amount(row.line, told.text);
    told_.push_back({row.line, name, *sum});
  }
  return {};
}

// Of two cells that say the same neither is believed alone.
Status StatementTable::take_balances() {
  if (!first_ || builder_.any_noted()) return {};
  const auto& oldest = mapping().newest_first ? *last_ : *first_;
  const auto& newest = mapping().newest_first ? *first_ : *last_;
  if (!labels_.contains("opening"))
    if (auto taken = builder_.opening(oldest.line, oldest.before); !taken) return taken;
  if (!labels_.contains("closing")) return builder_.closing(newest.line, newest.after);
  return {};
}

Status StatementTable::check_told() const {
  if (builder_.any_noted()) return {};  // they count what could not be read
  for (const auto& told : told_) {
    const auto found = sums_.find(told.what);
    const auto sum = found == sums_.end() ? Money{} : found->second;
    const auto size = told.sum < Money{} && told.what != "amount" ? -told.sum : told.sum;
    if (size == sum) continue;
    if (told.what == "count")
      return refused(told.line, "it counts " + std::to_string(told.sum.dong()) + " lines, there are " +
                                    std::to_string(sum.dong()));
    return refused(told.line, "it says " + told.sum.to_text() + " as the sum of " + told.what +
                                  ", the lines add up to " + sum.to_text());
  }
  return {};
}

Result<StatementHead> StatementTable::finish() {
  if (!any_header()) return refused(0, "no row is a header with a date and an amount, or credit and debit");
  const bool balanced = labels_.contains("opening") && labels_.contains("closing");
  if (mapping().proof_required && !balanced && told_.empty() && !builder_.any_noted())
    return refused(0,
                   "nothing says what its lines add up to: neither both balances nor sums or their number");
  if (auto balances = take_balances(); !balances) return balances.error();
  if (auto told = check_told(); !told) return told.error();
  auto head = builder_.finish();
  if (!head || !first_) return head;
  const auto& oldest = mapping().newest_first ? *last_ : *first_;
  if (oldest.before == head->opening) return head;
  return refused(oldest.line,
                 "its balance does not follow from the opening balance " + head->opening.to_text());
}

}  // namespace bccid::table
