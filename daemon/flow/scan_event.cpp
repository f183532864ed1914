#include "flow/scan_event.hpp"
#include "base/digest.hpp"
#include "base/time_text.hpp"
#include "flow/code_lists.hpp"

#include <array>

namespace bccid {

std::string_view to_text(ScanOutcome outcome) {
  constexpr std::array<std::string_view, 4> kNames{"accepted", "duplicate", "held_unknown_parcel",
                                                   "rejected"};
  return kNames[static_cast<std::size_t>(outcome)];
}

std::int64_t Scan::content() const {
  std::string all = source + '\n' + code + '\n' + item + '\n' + to_rfc3339(occurred_at) + '\n' + office +
                    '\n' + device + '\n' + (device_seq ? std::to_string(*device_seq) : "") + '\n' + reason +
                    '\n' + (evidence ? "1" : "0") + '\n' + (retracts ? retracts->to_text() : "") + '\n' +
                    std::to_string(fee.dong()) + '\n' + std::to_string(charge.dong()) + '\n' +
                    std::to_string(postage.dong()) + '\n' + seal_no + '\n' + detail;
  if (by_transfer) all += "\ntransfer";  // nothing for the others, whose hashes stand for ever
  return content_hash(all);
}

const ScanCode* scan_vocabulary(const Scan& scan) {
  const auto& codes = code_lists().scan_codes;
  const auto slash = scan.source.find('/');
  if (slash == std::string::npos) return codes.find(scan.source, "1", scan.code);
  return codes.find(scan.source.substr(0, slash), scan.source.substr(slash + 1), scan.code);
}

FoldEvent fold_event(const Scan& scan, const ScanCode& code) {
  FoldEvent made;
  made.key = scan.key;
  made.event = code.canonical.value();
  made.occurred_at = scan.occurred_at;
  made.evidence = scan.evidence;
  made.retracts = scan.retracts;
  made.reason = scan.reason.empty() ? code.reason : scan.reason;
  return made;
}

NewEvent event_row(const Scan& scan, const FoldEvent& event) {
  NewEvent row;
  row.key = scan.key;
  row.source = scan.source;
  row.raw_code = scan.code;
  row.event = name(event.event);
  row.reason = event.reason;
  row.item_ref = scan.item;
  row.office = scan.office;
  row.device = scan.device;
  row.actor = scan.actor;
  row.detail = scan.detail;
  row.occurred_at = scan.occurred_at;
  row.device_seq = scan.device_seq;
  row.evidence = scan.evidence;
  row.retracts = scan.retracts;
  row.fee = scan.fee;
  row.charge = scan.charge;
  row.postage = scan.postage;
  row.by_transfer = scan.by_transfer;
  return row;
}

}  // namespace bccid
