#include "adapters/bank_mt940/bank_mt940.hpp"

#include "adapters/bank_mt940/fields.hpp"
#include "adapters/statement_builder.hpp"
#include "base/text.hpp"

#include <optional>
#include <string>
#include <utility>

namespace bccid::bank {
namespace {

using mt940::Field;

// Reads the fields of a file in order. A message is a statement, or one page of it: :60M: goes on where the
// :62M: of the page before ended.
class StatementReader {
 public:
  explicit StatementReader(LineSink& lines) : builder_(lines) {}

  Result<StatementHead> read(ByteSource& bytes) {
    mt940::FieldStream fields(bytes);
    for (Field field;;) {
      const auto more = fields.next(field);
      if (!more) return more.error();
      if (!*more) break;
      last_line_ = field.line;
      if (auto taken = take(field); !taken) return taken.error();
    }
    if (last_line_ == 0) return refused(0, "the file holds no field");
    if (auto whole = flush(); !whole) return whole.error();
    if (in_page_) return refused(last_line_, "the file ends within a statement: :62F: is missing");
    return builder_.finish();
  }

 private:
  Status take(const Field& field) {
    if (field.tag == "20") return begin_message(field);
    if (field.tag == "25") return read_account(field);
    if (field.tag == "28C") builder_.number(field.rows.front());  // "184/2": the page does not count
    if (field.tag == "60F") return open(field);
    if (field.tag == "60M") return go_on(field);
    if (field.tag == "61") return read_entry(field);
    if (field.tag == "86") return read_narrative(field);
    if (field.tag == "62F") return close(field);
    if (field.tag == "62M") return end_page(field);
    return {};  // :21:, :64:, :65:, and what a bank adds
  }

  Status begin_message(const Field& field) {
    if (auto done = flush(); !done) return done;
    if (opened_ && !in_page_ && !closed_) return refused(field.line, "the statement before it has no :62F:");
    return {};
  }

  // "BANKVNVX/115000123456" and "115000123456VND" name the same account.
  Status read_account(const Field& field) {
    std::string_view text = trim(field.rows.front());
    if (const auto slash = text.rfind('/'); slash != std::string_view::npos) text.remove_prefix(slash + 1);
    if (text.size() > 3 && text.ends_with("VND")) text.remove_suffix(3);
    if (!account_) {
      account_.emplace(text);
      return builder_.account(field.line, text);
    }
    if (*account_ == text) return {};
    return refused(field.line, "account " + shown(text, 40) + " follows account " + *account_ +
                                   ": a file is about one account");
  }

  Status open(const Field& field) {
    if (in_page_) return refused(field.line, "a statement begins within another: :60M: was due");
    const auto balance = mt940::read_balance(field);
    if (!balance) return balance.error();
    if (opened_) {
      if (auto next = builder_.next_statement(field.line); !next) return next;
      if (auto same = builder_.account(field.line, *account_); !same) return same;
    }
    opened_ = true;
    closed_ = false;
    if (auto day = builder_.from(field.line, balance->day); !day) return day;
    return builder_.opening(field.line, balance->amount);
  }

  Status go_on(const Field& field) {
    const auto balance = mt940::read_balance(field);
    if (!balance) return balance.error();
    if (!in_page_) return refused(field.line, "a page goes on that was not begun");
    in_page_ = false;
    if (balance->amount == page_end_) return {};
    return refused(field.line, "the page begins with " + balance->amount.to_text() +
                                   ", the one before ended with " + page_end_.to_text() +
                                   ": one is missing between them");
  }

  Status read_entry(const Field& field) {
    if (auto done = flush(); !done) return done;
    if (!opened_ || closed_) return refused(field.line, "an entry stands outside a statement");
    const auto entry = mt940::read_entry(field);
    if (!entry) return builder_.note(entry.error());
    BankLine line;
    line.line = field.line;
    line.booked_on = entry->booked_on;
    line.amount = entry->amount;
    line.bank_ref = entry->bank_ref.empty() ? entry->customer_ref : entry->bank_ref;
    line.end_to_end = entry->customer_ref;
    line.text = entry->customer_ref;
    waiting_ = std::move(line);
    return {};
  }

  // The one behind an entry is about it; the one behind the last balance is about the statement.
  Status read_narrative(const Field& field) {
    if (!waiting_) return {};
    auto narrative = mt940::read_narrative(field);
    if (!waiting_->text.empty() && !narrative.text.empty()) waiting_->text += ' ';
    waiting_->text += narrative.text;
    waiting_->payer = std::move(narrative.payer);
    return flush();
  }

  Status end_page(const Field& field) {
    if (auto done = flush(); !done) return done;
    const auto balance = mt940::read_balance(field);
    if (!balance) return balance.error();
    in_page_ = true;
    page_end_ = balance->amount;
    return {};
  }

  Status close(const Field& field) {
    if (auto done = flush(); !done) return done;
    if (!opened_ || closed_) return refused(field.line, "a closing balance without a statement");
    const auto balance = mt940::read_balance(field);
    if (!balance) return balance.error();
    closed_ = true;
    if (auto day = builder_.to(field.line, balance->day); !day) return day;
    return builder_.closing(field.line, balance->amount);
  }

  Status flush() {
    if (!waiting_) return {};
    auto line = std::move(*waiting_);
    waiting_.reset();
    return builder_.take(std::move(line));
  }

  StatementBuilder builder_;
  std::size_t last_line_ = 0;
  std::optional<std::string> account_;
  std::optional<BankLine> waiting_;  // an entry whose :86: may follow
  Money page_end_;
  bool opened_ = false, closed_ = false, in_page_ = false;
};

class BankMt940 final : public BankFilePort {
 public:
  explicit BankMt940(BankBlock block) : block_(std::move(block)) {}
  const std::string& name() const override { return block_.name; }
  Result<StatementHead> read(ByteSource& bytes, LineSink& lines) const override {
    return StatementReader(lines).read(bytes);
  }

 private:
  BankBlock block_;
};

}  // namespace

Result<std::unique_ptr<BankFilePort>> open_bank_mt940(const BankBlock& block) {
  if (block.name.empty()) return Failure(Errc::config, "the bank has no name", "Set name.");
  return std::unique_ptr<BankFilePort>(std::make_unique<BankMt940>(block));
}

}  // namespace bccid::bank
