#include "adapters/bank_camt/bank_camt.hpp"

#include "adapters/bank_camt/entry_totals.hpp"
#include "adapters/bank_camt/values.hpp"
#include "adapters/statement_builder.hpp"
#include "adapters/xml_reader.hpp"
#include "base/text.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace bccid::bank {
namespace {

using camt::read_amount;
using camt::read_day;

// What a file may be. A notification tells of entries as a statement does, and of no balance.
struct Message {
  std::string_view space;  // its namespace, up to the version
  std::string_view body;   // path of one statement or notification
  bool notification = false;
};
constexpr std::array kMessages{
    Message{"urn:iso:std:iso:20022:tech:xsd:camt.053.001.", "Document/BkToCstmrStmt/Stmt", false},
    Message{"urn:iso:std:iso:20022:tech:xsd:camt.054.001.", "Document/BkToCstmrDbtCdtNtfctn/Ntfctn", true},
};
constexpr int kVersionMin = 2;
constexpr int kVersionMax = 13;
constexpr std::string_view kNoReference = "NOTPROVIDED";
constexpr std::string_view kCurrency = "VND";

// The message that a namespace names; nothing for another one, or another version.
const Message* message_of(std::string_view space) {
  for (const auto& message : kMessages) {
    if (!space.starts_with(message.space)) continue;
    const auto digits = space.substr(message.space.size());
    int version = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), version);
    if (digits.size() == 2 && read.ptr == digits.data() + digits.size() && version >= kVersionMin &&
        version <= kVersionMax)
      return &message;
  }
  return nullptr;
}

void append(std::string& text, std::string_view more) {
  if (more.empty()) return;
  if (!text.empty()) text += ' ';
  text += more;
}

// An amount with its direction, as it stands in a balance, an entry or one of its transactions.
struct Signed {
  std::optional<Money> amount;
  std::string direction;
  std::optional<Money> value() const {
    if (!amount || (direction != "CRDT" && direction != "DBIT")) return std::nullopt;
    return direction == "CRDT" ? *amount : -*amount;
  }
};

struct Balance {
  std::size_t line = 0;
  std::string code;
  Signed sum;
  std::optional<Day> day;
};

// One of the transactions that an entry books together.
struct Transaction {
  std::size_t line = 0;
  Signed sum;
  std::string bank_ref, end_to_end, text, payer, payee;
};

struct Entry {
  std::size_t line = 0;
  Signed sum;
  std::string status, bank_ref, entry_ref, text;
  std::optional<Day> booked_on;
  std::vector<Transaction> transactions;
};

class StatementReader final : public XmlReader {
 public:
  explicit StatementReader(LineSink& lines) : builder_(lines) {}

  Result<StatementHead> result() {
    if (!any_) return refused(0, "the file holds no statement (camt.053) and no notification (camt.054)");
    return builder_.finish();
  }

 private:
  Status begin(std::string_view path, std::string_view space) override {
    if (path == "Document" && (message_ = message_of(space)) == nullptr)
      return refused(line(), "the namespace \"" + shown(space, 80) +
                                 "\" is neither camt.053.001.02 to .13 nor camt.054 of these versions");
    if (path.find('/') == std::string_view::npos && path != "Document")
      return refused(line(), "the file begins with <" + shown(path, 40) + ">, not with <Document>");
    const auto below = below_statement(path);
    if (path == message_->body) return begin_statement();
    if (below == "Bal") balance_ = Balance{line(), {}, {}, {}};
    if (below == "Ntry") {
      entry_ = Entry{line(), {}, {}, {}, {}, {}, {}, {}};
      ++entries_;
    }
    if (below == "Ntry/NtryDtls/TxDtls")
      entry_.transactions.push_back(Transaction{line(), {}, {}, {}, {}, {}, {}});
    if (path.ends_with("/Amt")) currency_ = attribute("Ccy");
    return {};
  }

  Status end(std::string_view path, std::string_view text) override {
    const auto below = below_statement(path);
    if (below.empty()) return path == message_->body ? end_statement() : Status{};
    if (below == "Acct/Id/IBAN" || below == "Acct/Id/Othr/Id") return builder_.account(line(), text);
    if (below == "Acct/Ccy" && text != kCurrency) return foreign(text);
    if (below == "LglSeqNb" || (below == "ElctrncSeqNb" && number_.empty())) number_ = text;
    if (below == "CreDtTm") made_on_ = read_day(text);
    if (below.starts_with("TxsSummry/")) return totals_.told(line(), below.substr(10), text);
    if (below == "FrToDt/FrDtTm" || below == "FrToDt/FrDt") return read_period(text, true);
    if (below == "FrToDt/ToDtTm" || below == "FrToDt/ToDt") return read_period(text, false);
    if (below.starts_with("Bal/")) return in_balance(below.substr(4), text);
    if (below.starts_with("Ntry/NtryDtls/TxDtls/")) return noted(in_transaction(below.substr(21), text));
    if (below.starts_with("Ntry/")) return noted(in_entry(below.substr(5), text));
    if (below == "Bal" && !message_->notification) return end_balance();
    if (below == "Ntry") return noted(end_entry());
    return {};
  }

