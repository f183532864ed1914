#pragma once

#include "flow/actor.hpp"
#include "flow/reconcile.hpp"
#include "store/receipt_store.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// Errors: not_found (also for another agency's receipt).
Result<ReceiptView> find_receipt(sql::Tx& tx, const Actor& actor, std::int64_t id, const ReconRules& rules);

struct NamedReceipt {
  ReceiptView receipt;
  ReceiptNames names;
};
// The same receipt with what its paper says in the place of ids. Errors: as find_receipt.
Result<NamedReceipt> find_named_receipt(sql::Tx& tx, const Actor& actor, std::int64_t id,
                                        const ReconRules& rules);

struct ReceiptQuestion {
  std::string order_number, dossier_code, collector;  // empty: any
  bool unsent = false;                                // only those whose money an agency still waits for
  bool refused = false;         // only those whose electronic document its provider refused
  std::optional<Day> day = {};  // Vietnamese, of their issue; not together with these
};
struct FoundReceipts {
  std::vector<ReceiptView> items;  // the oldest first
  std::string next;                // empty on the last page
};
// Agency systems see their own receipts only. Errors: invalid_field (cursor).
Result<FoundReceipts> find_receipts(sql::Tx& tx, const Actor& actor, const ReceiptQuestion& question,
                                    const PageOf& page, const ReconRules& rules);

// A receipt with a wrong payer is cancelled, and another with the next number stands in its place; nothing on
// paper is ever edited. Errors: not_found (also for another agency's receipt), conflict (it is cancelled).
Result<ReceiptView> replace_receipt_of(sql::Tx& tx, const Actor& actor, std::int64_t id,
                                       std::string_view payer, std::string_view reason, Time now,
                                       const ReconRules& rules);

}  // namespace bccid
