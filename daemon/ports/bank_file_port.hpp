#pragma once

#include "base/byte_source.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time_text.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bccid {

// What the bank booked, where the file also tells what it is made of. Another file may tell less of the same
// entry, or more: by this they know each other.
struct BankEntry {
  std::size_t number = 0;  // counts the entries of the file, from 1 on
  std::string bank_ref;    // the bank's own key of it; may be empty
  std::string text;        // what the entry says of itself, apart from its details
  Money amount;            // of all its lines together
};

struct BankLine {
  std::size_t line = 0;  // line of the file, for messages to people
  std::string bank_ref;  // the bank's own key of the entry; may be empty
  Day booked_on{};
  Money amount;      // positive: came in; negative: went out
  std::string text;  // remittance information as the bank wrote it
  std::string payer;
  std::string end_to_end = {};  // the payer's own id of the transfer; may be empty
  // Of which entry the line is a detail; nothing: the line is the entry itself. A detail that has no key of
  // its own is known by its place among the others.
  std::optional<BankEntry> detail_of = {};
  std::size_t place = 0;  // from 1 on
};

// What a file says besides its lines.
struct StatementHead {
  std::string account;  // account number that the file is about
  // The bank only tells of single entries: the days are those of its lines and cover nothing, and the opening
  // balance is 0, for none is known.
  bool notification = false;
  Day from{};
  Day to{};  // last day that a statement covers completely
  Money opening;
  Money closing;
  std::size_t line_count = 0;
  // The bank's own numbers of the first and the last statement in it, which begin anew each year; 0: it gives
  // none.
  std::int64_t first_no = 0;
  std::int64_t last_no = 0;
};

// Where the lines of a file go while it is read. They may be taken back: only when the whole file has been
// read and not refused do they count.
class LineSink {
 public:
  LineSink() = default;
  LineSink(const LineSink&) = delete;
  LineSink& operator=(const LineSink&) = delete;
  virtual ~LineSink() = default;

  // Errors end the reading, which answers them.
  virtual Status take(BankLine line) = 0;
  // Something for which the file will be refused, at the place that `pointer` names ("line 8"). The reading
  // goes on as far as it makes sense, so that a person gets all of it at once.
  virtual void refuse(const Failure& problem) = 0;
};

struct BankStatement : StatementHead {
  std::vector<BankLine> lines;
};

// Turns a bank's file into lines. Touches nothing but its arguments, and holds a few lines at a time.
class BankFilePort {
 public:
  BankFilePort() = default;
  BankFilePort(const BankFilePort&) = delete;
  BankFilePort& operator=(const BankFilePort&) = delete;
  virtual ~BankFilePort() = default;

  virtual const std::string& name() const = 0;
  // Refuses the file whole (statement_refused) when a line is unreadable, a total is wrong, or
  // opening + sum != closing; the message names line and reason.
  virtual Result<StatementHead> read(ByteSource& bytes, LineSink& lines) const = 0;

  // The same for a file that is known to be small, all of it at once.
  Result<BankStatement> parse(std::string_view bytes) const {
    class Kept final : public LineSink {
     public:
      explicit Kept(std::vector<BankLine>& lines) : lines_(lines) {}
      Status take(BankLine line) override {
        lines_.push_back(std::move(line));
        return {};
      }
      void refuse(const Failure&) override {}

     private:
      std::vector<BankLine>& lines_;
    };
    BankStatement statement;
    Kept kept(statement.lines);
    TextSource source(bytes);
    auto head = read(source, kept);
    if (!head) return head.error();
    static_cast<StatementHead&>(statement) = std::move(*head);
    return statement;
  }
};

}  // namespace bccid
