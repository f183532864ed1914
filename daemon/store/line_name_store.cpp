#include "store/line_name_store.hpp"

namespace bccid {

const sql::Query kShapes{"line_name_shapes",
                         "SELECT stem, length FROM reference_shape ORDER BY stem, length"};

std::vector<ReferenceShape> reference_shapes(sql::Tx& tx) {
  std::vector<ReferenceShape> shapes;
  for (const auto row : tx.exec(kShapes))
    shapes.push_back({row.str(0), static_cast<std::size_t>(row.i64(1))});
  return shapes;
}

const sql::Query kInsertNames{"line_name_insert", R"(
INSERT INTO line_name (line_id, remittance_id)
SELECT w.line_id, r.id FROM unnest($2::bigint[], $3::text[]) AS w(line_id, signs)
 CROSS JOIN LATERAL (SELECT id FROM remittance WHERE bank_account = $1 AND signs = w.signs OFFSET 0) r
ON CONFLICT DO NOTHING)"};

void insert_line_names(sql::Tx& tx, std::string_view account, std::span<const LineSigns> found) {
  if (found.empty()) return;
  auto params = sql::Params::of(account);
  params.add_array(found, &LineSigns::line).add_array(found, &LineSigns::signs);
  tx.exec(kInsertNames, params);
}

const sql::Query kReferencesWith{"line_name_references", R"(
SELECT r.reference FROM unnest($2::text[]) AS w(signs)
  JOIN remittance r ON r.bank_account = $1 AND r.signs = w.signs)"};

std::vector<std::string> references_with(sql::Tx& tx, std::string_view account,
                                         std::span<const LineSigns> found) {
  std::vector<std::string> references;
  if (found.empty()) return references;
  auto params = sql::Params::of(account);
  params.add_array(found, &LineSigns::signs);
  for (const auto row : tx.exec(kReferencesWith, params)) references.push_back(row.str(0));
  return references;
}

const sql::Query kNamesOfLines{"line_name_of_lines", R"(
SELECT n.line_id, n.remittance_id
  FROM unnest($1::bigint[]) AS w(id)
 CROSS JOIN LATERAL (SELECT * FROM line_name WHERE line_id = w.id OFFSET 0) n)"};

const sql::Query kNamesOfRemittances{"line_name_of_remittances", R"(
SELECT n.line_id, n.remittance_id
  FROM unnest($1::bigint[]) AS w(id)
 CROSS JOIN LATERAL (SELECT * FROM line_name WHERE remittance_id = w.id OFFSET 0) n)"};

namespace {

std::vector<LineName> names_by(sql::Tx& tx, const sql::Query& query, std::span<const std::int64_t> ids) {
  std::vector<LineName> found;
  if (ids.empty()) return found;
  for (const auto row : tx.exec(query, sql::Params().add_array(ids)))
    found.push_back({row.i64(0), row.i64(1)});
  return found;
}

}  // namespace

std::vector<LineName> names_of_lines(sql::Tx& tx, std::span<const std::int64_t> lines) {
  return names_by(tx, kNamesOfLines, lines);
}

std::vector<LineName> names_of_remittances(sql::Tx& tx, std::span<const std::int64_t> remittances) {
  return names_by(tx, kNamesOfRemittances, remittances);
}

}  // namespace bccid
