#include "store/remittance_file_store.hpp"

namespace bccid {

const sql::Query kInsertRemittanceFile{"remittance_file_insert", R"(
WITH made AS (
  INSERT INTO remittance_file (sha256, public_id, carrier, reference, bank_account, day, total, items,
                               imported_at, actor)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING id)
INSERT INTO remittance_file_part (remittance_id, file_id)
SELECT r.id, m.id FROM made m, unnest($11::uuid[]) AS w(public_id)
  JOIN remittance r ON r.public_id = w.public_id)"};

void insert_remittance_file(sql::Tx& tx, const RemittanceFileRow& file, const std::vector<Uuid>& remittances,
                            Time now) {
  sql::Params params;
  params.add_bytes(file.sha256).add(file.public_id).add(file.carrier).add(file.reference).add(file.account);
  params.add(file.day).add(file.total).add(file.items).add(now).add(file.actor).add_array(remittances);
  tx.exec(kInsertRemittanceFile, params);
}

const sql::Query kFindRemittanceFile{"remittance_file_find", R"(
SELECT id, public_id, reference, bank_account, day, total, items FROM remittance_file WHERE sha256 = $1)"};

const sql::Query kFiledRemittances{"remittance_file_parts", R"(
SELECT r.public_id, r.reference, r.agency_code, r.kind, r.bank_account, r.amount,
       (SELECT count(*) FROM remittance_charge c WHERE c.remittance_id = r.id), r.sent_at
  FROM remittance_file_part p JOIN remittance r ON r.id = p.remittance_id
 WHERE p.file_id = $1 ORDER BY r.id)"};

std::optional<KnownRemittanceFile> find_remittance_file(sql::Tx& tx, const Sha256& sha256) {
  const auto rows = tx.exec(kFindRemittanceFile, sql::Params().add_bytes(sha256));
  if (rows.empty()) return std::nullopt;
  const auto row = rows.front();
  KnownRemittanceFile file{row.uuid(1), row.str(2),   row.str(3),
                           row.day(4),  row.money(5), static_cast<std::size_t>(row.i64(6)),
                           {}};
  for (const auto part : tx.exec(kFiledRemittances, sql::Params::of(row.i64(0))))
    file.remittances.push_back({part.uuid(0), part.str(1), part.str(2), part.str(3), part.str(4),
                                part.money(5), static_cast<std::size_t>(part.i64(6)), part.time(7)});
  return file;
}

const sql::Query kUsedReferences{"remittance_file_used_references", R"(
SELECT w.reference FROM unnest($1::text[]) AS w(reference)
 WHERE EXISTS (SELECT 1 FROM remittance r WHERE r.reference = w.reference)
    OR EXISTS (SELECT 1 FROM remittance_file f WHERE f.reference = w.reference))"};

std::vector<std::string> used_references(sql::Tx& tx, const std::vector<std::string>& references) {
  std::vector<std::string> used;
  for (const auto row : tx.exec(kUsedReferences, sql::Params().add_array(references)))
    used.push_back(row.str(0));
  return used;
}

const sql::Query kOrdersNamed{"remittance_file_orders_named", R"(
SELECT coalesce(CASE WHEN w.item = '' THEN n.id WHEN w.number = '' THEN p.order_id
                     WHEN n.id = p.order_id THEN n.id END, 0)
  FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS w(number, item, at)
  LEFT JOIN LATERAL (SELECT o.id FROM orders o WHERE o.number = w.number OFFSET 0) n ON true
  LEFT JOIN LATERAL (SELECT c.order_id FROM parcel c WHERE c.item_code = w.item OFFSET 0) p ON true
 ORDER BY w.at)"};

std::vector<std::int64_t> orders_named(sql::Tx& tx, const std::vector<NamedParcel>& named) {
  std::vector<std::int64_t> found;
  sql::Params params;
  params.add_array(named, &NamedParcel::order_number).add_array(named, &NamedParcel::item_code);
  for (const auto row : tx.exec(kOrdersNamed, params)) found.push_back(row.i64(0));
  return found;
}

const sql::Query kLockRemittanceFiles{"remittance_file_lock",
                                      "SELECT pg_advisory_xact_lock(hashtext('remittance_file'))"};

void lock_remittance_files(sql::Tx& tx) { tx.exec(kLockRemittanceFiles); }

}  // namespace bccid