  // What is wrong inside an entry does not hide what is wrong in the next ones.
  Status noted(Status status) { return status ? status : builder_.note(status.error()); }

  std::string_view below_statement(std::string_view path) const {
    const auto body = message_->body;
    if (path.size() <= body.size() + 1 || !path.starts_with(body)) return {};
    return path.substr(body.size() + 1);
  }

  Status foreign(std::string_view currency) const {
    return refused(line(), "the currency is " + shown(currency, 10) + ", not VND");
  }

  Status begin_statement() {
    if (any_)
      if (auto next = builder_.next_statement(line()); !next) return next;
    any_ = true;
    from_.reset();
    to_.reset();
    opened_on_.reset();
    closed_on_.reset();
    made_on_.reset();
    number_.clear();
    totals_ = {};
    return {};
  }

  // Without a period of its own a statement covers the days of its balances.
  Status end_statement() {
    if (message_->notification) return end_notification();
    builder_.number(number_);
    const auto from = from_ ? from_ : opened_on_;
    const auto to = to_ ? to_ : closed_on_;
    if (!from || !to) return refused(line(), "the statement says neither its days nor those of its balances");
    if (auto day = builder_.from(line(), *from); !day) return day;
    return builder_.to(line(), *to);
  }

  // What its days are its entries say; one without entries has the day on which it was made.
  Status end_notification() {
    if (!made_on_) return refused(line(), "the notification does not say when it was made");
    builder_.notification(*made_on_);
    return builder_.any_noted() ? Status{} : totals_.check();
  }

  Status read_period(std::string_view text, bool first) {
    const auto day = read_day(text);
    if (!day) return refused(line(), "\"" + shown(text, 40) + "\" is not a date");
    (first ? from_ : to_) = *day;
    return {};
  }

  Status read_sum(std::string_view text, Signed& sum) const {
    if (currency_ != kCurrency) return foreign(currency_);
    sum.amount = read_amount(text);
    if (!sum.amount) return refused(line(), "\"" + shown(text, 30) + "\" is no amount of whole dong");
    return {};
  }

  Status in_balance(std::string_view below, std::string_view text) {
    if (below == "Tp/CdOrPrtry/Cd") balance_.code = text;
    if (below == "Amt") return read_sum(text, balance_.sum);
    if (below == "CdtDbtInd") balance_.sum.direction = text;
    if (below == "Dt/Dt" || below == "Dt/DtTm") {
      balance_.day = read_day(text);
      if (!balance_.day) return refused(line(), "\"" + shown(text, 40) + "\" is not a date");
    }
    return {};
  }

  // PRCD is what the statement before closed with: the same as the opening one, which some banks leave out.
  Status end_balance() {
    const bool opens = balance_.code == "OPBD" || balance_.code == "PRCD";
    if (!opens && balance_.code != "CLBD") return {};
    const auto value = balance_.sum.value();
    if (!value || !balance_.day) return refused(balance_.line, "the balance has no amount, direction or day");
    if (!opens) {
      closed_on_ = balance_.day;
      return builder_.closing(balance_.line, *value);
    }
    if (opened_on_) return {};
    opened_on_ = balance_.day;
    return builder_.opening(balance_.line, *value);
  }

  Status in_entry(std::string_view below, std::string_view text) {
    if (below == "Amt") return read_sum(text, entry_.sum);
    if (below == "CdtDbtInd") entry_.sum.direction = text;
    if (below == "Sts" || below == "Sts/Cd") append(entry_.status, text);
    if (below == "AcctSvcrRef") entry_.bank_ref = text;
    if (below == "NtryRef") entry_.entry_ref = text;
    if (below == "AddtlNtryInf") append(entry_.text, text);
    if (below == "BookgDt/Dt" || below == "BookgDt/DtTm") {
      entry_.booked_on = read_day(text);
      if (!entry_.booked_on) return refused(line(), "\"" + shown(text, 40) + "\" is not a date");
    }
    return {};
  }

  Status in_transaction(std::string_view below, std::string_view text) {
    auto& one = entry_.transactions.back();
    if (below == "Amt" || (below == "AmtDtls/TxAmt/Amt" && !one.sum.amount)) return read_sum(text, one.sum);
    if (below == "CdtDbtInd") one.sum.direction = text;
    if (below == "Refs/AcctSvcrRef") one.bank_ref = text;
    if (below == "Refs/EndToEndId" && text != kNoReference) one.end_to_end = text;
    if (below == "RmtInf/Ustrd" || below == "RmtInf/Strd/CdtrRefInf/Ref" || below == "AddtlTxInf")
      append(one.text, text);
    if (below == "RltdPties/Dbtr/Nm" || below == "RltdPties/Dbtr/Pty/Nm") one.payer = text;
    if (below == "RltdPties/Cdtr/Nm" || below == "RltdPties/Cdtr/Pty/Nm") one.payee = text;
    return {};
  }

