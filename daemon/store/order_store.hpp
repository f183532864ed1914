#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "domain/payment/transfer_promise.hpp"
#include "ports/onestop_port.hpp"
#include "store/pq.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct ChargeView {
  std::string kind;
  Money amount;
  std::string state;
  Money taken;
  std::string code, name;     // the line within its kind, and as the receipt says it
  std::string version, rule;  // of the table that gave the price; empty: the agency stated it
  std::string paid_by;        // cash, transfer, online; empty while nobody paid
};

// What the citizen database last answered about an order's citizen.
struct RecipientCheck {
  std::string answer;                 // matched, not_matched, unavailable
  std::vector<std::string> compared;  // of name, id_number, address
  Time at{};
};

// An order as its readers see it.
struct OrderView {
  Uuid id;
  std::string number;
  std::string leg;
  int attempt = 1;
  std::string state;
  std::string reason;
  std::string carrier;
  std::string agency;
  std::string dossier_code;
  std::string slip_no;
  std::string item_code;
  std::string parcel_state;
  std::string parcel_step;
  Time created_at{};
  std::optional<Time> placed_at;
  std::vector<ChargeView> charges;
  std::optional<TransferPromise>
      promised;  // whoever scanned the parcel was told so, whether or not it is paid
  std::optional<RecipientCheck> recipient;  // of the particulars that the order has now
  bool existed = false;                     // the leg already had this live order; nothing was created
};

struct ProcedureRow {
  std::string name;
  bool by_post_receive = true;
  bool by_post_return = true;
  std::vector<std::string> papers;
};
std::optional<ProcedureRow> read_procedure(sql::Tx& tx, std::string_view code);

// The province of a commune in force; nothing when the code is unknown.
std::optional<std::string> commune_province(sql::Tx& tx, std::string_view commune);

struct AgencyRow {
  std::string code, name, address, phone, commune_code, bank_account;
};
std::optional<AgencyRow> read_agency(sql::Tx& tx, std::string_view code);

struct DossierKey {
  std::int64_t id = 0;
  std::string code;
  std::string slip_no;
  std::optional<int> told_status;
};

// Finds the dossier by its code, or by the slip's number, and locks it, after the parcels that it has on the
// wish's leg; creates it when it is new. A slip's dossier learns its code here.
// Errors: conflict (same dossier, other procedure).
Result<DossierKey> lock_or_create_dossier(sql::Tx& tx, std::string_view agency, const OrderWish& wish,
                                          Time now);

// An order of a leg that forbids another one: it is live, or its parcel has been delivered, as far as anybody
// knows, or is on its way again.
struct StandingOrder {
  Uuid id;
  bool live = false;
};
std::optional<StandingOrder> standing_order(sql::Tx& tx, std::int64_t dossier, std::string_view leg);
// The highest attempt of the leg under that base of its number, the dossier's code or slip; 0 when it never
// had an order.
int last_attempt(sql::Tx& tx, std::int64_t dossier, std::string_view leg, std::string_view base);

struct NewOrder {
  Uuid id;
  std::int64_t dossier_id = 0;
  std::string leg;
  int attempt = 1;
  std::string number, carrier, agency;
  std::string sender, receiver;  // JSON of CarrierParty
  std::string contents;
  std::vector<std::string> papers;
  std::string created_by;
};
// Inserts the order and its parcel; answers the order's row id.
std::int64_t insert_order(sql::Tx& tx, const NewOrder& order, Time now);

struct OrderRow {
  std::int64_t id = 0;
  OrderView view;
};
// Locks the order's row. Nothing when there is none.
std::optional<OrderRow> lock_order(sql::Tx& tx, const Uuid& id);
std::optional<OrderView> read_order_view(sql::Tx& tx, const Uuid& id);

// Moves an order; the database refuses what the machine does not allow. Closing states set closed_at.
void move_order(sql::Tx& tx, std::int64_t id, std::string_view state, std::string_view reason, Time now);

// Takes messages about an order that nobody wants any more out of its post's queue; leased ones are left to
// their sender. `subject` is "order:NUMBER".
void void_messages(sql::Tx& tx, std::string_view subject, std::string_view kind, std::string_view reason);

}  // namespace bccid
