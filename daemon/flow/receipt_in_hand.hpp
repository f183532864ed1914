#pragma once

#include "base/money.hpp"
#include "flow/actor.hpp"
#include "flow/reconcile.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// A receipt as somebody reads it off its paper, and where its money is.
struct ReceiptInHand {
  std::string number;  // with its symbol: "P26-0000123"
  std::string agency;
  Money amount;
  bool postage = false;  // the post's own money, which goes to no fee account
  bool cancelled = false;
  std::string money;      // the state of its charges: collected, handed_in, remitted, ...
  std::string reference;  // of the remittance that its charges went into, one that waits for its line first
};

// Of the receipts that bear a number ("P26-0000123", "P26 123", "123", or in the key of an electronic
// document, "phi-H20.01-P26-0000123") those of the agencies whose account this is before others. Nothing when
// there is none that the actor sees. Errors: conflict (several bear it: the message names them).
Result<std::optional<ReceiptInHand>> receipt_in_hand(sql::Tx& tx, const Actor& actor, std::string_view text,
                                                     std::string_view account);

}  // namespace bccid
