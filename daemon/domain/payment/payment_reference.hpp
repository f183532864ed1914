#pragma once

#include "domain/ledger/account.hpp"
#include "domain/recon/matcher.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// What a payer's own transfer says, so that the charges that it pays are found again: "BP" for phí, "BL"
// for lệ phí or "BC" for cước, the number of the order in our books, which of its payments it is, and a check
// digit (Damm) that tells every single wrong digit and every two neighbours in the wrong order. Letters first
// and digits behind them, so that all such references have one of a few shapes. Two of them stand together in
// the 25 signs that banks forward as long as orders have eight digits.
struct PaymentReference {
  ChargeKind kind = ChargeKind::fee;
  std::int64_t order_id = 0;
  int attempt = 0;  // 0 to 9

  auto operator<=>(const PaymentReference&) const = default;
};

inline constexpr int kPaymentAttempts = 10;

// "BP120480". The order's number must be positive.
std::string payment_reference_text(const PaymentReference& reference);

// Reads exactly such a text; nothing for anything else.
std::optional<PaymentReference> parse_payment_reference(std::string_view text);

// All that a line names in its text or as its end-to-end id, whatever the banks did to blanks and case,
// sorted, each once. Where a number ends cannot always be told (a bank that cuts one in two leaves two): then
// every reading with a right check digit is given, and only the books know which of them is meant.
std::vector<PaymentReference> payment_references_in(const CreditLine& line);

inline constexpr std::size_t kOnlineReferenceCharsMax = 23;

// What the remittances of one payment on the platform are called: the first by the platform's own reference,
// the others, of another kind or to another account, with "+1", "+2" ... behind it, a sign that
// no platform's reference has.
std::string online_reference(const std::string& platform, std::size_t number);

// True for what may be such a platform's reference: letters, digits, '-', '.' and '_', 4 to
// kOnlineReferenceCharsMax, and not one of ours.
bool is_online_reference(std::string_view text);

}  // namespace bccid
