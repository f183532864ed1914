#pragma once

#include "base/money.hpp"
#include "domain/ledger/account.hpp"
#include "paper/document.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

struct PrintedLine {
  std::string code = {};
  std::string name = {};  // empty: the kind's own name is printed
  Money amount = {};
};

// The electronic document of a receipt, as its provider numbered it.
struct PrintedDocument {
  std::string pattern = {}, symbol = {}, number = {};
  std::string key = {};
  std::string url = {};  // empty: nobody said where it is looked up
  bool cancelled = false;
};

// A receipt as its paper tells it; names, not ids, wherever somebody has one.
struct PrintedReceipt {
  ChargeKind kind = ChargeKind::fee;
  std::string issuer = {};       // the agency's name; for cước the post's
  std::string issuer_code = {};  // may be empty
  std::string agency = {};       // whose dossier it is
  std::string symbol = {};
  std::int64_t number = 0;
  std::string payer = {};
  std::string dossier_code = {};
  std::string order_number = {};
  Money amount = {};
  std::vector<PrintedLine> lines = {};
  std::string collector = {};
  std::string office = {};
  Time taken_at{};
  Time issued_at{};
  std::optional<Time> cancelled_at = {};
  std::string cancelled_by = {};
  std::string cancel_reason = {};
  std::optional<std::int64_t> replaces = {};  // numbers of the same series
  std::optional<std::int64_t> replaced_by = {};
  std::optional<PrintedDocument> document = {};
};

// "0000012": as a receipt's number is printed.
std::string receipt_number(std::int64_t number);

// "bien-lai-L26-0000012.pdf": a file's name in ASCII, whatever the receipt says.
std::string receipt_file_name(const PrintedReceipt& receipt);

// The paper of a receipt, in Vietnamese: biên lai for phí and lệ phí, for cước the data of a hóa đơn. One
// that is cancelled is crossed, and says who did it, when, why, and which number stands in its place.
// A receipt with an electronic document says its number, and where it is looked up.
Document receipt_document(const PrintedReceipt& receipt);

}  // namespace bccid
