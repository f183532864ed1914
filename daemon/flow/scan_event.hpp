#pragma once

#include "domain/parcel/fold.hpp"
#include "domain/parcel/scan_code.hpp"
#include "flow/accept_scans.hpp"
#include "store/parcel_store.hpp"

namespace bccid {

// The scan's code in its source's list; null when the list has none. A source is "name" or "name/version".
const ScanCode* scan_vocabulary(const Scan& scan);

// The scan as its parcel's state sees it; `code` must stand for an event.
FoldEvent fold_event(const Scan& scan, const ScanCode& code);

// The row to store, without id, parcel and lateness.
NewEvent event_row(const Scan& scan, const FoldEvent& event);

}  // namespace bccid
