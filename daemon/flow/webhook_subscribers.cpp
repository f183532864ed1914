#include "flow/webhook_subscribers.hpp"

namespace bccid {
namespace {

const sql::Query kPutEndpoint{"webhook_put", R"(
INSERT INTO webhook_endpoint AS w (id, url, agency_code, events)
VALUES ($1, $2, nullif($3, ''), $4::text[])
    ON CONFLICT (id) DO UPDATE
   SET url = excluded.url, agency_code = excluded.agency_code, events = excluded.events,
       disabled_at = CASE WHEN w.url = excluded.url AND w.disabled_reason <> 'not configured'
                          THEN w.disabled_at END,
       disabled_reason = CASE WHEN w.url = excluded.url AND w.disabled_reason <> 'not configured'
                              THEN w.disabled_reason ELSE '' END,
       failing_since = CASE WHEN w.url = excluded.url AND w.disabled_reason <> 'not configured'
                            THEN w.failing_since END
 WHERE w.origin = 'configuration')"};

const sql::Query kDisableOthers{"webhook_disable_others", R"(
UPDATE webhook_endpoint SET disabled_at = coalesce(disabled_at, now()), disabled_reason = 'not configured'
 WHERE origin = 'configuration' AND disabled_reason <> 'not configured' AND id <> ALL ($1::text[]))"};

// Nobody needs to enable what the configuration brought back or took away.
const sql::Query kCloseSettled{"webhook_close_settled", R"(
UPDATE attention t SET closed_at = now(), closed_by = 'job:configuration', note = 'the configuration changed'
  FROM webhook_endpoint w
 WHERE t.kind = 'webhook_disabled' AND t.closed_at IS NULL AND t.subject = 'webhook:' || w.id
   AND (w.disabled_at IS NULL OR w.disabled_reason = 'not configured'))"};

}  // namespace

void put_webhook_subscribers(sql::Tx& tx, const std::vector<WebhookSubscriber>& endpoints) {
  for (const auto& endpoint : endpoints) {
    sql::Params params = sql::Params::of(endpoint.id, endpoint.url, endpoint.agency);
    params.add_array(endpoint.events);
    tx.exec(kPutEndpoint, params);
  }
  tx.exec(kDisableOthers, sql::Params().add_array(endpoints, &WebhookSubscriber::id));
  tx.exec(kCloseSettled);
}

}  // namespace bccid
