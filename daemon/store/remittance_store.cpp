#include "store/remittance_store.hpp"

#include <utility>

namespace bccid {

const sql::Query kInsertHandIn{"hand_in_insert", R"(
INSERT INTO hand_in (public_id, collector, office, expected, counted, at, actor, window_no)
SELECT $1, $2, $3, $4, $5, $6, $7, 1 + coalesce(max(no), 0) FROM day_close WHERE office = $3)"};

void insert_hand_in(sql::Tx& tx, const HandInRow& row) {
  tx.exec(kInsertHandIn, sql::Params::of(row.public_id, row.collector, row.office, row.expected, row.counted,
                                         row.at, row.actor));
}

const sql::Query kBankAccountOf{"remittance_bank_account", "SELECT bank_account FROM agency WHERE code = $1"};

std::optional<std::string> bank_account_of(sql::Tx& tx, std::string_view agency) {
  const auto rows = tx.exec(kBankAccountOf, sql::Params::of(agency));
  if (rows.empty()) return std::nullopt;
  return rows.front().str(0);
}

const sql::Query kNewNumbers{"remittance_new_numbers",
                             "SELECT nextval('remittance_no') FROM generate_series(1, $1::bigint)"};

std::vector<std::int64_t> new_remittance_numbers(sql::Tx& tx, std::size_t count) {
  std::vector<std::int64_t> numbers;
  const auto rows = tx.exec(kNewNumbers, sql::Params::of(static_cast<std::int64_t>(count)));
  for (const auto row : rows) numbers.push_back(row.i64(0));
  return numbers;
}

const sql::Query kInsertRemittances{"remittance_insert", R"(
WITH made AS (
  INSERT INTO remittance (public_id, reference, agency_code, kind, bank_account, amount, sent_at,
                          oldest_collected_at, actor, source)
  SELECT w.public_id, w.reference, w.agency, w.kind, w.bank_account, w.amount, w.sent_at, w.oldest, w.actor,
         w.source
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::timestamptz[],
                $8::timestamptz[], $9::text[], $10::text[])
         AS w(public_id, reference, agency, kind, bank_account, amount, sent_at, oldest, actor, source)
  RETURNING id, reference)
INSERT INTO remittance_charge (charge_id, remittance_id)
SELECT w.charge_id, m.id FROM unnest($11::bigint[], $12::text[]) AS w(charge_id, reference)
  JOIN made m ON m.reference = w.reference)"};

void insert_remittances(sql::Tx& tx, std::span<const RemittanceRow> rows) {
  std::vector<std::pair<std::int64_t, std::string_view>> carried;
  for (const auto& row : rows)
    for (const auto charge : row.charges) carried.emplace_back(charge, row.reference);
  sql::Params params;
  params.add_array(rows, &RemittanceRow::public_id)
      .add_array(rows, &RemittanceRow::reference)
      .add_array(rows, &RemittanceRow::agency)
      .add_array(rows, [](const RemittanceRow& row) { return name(row.kind); })
      .add_array(rows, &RemittanceRow::bank_account)
      .add_array(rows, &RemittanceRow::amount)
      .add_array(rows, &RemittanceRow::sent_at)
      .add_array(rows, &RemittanceRow::oldest_collected_at)
      .add_array(rows, &RemittanceRow::actor)
      .add_array(rows, [](const RemittanceRow& row) { return name(row.source); })
      .add_array(carried, [](const auto& pair) { return pair.first; })
      .add_array(carried, [](const auto& pair) { return pair.second; });
  tx.exec(kInsertRemittances, params);
}

}  // namespace bccid
