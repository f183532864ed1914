#include "flow/receipts.hpp"

#include "base/limits.hpp"
#include "base/time_text.hpp"

#include <algorithm>

namespace bccid {
namespace {

Failure hidden_receipt(std::int64_t id) {
  return Failure(Errc::not_found, "there is no receipt " + std::to_string(id),
                 "Check the id; receipts of other agencies are not shown.");
}

const sql::Query kAuditReplacement{"receipt_replace_record", R"(
INSERT INTO audit (actor, role, action, subject, request_id, detail)
VALUES ($1, $2, 'receipt.replace', 'receipt:' || $3::text, $4,
        jsonb_build_object('by', $5::text, 'reason', $6::text)))"};

}  // namespace

Result<ReceiptView> find_receipt(sql::Tx& tx, const Actor& actor, std::int64_t id, const ReconRules& rules) {
  auto found = read_receipt(tx, id, seen_agency(actor), rules.remit_within.count());
  if (!found) return hidden_receipt(id);
  return *std::move(found);
}

Result<NamedReceipt> find_named_receipt(sql::Tx& tx, const Actor& actor, std::int64_t id,
                                        const ReconRules& rules) {
  auto found = find_receipt(tx, actor, id, rules);
  if (!found) return found.error();
  NamedReceipt named;
  named.receipt = *std::move(found);
  named.names = read_receipt_names(tx, id);
  return named;
}

Result<FoundReceipts> find_receipts(sql::Tx& tx, const Actor& actor, const ReceiptQuestion& question,
                                    const PageOf& page, const ReconRules& rules) {
  const auto after = number_cursor(page, 0);
  if (!after) return after.error();
  ReceiptFilter filter;
  filter.agency = seen_agency(actor);
  filter.order_number = question.order_number;
  filter.dossier_code = question.dossier_code;
  filter.collector = question.collector;
  filter.unsent = question.unsent;
  filter.refused = question.refused;
  if (question.day) {
    filter.issued_from = start_of_day(*question.day);
    filter.issued_before = start_of_day(Day{std::chrono::sys_days{*question.day} + std::chrono::days{1}});
  }
  filter.after = *after;
  filter.limit = std::clamp<std::size_t>(page.limit, 1, limits::kPageItemsMax);
  auto found = list_receipts(tx, filter, rules.remit_within.count());
  return FoundReceipts{std::move(found.items), found.next == 0 ? "" : std::to_string(found.next)};
}

Result<ReceiptView> replace_receipt_of(sql::Tx& tx, const Actor& actor, std::int64_t id,
                                       std::string_view payer, std::string_view reason, Time now,
                                       const ReconRules& rules) {
  const auto was = find_receipt(tx, actor, id, rules);
  if (!was) return was.error();
  const auto fresh = replace_receipt(tx, id, seen_agency(actor), payer, {actor.id, std::string(reason)}, now);
  if (!fresh)
    return Failure(Errc::conflict, "receipt " + std::to_string(id) + " is cancelled: " + was->cancel_reason,
                   was->replaced_by
                       ? "Replace " + std::to_string(*was->replaced_by) + ", which stands in its place."
                       : "Its money went back; there is nothing to receipt.");
  tx.exec(kAuditReplacement, sql::Params::of(actor.id, actor.role, std::to_string(id), actor.request_id,
                                             std::to_string(*fresh), reason));
  return find_receipt(tx, actor, *fresh, rules);
}

}  // namespace bccid