  // What is only announced (PDNG, INFO, FUTR) moves nothing.
  Status end_entry() {
    if (entry_.status != "BOOK" && entry_.status != "PDNG" && entry_.status != "INFO" &&
        entry_.status != "FUTR")
      return refused(entry_.line, "the entry's status \"" + shown(entry_.status, 20) + "\" is not known");
    const auto value = entry_.sum.value();
    if (!value) return refused(entry_.line, "the entry has no amount or direction");
    if (auto counted = totals_.count(entry_.line, *value, entry_.status == "BOOK"); !counted) return counted;
    if (entry_.status != "BOOK") return {};
    if (!entry_.booked_on) return refused(entry_.line, "the entry has no day of booking");
    return entry_.transactions.size() < 2 ? take_whole(*value) : take_parts(*value);
  }

  // A single transaction describes the entry; by a reference of its own it is a detail all the same, and so
  // it is where nothing but its texts tell the entry from others.
  Status take_whole(Money value) {
    BankLine line = line_of(entry_.line, value);
    if (!entry_.transactions.empty()) {
      const auto& one = entry_.transactions.front();
      if (line.bank_ref.empty() || (!one.bank_ref.empty() && one.bank_ref != line.bank_ref))
        line.detail_of = BankEntry{entries_, line.bank_ref, entry_.text, value};
      line.place = 1;
      if (!one.bank_ref.empty()) line.bank_ref = one.bank_ref;
      describe(line, one);
    }
    append(line.text, entry_.text);
    return builder_.take(std::move(line));
  }

  // A batch: each transaction is a line of its own, and together they are what was booked.
  Status take_parts(Money value) {
    Money sum;
    for (std::size_t at = 0; at < entry_.transactions.size(); ++at) {
      auto& one = entry_.transactions[at];
      if (one.sum.direction.empty()) one.sum.direction = entry_.sum.direction;
      const auto part = one.sum.value();
      if (!part) return refused(one.line, "a transaction of a batch has no amount or direction");
      BankLine line = line_of(one.line, *part);
      line.detail_of = BankEntry{entries_, line.bank_ref, entry_.text, value};
      line.place = at + 1;
      // Some banks repeat the entry's reference in each of its transactions.
      if (one.bank_ref == line.bank_ref) one.bank_ref.clear();
      line.bank_ref = one.bank_ref;
      describe(line, one);
      if (auto taken = builder_.take(std::move(line)); !taken) return taken;
      try {
        sum += *part;
      } catch (const std::overflow_error&) {
        return refused(one.line, "the batch passes every plausible amount");
      }
    }
    if (sum == value) return {};
    return refused(entry_.line,
                   "its transactions add up to " + sum.to_text() + ", the entry says " + value.to_text());
  }

  BankLine line_of(std::size_t at, Money amount) const {
    BankLine line;
    line.line = at;
    line.amount = amount;
    line.booked_on = *entry_.booked_on;
    line.bank_ref = entry_.bank_ref.empty() ? entry_.entry_ref : entry_.bank_ref;
    return line;
  }

  static void describe(BankLine& line, const Transaction& one) {
    line.end_to_end = one.end_to_end;
    line.text = one.end_to_end;
    append(line.text, one.text);
    line.payer = line.amount > Money{} ? one.payer : one.payee;
  }

  StatementBuilder builder_;
  Balance balance_;
  Entry entry_;
  std::size_t entries_ = 0;
  std::string currency_;
  std::string number_;  // the legal one, which paper has, too; else the electronic one
  const Message* message_ = kMessages.data();
  camt::EntryTotals totals_;
  std::optional<Day> from_, to_, opened_on_, closed_on_, made_on_;
  bool any_ = false;
};

class BankCamt final : public BankFilePort {
 public:
  explicit BankCamt(BankBlock block) : block_(std::move(block)) {}
  const std::string& name() const override { return block_.name; }
  Result<StatementHead> read(ByteSource& bytes, LineSink& lines) const override {
    StatementReader reader(lines);
    if (auto read = reader.read(bytes); !read) return read.error();
    return reader.result();
  }

 private:
  BankBlock block_;
};

}  // namespace

Result<std::unique_ptr<BankFilePort>> open_bank_camt(const BankBlock& block) {
  if (block.name.empty()) return Failure(Errc::config, "the bank has no name", "Set name.");
  return std::unique_ptr<BankFilePort>(std::make_unique<BankCamt>(block));
}

}  // namespace bccid::bank
