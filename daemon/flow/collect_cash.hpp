#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "domain/ledger/account.hpp"
#include "flow/actor.hpp"
#include "ports/onestop_port.hpp"
#include "store/pq.hpp"
#include "store/receipt_store.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// Money that was paid with one event, as a rule in cash to a collector.
struct CashTaken {
  Uuid event_key;  // the journal's key: the same event is booked once
  std::int64_t order_id = 0;
  std::string agency;
  std::string dossier_code;
  std::string order_number;
  std::string collector;
  std::string office;
  Money fee, charge, postage;
  Time occurred_at{};
  // Of money that the payer sent to the fee account himself: the remittance that it is, and the account; it
  // pays no charge that goes elsewhere. Empty: cash.
  std::string transfer = {};
  std::string account = {};

  Money& of(ChargeKind kind) {
    return kind == ChargeKind::fee ? fee : kind == ChargeKind::charge ? charge : postage;
  }
};

// Who stands for the collector where nobody of the post held the money. No person may have these names.
inline constexpr std::string_view kByTransfer = "transfer";
inline constexpr std::string_view kPaidOnline = "online";

// Freezes what is owed on an order and books it (Dr receivable, Cr payable), one charge for each kind.
void raise_charges(sql::Tx& tx, std::int64_t order_id, std::string_view agency, std::string_view order_number,
                   const std::vector<WantedCharge>& charges, Time now);

// Books what was really taken. Money that differs from what is due, or is not due at all, is booked too
// (the cash exists) and becomes a break with an owner. Set-based: one call for a whole scan batch. Returns
// what was paid, for issue_receipts(), which the caller calls as the last thing of its transaction.
[[nodiscard]] std::vector<PaidLine> collect_cash(sql::Tx& tx, std::span<const CashTaken> cash, Time now);

// Books the opposite of what these events booked, because their scans were retracted, and cancels their
// receipts. Returns the events whose cash went back.
std::vector<Uuid> reverse_cash(sql::Tx& tx, const std::vector<Uuid>& event_keys, std::string_view actor,
                               Time now);

// Takes out what `events` paid: it went back before anybody held a receipt.
void forget_paid(std::vector<PaidLine>& paid, const std::vector<Uuid>& events);

}  // namespace bccid
