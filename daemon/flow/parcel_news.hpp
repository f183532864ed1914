#pragma once

#include "store/parcel_store.hpp"

#include <span>
#include <string>
#include <vector>

namespace bccid {

// A parcel whose events changed in this transaction.
struct ParcelNews {
  const ParcelRow* parcel = nullptr;  // as locked: the fold before
  FoldState after;
  Uuid cause;                         // the event that brought the news
  std::string cause_event;
  std::vector<std::string> paper_differences;
};

// Everything that follows from new parcel states, in the same transaction: what the dossiers are told, which
// orders close, which events go to subscribers, and what a person must look at.
void spread_parcel_news(sql::Tx& tx, std::span<const ParcelNews> news, Time now);

}  // namespace bccid
