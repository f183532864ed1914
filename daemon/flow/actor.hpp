#pragma once

#include <string>
#include <string_view>

namespace bccid {

// Who asks for an effect, as the request's token proved it. Names in the journal come from here, never
// from a request body.
struct Actor {
  std::string id;          // principal id, or the name of a job such as "job:feed"
  std::string role;        // clerk, agency, finance, auditor, admin, service
  std::string agency;      // set for agency systems: they see and move only what is theirs
  std::string office;      // set for post clerks
  std::string request_id;  // follows the request through logs and outgoing headers
};

// Whose rows an actor sees: those of this agency; empty: all. An agency's system without an agency sees
// nothing: no row has its code.
inline std::string_view seen_agency(const Actor& actor) {
  return actor.role == "agency" && actor.agency.empty() ? std::string_view("-")
                                                        : std::string_view(actor.agency);
}

}  // namespace bccid
