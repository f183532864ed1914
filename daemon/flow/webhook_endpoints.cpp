#include "flow/webhook_endpoints.hpp"

#include "base/text.hpp"
#include "flow/attention.hpp"
#include "flow/webhook_subscribers.hpp"

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

const sql::Query kLock{"webhook_endpoint_lock", R"(
  SELECT disabled_at IS NOT NULL, disabled_reason FROM webhook_endpoint WHERE id = $1 FOR UPDATE
)"};

const sql::Query kEnable{"webhook_endpoint_enable", R"(
  WITH enabled AS (
    UPDATE webhook_endpoint SET disabled_at = NULL, disabled_reason = '', failing_since = NULL
     WHERE id = $1::text RETURNING id)
  INSERT INTO audit (actor, role, action, subject, request_id, detail)
  SELECT $2::text, $3::text, 'webhook.enable', 'webhook:' || id, $4::text,
         jsonb_build_object('was_disabled_for', $5::text)
    FROM enabled
)"};

const sql::Query kList{"webhook_endpoints_list", R"(
  SELECT id, url, coalesce(agency_code, ''), disabled_at, disabled_reason FROM webhook_endpoint ORDER BY id
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
  item.action = "Ask the receiver for a working address, then: bccid webhook enable " + std::string(id) + ".";
  item.owner = "admin";
  item.due_at = now + std::chrono::hours(24);
  open_attention(tx, {std::move(item)});
}

Result<bool> enable_endpoint(sql::Tx& tx, std::string_view id, const Actor& actor) {
  const auto rows = tx.exec(kLock, sql::Params::of(id));
  if (rows.empty())
    return Failure(Errc::not_found, "there is no webhook endpoint \"" + shown(id) + "\"",
                   "List them with: bccid webhook list.");
  const auto reason = rows.front().str(1);
  if (!rows.front().boolean(0)) return false;
  if (reason == kNotConfigured)
    return Failure(Errc::conflict, "webhook endpoint " + std::string(id) + " is not configured",
                   "Add its [[webhook]] block to the configuration and restart bccid.");
  tx.exec(kEnable, sql::Params::of(id, actor.id, actor.role, actor.request_id, reason));
  close_attention(tx, "webhook_disabled", {"webhook:" + std::string(id)}, actor, "the endpoint was enabled");
  return true;
}

sql::Rows list_endpoints(sql::Tx& tx) { return tx.exec(kList); }

}  // namespace bccid
