#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "flow/actor.hpp"
#include "flow/read_exchanges.hpp"
#include "flow/reconcile.hpp"
#include "store/order_store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace bccid {

struct EventView {
  Uuid key;
  std::string event;
  std::string source;
  std::string raw_code;
  std::string reason;
  Time occurred_at{};
  Time received_at{};
  std::string office;
  std::string device;
  std::string actor;
  bool evidence = false;
  bool late = false;
  std::optional<Uuid> retracts;
  bool by_transfer = false;  // the payer said that he pays by transfer
};

struct ParcelView {
  Uuid order_id;
  std::string item_code;
  std::string order_number;
  std::string leg;
  std::string agency;
  std::string dossier_code;
  std::string state;
  std::string step;
  std::string reason;
  int attempts = 0;
  int anomalies = 0;
  std::string seal_no;
  std::optional<Time> last_at;
  std::optional<Time> final_at;
  Time due_at{};                  // silent beyond this: a person is asked
  std::vector<EventView> events;  // oldest first
};

// A parcel by item code or order number. Errors: not_found (also for another agency's parcel).
Result<ParcelView> read_parcel(sql::Tx& tx, const Actor& actor, std::string_view ref);

struct DossierView {
  std::string code;
  std::string slip_no;
  std::string agency;
  std::string procedure_code;
  std::optional<int> portal_status;  // what the one-stop system last said
  std::optional<int> told_status;    // what we decided to say
  std::string told_text;
  std::optional<int> confirmed_status;
  std::optional<Time> delivered_at;
  std::vector<OrderView> orders;
  std::vector<ParcelView> parcels;
  // The newest calls about it, without their bodies; for people of the post only.
  std::vector<ExchangeView> exchanges;
};

// The whole case: both legs, every event, and the money. Errors: not_found.
Result<DossierView> read_dossier(sql::Tx& tx, const Actor& actor, std::string_view code);

struct AttentionView {
  std::int64_t id = 0;
  std::string kind, subject, agency, dossier_code, detail, action, owner;
  Time opened_at{};
  Time due_at{};
  std::int64_t seen = 1;
};
struct AttentionPage {
  std::vector<AttentionView> items;  // the most urgent first
  std::string next;
};
// Open items. Agency systems see their own. Errors: invalid_field (cursor).
Result<AttentionPage> list_attention(sql::Tx& tx, const Actor& actor, std::string_view owner,
                                     const PageOf& page);

}  // namespace bccid
