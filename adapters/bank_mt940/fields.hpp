#pragma once

#include "base/byte_source.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time_text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// The fields of an MT940 message (SWIFT Standards, category 9), one by one. Pure.
namespace bccid::mt940 {

// ":61:" and everything up to the next field.
struct Field {
  std::size_t line = 0;  // of the file
  std::string tag;       // "61", "60F"
  std::vector<std::string> rows;
};

// The fields of a file in order, one at a time. Blocks ("{1:...}"), the closing "-" and blank lines are left
// out.
class FieldStream {
 public:
  // `bytes` must outlive it.
  explicit FieldStream(ByteSource& bytes) : reader_(bytes) {}
  // The next field; false when there is none.
  // Errors: statement_refused (text before the first field that is no block, a line or a field that is too
  // long, a line that is no text), and what the source answers.
  Result<bool> next(Field& field);

 private:
  Result<bool> next_row();
  Status read_row();

  ByteReader reader_;
  std::string row_;       // trimmed, without the block around it
  std::size_t line_ = 0;  // of `row_`
  bool waiting_ = false;  // `row_` begins the next field
};

// "C260703VND1000000,00" of :60F: and :62F:; debit balances are negative.
struct Balance {
  Day day{};
  Money amount;
};
// Errors: statement_refused (unreadable, another currency than VND, parts of a dong).
Result<Balance> read_balance(const Field& field);

// "2607030703C120000,00NTRFRC000001//FT26184000001", and the supplement on the row below.
struct Entry {
  Day booked_on{};
  Money amount;              // signed; a reversal (RC, RD) goes the other way than what it reverses
  std::string customer_ref;  // empty for NONREF
  std::string bank_ref;
};
// Errors: statement_refused.
Result<Entry> read_entry(const Field& field);

// What :86: tells: free text, or the subfields that several banks write ("?20...?32...").
struct Narrative {
  std::string text;
  std::string payer;
};
Narrative read_narrative(const Field& field);

}  // namespace bccid::mt940
