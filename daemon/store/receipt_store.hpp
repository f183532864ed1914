#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "domain/ledger/account.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A charge that an event paid.
struct PaidLine {
  Uuid event;
  ChargeKind kind = ChargeKind::fee;
  std::int64_t charge_id = 0;
  Money amount;
  std::int64_t order_id = 0;
  std::string collector, office;
  Time taken_at{};
};

// Issues a receipt for each event and kind of the lines: biên lai for phí and lệ phí in the agency's name,
// the data of a hóa đơn for cước in the post's. Each takes the next number of its issuer, kind and year; the
// series stay locked until the transaction ends, so call it last. The money falls into the open days of its
// offices, which the caller has held open since before it took the money. One statement, none without lines,
// and another one when an issuer has a provider: what is to be told to it goes into the outbox.
void issue_receipts(sql::Tx& tx, std::span<const PaidLine> lines, Time now);

struct Cancellation {
  std::string by;
  std::string reason;
};

// Cancels the receipts of these events that still stand. Their numbers stay used; a provider that was given
// one is told.
void cancel_receipts_of(sql::Tx& tx, const std::vector<Uuid>& events, const Cancellation& why, Time now);

// The ids of the charges that a receipt is for.
std::vector<std::int64_t> charges_on_receipt(sql::Tx& tx, std::int64_t id);

// Cancels a receipt whose money is given back, its charges locked before. `from_till`: the money leaves the
// office in its open day, which the caller holds. False when it does not stand any more.
bool cancel_refunded_receipt(sql::Tx& tx, std::int64_t id, const Cancellation& why, bool from_till, Time now);

struct ReceiptLineView {
  std::string code, name;
  Money amount;
  std::string version, rule;  // of the table that gave the price; empty: the agency stated it
};

// The document that a provider issues for a receipt. What it has not given yet is empty.
struct EReceiptView {
  std::string key, state;               // as table e_receipt has them
  std::string pattern, symbol, number;  // mẫu số, ký hiệu, số
  std::string url;                      // where a payer looks it up
  std::optional<Time> issued_at, cancelled_at;
  std::string reason;  // why it is refused, or was not cancelled
};

struct ReceiptView {
  std::int64_t id = 0;
  std::string issuer;  // agency code, or the post's block for cước
  std::string kind, symbol;
  std::int64_t number = 0;
  std::string agency, agency_name, dossier_code, order_number, payer;
  Money amount;
  std::string collector, office;
  Time taken_at{}, issued_at{};
  std::string custody;           // where its money is: the least advanced state of its charges
  std::optional<Time> remit_by;  // for phí and lệ phí that are not sent yet; see `remit_within`
  std::optional<Time> cancelled_at;
  std::string cancelled_by, cancel_reason;
  std::optional<std::int64_t> replaces, replaced_by;
  std::optional<EReceiptView> document;  // none: its issuer had no provider
  std::vector<ReceiptLineView> lines;    // read_receipt only
};

// `agency` empty: of any agency. `remit_within` in hours (TT 74/2022/TT-BTC: 24).
std::optional<ReceiptView> read_receipt(sql::Tx& tx, std::int64_t id, std::string_view agency,
                                        std::int64_t remit_within);

// Who and what a receipt's ids stand for; an id that nobody has (any more) gives an empty name.
struct ReceiptNames {
  std::string collector, office, cancelled_by;
  std::optional<std::int64_t> replaces, replaced_by;  // numbers, in the receipt's own series
};
ReceiptNames read_receipt_names(sql::Tx& tx, std::int64_t id);

struct ReceiptFilter {
  // Empty: any.
  std::string agency = {};
  std::string order_number = {};
  std::string dossier_code = {};
  std::string collector = {};
  bool unsent = false;   // only those whose money an agency still waits for
  bool refused = false;  // only those whose electronic document its provider refused
  std::optional<Time> issued_from = {}, issued_before = {};  // both or none; not together with these
  std::int64_t after = 0;                                    // id of the last one of the page before
  std::size_t limit = 50;
};
struct ReceiptPage {
  std::vector<ReceiptView> items;  // by id
  std::int64_t next = 0;           // zero on the last page
};
ReceiptPage list_receipts(sql::Tx& tx, const ReceiptFilter& filter, std::int64_t remit_within);

// Cancels a receipt and issues another of the same lines in its place, to `payer`. Nothing when there is no
// such receipt of that agency, or it does not stand any more.
std::optional<std::int64_t> replace_receipt(sql::Tx& tx, std::int64_t id, std::string_view agency,
                                            std::string_view payer, const Cancellation& why, Time now);

}  // namespace bccid
