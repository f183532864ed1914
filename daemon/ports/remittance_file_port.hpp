#pragma once

#include "base/byte_source.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "base/time_text.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace bccid {

// One parcel whose money the transfer forwards, named by its order's number or by its item code.
struct ForwardedItem {
  std::size_t line = 0;  // of the file, for messages to people
  std::string order_number;
  std::string item_code;
  std::string kind;  // fee or charge; empty: all that the parcel's order brought for the account
  Money amount;
};

// What a post says that one transfer is made of.
struct ForwardedMoney {
  std::string reference;  // in the transfer's text: 25 printable ASCII characters at most
  std::string account;    // that it goes to
  Day day{};
  Money total;
  std::vector<ForwardedItem> items;
};

// Turns a post's file into what it says. Touches nothing but its arguments.
class RemittanceFilePort {
 public:
  static constexpr std::size_t kItemsMax = 50'000;

  RemittanceFilePort() = default;
  RemittanceFilePort(const RemittanceFilePort&) = delete;
  RemittanceFilePort& operator=(const RemittanceFilePort&) = delete;
  virtual ~RemittanceFilePort() = default;

  // Every problem, up to some fifty, is added to `problems`; the answer is the first of them then.
  // Errors: statement_refused (what cannot be read, a part that is missing, rows that are not the total), and
  // what the source answers.
  virtual Result<ForwardedMoney> read(ByteSource& bytes, std::vector<Failure>& problems) const = 0;
};

}  // namespace bccid
