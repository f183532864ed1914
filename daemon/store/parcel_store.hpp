#pragma once

#include "domain/order/order.hpp"
#include "domain/parcel/fold.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bccid {

// A parcel as a batch of scans needs it: its fold and the case that it belongs to.
struct ParcelRow {
  std::int64_t id = 0;
  std::int64_t order_id = 0;
  std::int64_t dossier_id = 0;
  Leg leg = Leg::delivery;
  std::string agency;
  std::string order_number;
  std::string item_code;
  FoldState fold;
  std::string step;  // as stored: `closed` is the money's word, which the fold does not know
  std::string seal_no;
  // The dossier as it was when the parcel was locked; locked itself only where another parcel of the same leg
  // may speak for it.
  std::string dossier_code;  // empty until the one-stop department accepts the papers
  std::string slip_no;
  int portal_status = 0;           // as last told, by the agency's system or by us
  std::optional<int> told_status;  // as last told by us

  // What people call the dossier: its code, or the slip's number while there is none.
  const std::string& dossier_name() const { return dossier_code.empty() ? slip_no : dossier_code; }
};

// Locks the parcels that these item codes and order numbers name, in id order, and then the dossiers of those
// that are one of several of their leg: a correction of the earlier parcel and a scan of the later one tell
// the dossier one after the other. A dossier with one parcel a leg is not locked, its parcel is enough.
std::vector<ParcelRow> lock_parcels(sql::Tx& tx, const std::vector<std::string>& items,
                                    const std::vector<std::string>& numbers);

// Every stored event of these parcels, as the fold needs them.
std::map<std::int64_t, std::vector<FoldEvent>> load_events(sql::Tx& tx,
                                                           const std::vector<std::int64_t>& parcels);

// An event on its way into the table. Views point into the caller's scans.
struct NewEvent {
  std::optional<std::int64_t> parcel_id;  // nothing while the parcel is unknown
  std::int64_t id = 0;                    // from take_keys
  Uuid key;
  std::string_view source, raw_code, event, reason, item_ref, office, device, actor, detail;
  Time occurred_at{};
  std::optional<std::int64_t> device_seq;
  bool evidence = false;
  bool late = false;
  std::optional<Uuid> retracts;
  Money fee, charge, postage;
  bool by_transfer = false;  // the payer pays what is due by transfer
};

struct KeyWish {
  Uuid key;
  std::int64_t content = 0;
};
struct KeyAnswer {
  std::optional<std::int64_t> event_id;  // set when the key is new and now ours
  std::int64_t content = 0;              // what the key stands for already, otherwise
};
// Takes the keys that are new, each with an event id, in key order so that two batches cannot deadlock.
std::map<Uuid, KeyAnswer> take_keys(sql::Tx& tx, std::span<const KeyWish> wishes);

// Inserts events; their received_at is the transaction's time, which is returned.
Time insert_events(sql::Tx& tx, std::span<const NewEvent> events);

// Names an event row to the database.
struct EventRef {
  std::int64_t id = 0;
  Time received_at{};
};

// A parcel's new fold. `refold` names the event that made the whole set be folded again.
struct ParcelUpdate {
  std::int64_t id = 0;
  FoldState fold;
  std::string_view step;
  std::optional<EventRef> refold;
  std::string_view seal_no;
  Time due_at{};
};
void update_parcels(sql::Tx& tx, std::span<const ParcelUpdate> updates);

// Until the transaction ends, nobody else stores scans of these references without a parcel, makes their
// parcel known, or settles what is held under them. Who does one of these takes the lock before it looks (and
// before the attention item of the reference), so that the later one sees what the earlier has committed.
void lock_item_refs(sql::Tx& tx, const std::vector<std::string>& refs);

// An event that was held because its parcel was unknown.
struct HeldEvent {
  EventRef row;
  FoldEvent fold;
  std::string item_ref;
  std::string actor, office;
  Money fee, charge, postage;
};
std::vector<HeldEvent> lock_held_events(sql::Tx& tx, const std::vector<std::string>& refs);
// Gives held events to their parcels; `late` as insert_events would have said.
struct Adoption {
  EventRef row;
  std::int64_t parcel_id = 0;
  bool late = false;
};
void adopt_events(sql::Tx& tx, std::span<const Adoption> adoptions);

}  // namespace bccid
