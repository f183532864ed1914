#include "store/exchange_store.hpp"

namespace bccid {
namespace {

// The exchange's own time, and not the moment of writing: it may be written later. What would be dated into a
// month that nobody made goes to the default partition, as with every such table.
const sql::Query kStore{"exchange_store", R"(
  WITH e AS MATERIALIZED (
         SELECT e.*
           FROM unnest($1::text[], $2::boolean[], $3::text[], $4::text[], $5::text[], $6::timestamptz[],
                       $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::text[], $12::text[],
                       $13::text[], $14::text[], $15::boolean[], $16::bigint[], $17::bigint[])
                  AS e(counterpart, inbound, call, subject, request_id, at, took_ms, http_status, bytes_out,
                       bytes_in, outcome, reason, sent, got, folds, tries, outbox_id)),
       same AS MATERIALIZED (
         SELECT e.counterpart, e.inbound, e.call, e.outcome, e.http_status, p.at, p.id, sum(e.tries) AS tries,
                max(e.at) AS last_at, sum(e.bytes_out) AS bytes_out, sum(e.bytes_in) AS bytes_in
           FROM e, LATERAL (
             SELECT x.at, x.id FROM exchange x
              WHERE x.counterpart = e.counterpart AND x.at >= date_trunc('hour', e.at) AND x.at <= e.at
                AND x.direction = CASE WHEN e.inbound THEN 'in' ELSE 'out' END AND x.call = e.call
                AND x.outcome = e.outcome AND x.http_status = e.http_status AND x.subject = ''
              ORDER BY x.at DESC LIMIT 1) AS p
          WHERE e.folds GROUP BY 1, 2, 3, 4, 5, 6, 7),
       folded AS (
         UPDATE exchange x SET tries = x.tries + s.tries, last_at = s.last_at,
                               bytes_out = x.bytes_out + s.bytes_out, bytes_in = x.bytes_in + s.bytes_in
           FROM same s WHERE x.at = s.at AND x.id = s.id)
  INSERT INTO exchange (at, counterpart, subject, attempt, outcome, http_status, reason, took_ms, direction,
                        call, request_id, tries, last_at, bytes_out, bytes_in, sent, got, outbox_id)
  SELECT e.at, e.counterpart, e.subject, 1, e.outcome, e.http_status, e.reason, e.took_ms,
         CASE WHEN e.inbound THEN 'in' ELSE 'out' END, e.call, e.request_id, e.tries, e.at, e.bytes_out,
         e.bytes_in, e.sent, e.got, nullif(e.outbox_id, 0)
    FROM e
   WHERE NOT e.folds OR NOT EXISTS (
         SELECT 1 FROM same s
          WHERE s.counterpart = e.counterpart AND s.inbound = e.inbound AND s.call = e.call
                                AND s.outcome = e.outcome AND s.http_status = e.http_status)
)"};

const sql::Query kNote{"exchange_note_counterparts", R"(
  SELECT note_counterparts($1::text[], $2::timestamptz[], $3::boolean[], $4::bigint[], $5::text[],
                           $6::bigint[])
)"};

std::string answer_of(const ExchangeRow& row) {
  if (!row.reason.empty()) return row.reason;
  return row.http_status == 0 ? std::string() : "answered " + std::to_string(row.http_status);
}

}  // namespace

void store_exchanges(sql::Tx& tx, const std::vector<ExchangeRow>& rows) {
  if (rows.empty()) return;
  sql::Params params;
  params.add_array(rows, &ExchangeRow::counterpart)
      .add_array(rows, &ExchangeRow::inbound)
      .add_array(rows, &ExchangeRow::call)
      .add_array(rows, &ExchangeRow::subject)
      .add_array(rows, &ExchangeRow::request_id)
      .add_array(rows, &ExchangeRow::at)
      .add_array(rows, &ExchangeRow::took_ms)
      .add_array(rows, &ExchangeRow::http_status)
      .add_array(rows, &ExchangeRow::bytes_out)
      .add_array(rows, &ExchangeRow::bytes_in)
      .add_array(rows, &ExchangeRow::outcome)
      .add_array(rows, &ExchangeRow::reason)
      .add_array(rows, &ExchangeRow::sent)
      .add_array(rows, &ExchangeRow::got)
      .add_array(rows, &ExchangeRow::folds)
      .add_array(rows, &ExchangeRow::tries)
      .add_array(rows, &ExchangeRow::outbox_id);
  tx.exec(kStore, params);
  std::vector<ExchangeRow> outward;
  for (const auto& row : rows)
    if (!row.inbound) outward.push_back(row);
  note_counterparts(tx, outward);
}

void note_counterparts(sql::Tx& tx, const std::vector<ExchangeRow>& rows) {
  if (rows.empty()) return;
  sql::Params params;
  params.add_array(rows, &ExchangeRow::counterpart)
      .add_array(rows, &ExchangeRow::at)
      .add_array(rows, [](const ExchangeRow& row) { return row.failed(); })
      .add_array(rows, &ExchangeRow::http_status)
      .add_array(rows, answer_of)
      .add_array(rows, &ExchangeRow::tries);
  tx.exec(kNote, params);
}

}  // namespace bccid
