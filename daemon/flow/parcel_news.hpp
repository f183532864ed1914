#pragma once

#include "store/parcel_store.hpp"

#include <span>
#include <string>
#include <vector>

namespace bccid {

// One step of a parcel in this transaction. A parcel whose events came together has several, in their order.
struct ParcelNews {
  const ParcelRow* parcel = nullptr;  // as locked
  const FoldState* before = nullptr;  // of this step
  const FoldState* after = nullptr;
  Uuid cause;  // the event that brought the news
  std::string_view cause_event;
  std::string_view request_id;  // of the request that brought the event; empty when a job did
  std::vector<std::string> paper_differences;
};

// Everything that follows from new parcel states, in the same transaction: what the dossiers are told, which
// orders close, what nobody owes any more, which events go to subscribers, and what a person must look at.
// The parcels are locked, so what leaves about one of them leaves in the order in which it was decided.
void spread_parcel_news(sql::Tx& tx, std::span<const ParcelNews> news, Time now);

}  // namespace bccid
