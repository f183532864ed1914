#include "flow/webhook_endpoints.hpp"

#include "flow/attention.hpp"

namespace bccid {
namespace {

const sql::Query kDisabled{"webhook_endpoints_disabled", R"(
  SELECT id FROM webhook_endpoint WHERE disabled_at IS NOT NULL
)"};

const sql::Query kDisable{"webhook_endpoint_disable", R"(
  UPDATE webhook_endpoint SET disabled_at = $3::timestamptz, disabled_reason = $2::text
   WHERE id = $1::text AND disabled_at IS NULL
  RETURNING coalesce(agency_code, '')
)"};

}  // namespace

std::vector<std::string> disabled_endpoints(sql::Tx& tx) {
  std::vector<std::string> ids;
  for (const auto& row : tx.exec(kDisabled)) ids.push_back(row.str(0));
  return ids;
}

void disable_endpoint(sql::Tx& tx, std::string_view id, std::string_view reason, Time now) {
  const auto rows = tx.exec(kDisable, sql::Params::of(id, reason, now));
  if (rows.empty()) return;
  Attention item;
  item.kind = "webhook_disabled";
  item.subject = "webhook:" + std::string(id);
  item.agency_code = rows.front().str(0);
  item.detail = "no more events are sent to endpoint " + std::string(id) + ": " + std::string(reason);
  item.action = "Ask the receiver for a working address, then enable the endpoint.";
  item.owner = "admin";
  item.due_at = now + std::chrono::hours(24);
  open_attention(tx, {std::move(item)});
}

}  // namespace bccid
