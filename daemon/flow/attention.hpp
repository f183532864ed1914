#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "flow/actor.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// Something that a person must look at. The same (kind, subject) stays one open item that counts how
// often it came up.
struct Attention {
  std::string kind;  // unknown_parcel, dead_letter, order_refused, illegal_scan, disputed, silent_parcel, ...
  std::string subject;  // parcel:ITEM, order:NUMBER, outbox:ID, ...
  std::string agency_code;
  std::string dossier_code;
  std::string detail;  // what happened, one sentence
  std::string action;  // what to do next, one sentence
  std::string owner;   // role that owns it: clerk, agency, finance, admin
  Time due_at{};
};

void open_attention(sql::Tx& tx, const std::vector<Attention>& items);
// Closes the open items of one kind for these subjects; unknown subjects are no error.
void close_attention(sql::Tx& tx, std::string_view kind, const std::vector<std::string>& subjects,
                     const Actor& actor, std::string_view note);

struct ClosedAttention {
  std::int64_t id = 0;
  std::string kind, subject, owner;
  Time closed_at{};
  std::string closed_by;
  std::string note;
};
// A person says that an item is done, and why; audited. One that is closed already stays as it was closed
// and is answered so. Errors: not_found; forbidden (of another role than the owner's or admin); conflict for
// a kind that closes by itself, whose hint says when, and for an item whose order nothing else would move.
Result<ClosedAttention> close_by_hand(sql::Tx& tx, std::int64_t id, const Actor& actor, std::string_view note,
                                      Time now);

}  // namespace bccid
