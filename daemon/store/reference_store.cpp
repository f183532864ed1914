#include "store/reference_store.hpp"

#include "base/csv.hpp"
#include "base/embedded.hpp"
#include "store/direct.hpp"
#include "store/procedure_file.hpp"

#include <array>
#include <vector>

namespace bccid {
namespace {

const sql::Query kPutProvinces{"provinces_put", R"(
INSERT INTO province (code, name, full_name)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
    ON CONFLICT (code) DO UPDATE SET name = excluded.name, full_name = excluded.full_name)"};

const sql::Query kPutCommunes{"communes_put", R"(
INSERT INTO commune (province_code, code, full_name)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[])
    ON CONFLICT (code) DO UPDATE
   SET province_code = excluded.province_code, full_name = excluded.full_name)"};

// The source repeats a pair where several old hamlets of one commune went the same way.
const sql::Query kPutConversions{"conversions_put", R"(
INSERT INTO commune_conversion (old_province_code, old_district_code, old_commune_code, old_name,
                                new_commune_code, kind)
SELECT DISTINCT ON (c, n) p, d, c, name, n, k
  FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
       AS r (p, d, c, name, n, k)
 WHERE c <> '' AND n <> ''
    ON CONFLICT (old_commune_code, new_commune_code) DO UPDATE SET kind = excluded.kind)"};

const sql::Query kPutProcedures{"procedures_put", R"(
INSERT INTO procedure (code, name, papers, by_post_receive, by_post_return)
SELECT code, name, CASE papers WHEN '' THEN '{}' ELSE string_to_array(papers, '|') END, receive, give_back
  FROM unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::boolean[])
       AS p (code, name, papers, receive, give_back)
    ON CONFLICT (code) DO UPDATE
   SET name = excluded.name, papers = excluded.papers, by_post_receive = excluded.by_post_receive,
       by_post_return = excluded.by_post_return)"};

const sql::Query kPutRegions{"regions_put", R"(
INSERT INTO tariff_region (old_province_code, region)
SELECT code, region::smallint FROM unnest($1::text[], $2::text[]) AS r (code, region)
    ON CONFLICT (old_province_code) DO UPDATE SET region = excluded.region)"};

const sql::Query kPutHolidays{"holidays_put", R"(
INSERT INTO holiday (day, name)
SELECT day::date, name FROM unnest($1::text[], $2::text[], $3::text[]) AS h (day, name, kind)
 WHERE kind = 'holiday'
    ON CONFLICT (day) DO UPDATE SET name = excluded.name)"};

Result<CsvTable> read_file(const char* path) {
  auto table = CsvTable::parse(embedded_file(path));
  if (!table)
    return Failure(table.error().code, std::string(path) + ": " + table.error().detail, table.error().hint);
  return table;
}

std::vector<std::string> column(const CsvTable& table, std::string_view name) {
  std::vector<std::string> values;
  values.reserve(table.size());
  for (std::size_t row = 0; row < table.size(); ++row) values.push_back(table.at(row, name));
  return values;
}

template <std::size_t N>
Result<std::size_t> put(sql::Tx& tx, const sql::Query& query, const char* path,
                        const std::array<const char*, N>& columns) {
  const auto table = read_file(path);
  if (!table) return table.error();
  sql::Params params;
  for (const char* name : columns) params.add_array(column(*table, name));
  tx.exec(query, params);
  return table->size();
}

std::string joined(const std::vector<std::string>& papers) {
  std::string text;
  for (const auto& paper : papers) text += (text.empty() ? "" : "|") + paper;
  return text;
}

Result<std::size_t> put_procedures(sql::Tx& tx) {
  const char* path = "reference/procedures.csv";
  const auto table = read_file(path);
  if (!table) return table.error();
  const auto entries = read_procedures(*table);
  if (!entries)
    return Failure(entries.error().code, std::string(path) + ": " + entries.error().detail,
                   entries.error().hint);
  sql::Params params;
  params.add_array(*entries, &ProcedureEntry::code)
      .add_array(*entries, &ProcedureEntry::name)
      .add_array(*entries, [](const ProcedureEntry& entry) { return joined(entry.papers); })
      .add_array(*entries, &ProcedureEntry::by_post_receive)
      .add_array(*entries, &ProcedureEntry::by_post_return);
  tx.exec(kPutProcedures, params);
  return entries->size();
}

Result<ReferenceReport> load_all(sql::Tx& tx) {
  const auto provinces =
      put(tx, kPutProvinces, "reference/provinces.csv", std::array{"province_code", "name", "full_name"});
  if (!provinces) return provinces.error();
  const auto communes = put(tx, kPutCommunes, "reference/communes.csv",
                            std::array{"province_code", "commune_code", "full_name"});
  if (!communes) return communes.error();
  const auto conversions = put(tx, kPutConversions, "reference/commune_conversion_2025.csv",
                               std::array{"old_province_code", "old_district_code", "old_commune_code",
                                          "old_commune", "new_commune_code", "kind"});
  if (!conversions) return conversions.error();
  const auto procedures = put_procedures(tx);
  if (!procedures) return procedures.error();
  const auto holidays = put(tx, kPutHolidays, "codes/holidays.csv", std::array{"date", "name_vi", "kind"});
  if (!holidays) return holidays.error();
  const auto regions =
      put(tx, kPutRegions, "reference/tariff_regions.csv", std::array{"old_province_code", "region"});
  if (!regions) return regions.error();
  return ReferenceReport{*provinces, *communes, *conversions, *procedures, *holidays};
}

}  // namespace

Result<ReferenceReport> load_reference(const std::string& dsn) {
  return run_directly<ReferenceReport>(dsn, &load_all);
}

}  // namespace bccid
