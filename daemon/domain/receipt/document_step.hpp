#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "domain/names.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

// Of the electronic document that a provider issues for a receipt.
enum class DocumentState : std::uint8_t {
  wanted,      // nothing of it exists at the provider
  sending,     // asked for; whether it exists is not known until an answer says so
  refused,     // the provider said no: a person's task
  issued,      // it stands at the provider
  cancelling,  // its cancellation was asked for
  cancelled,   // it exists and does not count any more
  unwanted,    // its receipt was cancelled before it existed
};

template <>
struct EnumNames<DocumentState> {
  static constexpr std::array<std::string_view, 7> kNames{"wanted",     "sending",   "refused", "issued",
                                                          "cancelling", "cancelled", "unwanted"};
};

// One of the documents of a payment: its receipt and those that replaced it, one after the other.
struct PaymentDocument {
  std::int64_t receipt_id = 0;
  std::string issuer = {};
  std::string key = {};
  Money amount = {};
  DocumentState state = DocumentState::wanted;
  std::optional<Time> sent_at = {};
  bool receipt_stands = true;  // false: our receipt is cancelled
};

// What brings the provider one step nearer to what our receipts say.
struct DocumentStep {
  enum class Kind {
    nothing,  // it is as it should be
    ask,      // what became of `document` is unknown
    issue,    // `document`
    replace,  // `old` by `document`
    cancel,   // `document`
    stuck,    // the provider cancelled `document`, whose receipt stands
  };
  Kind kind = Kind::nothing;
  std::size_t document = 0;  // positions in what was asked about
  std::size_t old = 0;
};

// At most one document of a payment stands: that of the receipt that stands. Nothing is decided while an
// outcome is unknown, whatever was wanted meanwhile.
DocumentStep next_step(const std::vector<PaymentDocument>& documents);

}  // namespace bccid
