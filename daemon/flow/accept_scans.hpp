#pragma once

#include "base/ids.hpp"
#include "base/money.hpp"
#include "domain/custody/papers.hpp"
#include "domain/parcel/parcel.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace bccid {

// One scan, or one row of a counterpart's feed, after its form was checked.
struct Scan {
  Uuid key;            // client event id: made and stored by the device before the first send
  std::string source;  // "bccid" for our own API, else the feed's code source
  std::string code;    // in the source's vocabulary
  std::string item;    // item code or order number, upper case
  Time occurred_at{};
  std::string office;
  std::string device;
  std::optional<std::int64_t> device_seq;
  std::string actor;       // who scanned
  std::string request_id;  // that brought it, no part of its content; empty when a job did
  std::string reason;      // why a delivery failed, in our vocabulary; may be empty
  bool evidence = false;   // recipient checked, or evidence named by hash
  std::optional<Uuid> retracts;
  Money fee, charge, postage;  // cash taken with this event; zero is none
  bool by_transfer = false;    // instead of cash the payer pays by transfer what can be paid so
  std::string seal_no;
  std::vector<Paper> papers;  // counted with the applicant, when the event says so
  std::string detail;         // JSON with papers, recipient, evidence hashes; may be empty

  // Everything that must be equal for "the same again"; the order of fields is fixed for ever.
  std::int64_t content() const;
};

enum class ScanOutcome { accepted, duplicate, held_unknown_parcel, rejected };
std::string_view to_text(ScanOutcome outcome);

struct ScanAnswer {
  ScanOutcome outcome = ScanOutcome::rejected;
  std::string reason;        // for rejected: what is wrong; for accepted: an anomaly, if any
  std::string parcel_state;  // after this batch; empty when the parcel is unknown
};

// Takes a batch in one transaction: stores each event once, folds the parcels, posts cash, decides what the
// dossiers are told and writes the outbox rows. Answers stand in the order of the scans.
// A scan is rejected (and not stored) only when its key was used for other content, or its code is not in
// its source's vocabulary or says nothing about where the parcel is. An illegal move is no rejection: it
// happened, so it is kept, flagged and shown to a person. A retraction may come before what it retracts.
// Locks parcels in id order, so that concurrent batches cannot deadlock.
std::vector<ScanAnswer> accept_scans(sql::Tx& tx, std::span<const Scan> scans, Time now);

// Gives the held events of these item references to their parcel, if it is known now. Who makes a parcel
// known calls it, and who stored a scan without one, before the commit: neither misses the other.
// `refs` are item codes or order numbers. Returns how many events were adopted.
// `request_id` is that of the request that made them known; empty when a job did.
std::size_t adopt_held_scans(sql::Tx& tx, const std::vector<std::string>& refs, Time now,
                             std::string_view request_id = {});

// Records that the order of this number was cancelled, as an event of its parcel. Once for a number.
// `request_id` as above.
void cancel_parcel(sql::Tx& tx, std::string_view number, std::string_view actor, Time now,
                   std::string_view request_id = {});

}  // namespace bccid
