#include "flow/webhook_endpoints.hpp"

#include "base/text.hpp"
#include "base/time_text.hpp"
#include "flow/attention.hpp"
#include "flow/webhook_subscribers.hpp"

namespace bccid {
namespace {

const sql::Query kAllFailing{"webhook_endpoints_failing", R"(
  SELECT id, failing_since FROM webhook_endpoint WHERE failing_since IS NOT NULL
)"};

const sql::Query kFailing{"webhook_endpoint_failing", R"(
  UPDATE webhook_endpoint SET failing_since = coalesce(failing_since, $2::timestamptz)
   WHERE id = $1::text
  RETURNING failing_since
)"};

const sql::Query kWorks{"webhook_endpoint_works", R"(
  UPDATE webhook_endpoint SET failing_since = NULL WHERE id = $1::text AND failing_since IS NOT NULL
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

std::vector<FailingEndpoint> failing_endpoints(sql::Tx& tx) {
  std::vector<FailingEndpoint> found;
  for (const auto& row : tx.exec(kAllFailing)) found.push_back(FailingEndpoint{row.str(0), row.time(1)});
  return found;
}

std::optional<Time> endpoint_failed(sql::Tx& tx, std::string_view id, std::string_view reason,
                                    Duration disable_after, Time now) {
  const auto rows = tx.exec(kFailing, sql::Params::of(id, now));
  if (rows.empty()) return std::nullopt;
  const Time since = rows.front().time(0);
  if (now - since >= disable_after)
    disable_endpoint(tx, id,
                     "nothing was delivered since " + to_rfc3339(since) + ", at last: " + std::string(reason),
                     now);
  return since;
}

void endpoint_works(sql::Tx& tx, std::string_view id) { tx.exec(kWorks, sql::Params::of(id)); }

void disable_endpoint(sql::Tx& tx, std::string_view id, std::string_view reason, Time now) {
  const auto rows = tx.exec(kDisable, sql::Params::of(id, reason, now));
  if (rows.empty()) return;
  Attention item;
  item.kind = "webhook_disabled";
  item.subject = "webhook:" + std::string(id);
  item.agency_code = rows.front().str(0);
  item.detail = "no more events are sent to endpoint " + std::string(id) + ": " + std::string(reason);
  item.action =
      "Ask the receiver for a working address and configure it, or repair what is wrong and run: "
      "bccid webhook enable " +
      std::string(id) + ".";
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
  if (reason == "removed")
    return Failure(Errc::conflict, "subscription " + std::string(id) + " was removed by its owner",
                   "Its owner subscribes again with POST /v1/webhooks.");
  if (reason == kNotConfigured)
    return Failure(Errc::conflict, "webhook endpoint " + std::string(id) + " is not configured",
                   "Add its [[webhook]] block to the configuration and restart bccid.");
  tx.exec(kEnable, sql::Params::of(id, actor.id, actor.role, actor.request_id, reason));
  close_attention(tx, "webhook_disabled", {"webhook:" + std::string(id)}, actor, "the endpoint was enabled");
  return true;
}

sql::Rows list_endpoints(sql::Tx& tx) { return tx.exec(kList); }

}  // namespace bccid
