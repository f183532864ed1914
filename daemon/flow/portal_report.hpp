#pragma once

#include "base/clock.hpp"
#include "ports/portal_port.hpp"
#include "store/outbox_store.hpp"
#include "store/pq.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace bccid {

// A report, and how far the portal has heard of the dossier once it has taken it.
struct PortalReport {
  DossierReport report;
  std::int64_t dossier_id = 0;
  Time told_at{};  // created_at and id of the last message whose step is in the report
  std::int64_t told_id = 0;
};

// The report of a dossier.report message: the dossier as it is now, this message's step and those that wait
// behind it for the same portal, at most `steps_max`. Nothing when the portal has heard of it with an earlier
// message. Errors: malformed (the message), not_found (its dossier).
Result<std::optional<PortalReport>> read_portal_report(sql::Tx& tx, const LeasedMessage& held,
                                                       std::size_t steps_max);

// Records that the portal has taken a report.
void confirm_portal_report(sql::Tx& tx, const LeasedMessage& held, const PortalReport& taken, Time now);

}  // namespace bccid
