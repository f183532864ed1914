#pragma once

#include "domain/payment/payment_reference.hpp"
#include "flow/actor.hpp"
#include "flow/collect_cash.hpp"
#include "store/line_name_store.hpp"
#include "store/pq.hpp"
#include "store/recon_store.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// Money that a payer sent to a fee account himself: by a transfer that a bank line shows, or on the payment
// platform of the state (QĐ 45/2016 Điều 11). It becomes a remittance of its own, so that from here on it
// goes the way of all money.
struct PayerTransfer {
  std::int64_t order_id = 0;
  ChargeKind kind = ChargeKind::fee;
  std::string account;    // that it was sent to: it pays what goes there
  Money amount;           // no more than is due is booked
  std::string reference;  // of the remittance; at most 25 signs of ASCII, used by none before
  Time paid_at{};
  std::string_view way = kByTransfer;  // or kPaidOnline: the platform gives the payer its own receipt
};

struct BookedTransfers {
  std::vector<Money> amounts;  // how much of each was booked, in their order; zero for what pays nothing due
  // What issue_receipts() is still to be called for, as the last thing of the transaction: its series stay
  // locked from there on.
  std::vector<PaidLine> paid;
};

// Books them: what they pay is remitted, and a part payment splits a charge as cash does. The orders must
// exist. Locks their parcels and charges until the transaction ends.
[[nodiscard]] BookedTransfers book_transfers(sql::Tx& tx, const Actor& actor,
                                             const std::vector<PayerTransfer>& transfers, Time now);

// A bank line that names payers' own transfers.
struct TransferLine {
  std::int64_t id = 0;
  std::string key;
  std::string account;
  Money amount;
  Day booked{};
  bool fresh = true;  // of a file that no run has seen; otherwise its money is in clearing already
  std::vector<PaymentReference> named;
};

// Whom a line names, whether or not it still owes anything.
struct NamedOrder {
  std::int64_t id = 0;
  std::string number, dossier_code;
};
using NamedOrders = std::map<std::string, NamedOrder>;  // by the line's key

// Those of the lines of one account that name an order which has ever had to pay something there.
NamedOrders orders_named(sql::Tx& tx, const std::vector<TransferLine>& lines);

// What lines said.
struct TakenTransfers {
  std::vector<PaidLine> paid;    // as BookedTransfers has it
  std::vector<LineSigns> parts;  // lines that pay under another reference than the one that they name
};

// Books what these lines of one account say was paid, as long as something is due: whoever pays by one code
// in several parts pays the same whatever the order in which their lines come. A reference whose remittance
// is still awaited is for the matcher. Behind one whose money has come a line goes into the books under the
// last reference of the order that is free, which no code ever shows. A line pays one order, or several that
// it names when it is exactly what they owe.
[[nodiscard]] TakenTransfers take_transfers(sql::Tx& tx, const Actor& actor, std::vector<TransferLine> lines,
                                            Time now);

// Tells the matcher of lines that were booked under other references than they name.
void name_booked_parts(sql::Tx& tx, std::vector<OpenLine>& lines);

// Those of these references that a remittance bears, sorted.
std::vector<std::string> taken_references(sql::Tx& tx, const std::vector<std::string>& references);

}  // namespace bccid
