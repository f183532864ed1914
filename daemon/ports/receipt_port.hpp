#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "base/result.hpp"
#include "domain/ledger/account.hpp"
#include "ports/carrier_port.hpp"

#include <boost/asio/awaitable.hpp>

#include <string>
#include <vector>

namespace bccid {

struct ReceiptOrderLine {
  std::string name;  // empty: the kind's own name
  Money amount;
};

// What a provider is asked to issue a document for. `key` was stored before the first send and never changes.
struct ReceiptOrder {
  std::string key;
  ChargeKind kind = ChargeKind::fee;
  std::string payer;
  std::string dossier_code;
  std::string collector;
  std::vector<ReceiptOrderLine> lines;
  Money amount;  // the lines' sum; never zero
  Time taken_at{};
};

// How a document is known at its provider.
struct IssuedDocument {
  std::string pattern;  // mẫu số
  std::string symbol;   // ký hiệu
  std::string number;
  std::string url;  // where its payer looks it up; may be empty
};

// What came of asking for a document, or for one in the place of another. `document` is there exactly when it
// was accepted.
struct IssueReport {
  SendReport report;
  IssuedDocument document;
};

// What a provider knows under a key.
struct AskedDocument {
  enum class State {
    absent,     // it knows none; a request on its way may still make one
    stands,     // it issued `document`
    cancelled,  // it issued `document` and cancelled or replaced it since
  };
  State state = State::absent;
  IssuedDocument document;
};

// What the core needs from a provider of electronic receipts. Calls are made on the io thread.
class ReceiptPort {
 public:
  ReceiptPort() = default;
  ReceiptPort(const ReceiptPort&) = delete;
  ReceiptPort& operator=(const ReceiptPort&) = delete;
  virtual ~ReceiptPort() = default;

  // Whose receipts it issues: an agency's code, or the post's block for postage.
  virtual const std::string& issuer() const = 0;
  // A receipt of nothing, or whose lines are not its amount, is rejected before anything is sent.
  virtual boost::asio::awaitable<IssueReport> issue(const ReceiptOrder& order, CallTag tag) = 0;
  // Issues `order`, by which the document of `old_key` is cancelled at the provider.
  virtual boost::asio::awaitable<IssueReport> replace(const ReceiptOrder& order, std::string old_key,
                                                      CallTag tag) = 0;
  virtual boost::asio::awaitable<SendReport> cancel(std::string key, CallTag tag) = 0;
  // Errors: unavailable (no answer that can be believed, or a document of another amount under this key).
  virtual boost::asio::awaitable<Result<AskedDocument>> ask(std::string key, Money amount, CallTag tag) = 0;
};

}  // namespace bccid
