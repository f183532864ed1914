#include "store/code_lists.hpp"

#include "base/csv.hpp"

#include <boost/algorithm/string/replace.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <array>
#include <set>

namespace bccid {

namespace {

struct Column {
  std::string_view file;   // in the header of the CSV
  std::string_view table;  // in the database
  bool key;
};

struct CodeList {
  std::string_view path;
  std::string_view table;
  std::span<const Column> columns;
};

constexpr std::array kTransitionColumns = {
    Column{"from", "from_state", true},
    Column{"event", "event", true},
    Column{"to", "to_state", false},
};

constexpr std::array kScanCodeColumns = {
    Column{"source", "source", true},
    Column{"version", "version", true},
    Column{"code", "code", true},
    Column{"canonical", "canonical", false},
    Column{"reason", "reason", false},
    Column{"terminal", "terminal", false},
    Column{"money_effect", "money_effect", false},
    Column{"dossier_effect", "dossier_effect", false},
    Column{"evidence", "evidence", false},
    Column{"vi", "vi", false},
    Column{"en", "en", false},
};

constexpr std::array kCodeLists = {
    CodeList{"codes/parcel_transitions.csv", "parcel_transition", kTransitionColumns},
    CodeList{"codes/order_transitions.csv", "order_transition", kTransitionColumns},
    CodeList{"codes/money_transitions.csv", "money_transition", kTransitionColumns},
    CodeList{"codes/scan_codes.csv", "scan_code", kScanCodeColumns},
};

// "a, b" of the table's column names, each through `shape`; all of them or the keys or the others.
template <class Pick, class Shape>
std::string joined(const CodeList& list, Pick pick, std::string_view between, Shape shape) {
  std::string text;
  for (const Column& column : list.columns) {
    if (!pick(column)) continue;
    if (!text.empty()) text += between;
    text += shape(std::string(column.table));
  }
  return text;
}

constexpr std::string_view kMerge = R"(
  WITH fresh AS (
    SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, $1::jsonb)),
  gone AS (
    DELETE FROM {table} t WHERE NOT EXISTS (SELECT 1 FROM fresh f WHERE {same_key}) RETURNING 1),
  put AS (
    INSERT INTO {table} AS t ({columns}) SELECT {columns} FROM fresh
    ON CONFLICT ({keys}) DO UPDATE SET {assignments} WHERE {difference} RETURNING 1)
  SELECT (SELECT count(*) FROM gone) + (SELECT count(*) FROM put))";

// The names come from the constants above, never from input.
std::string merge_statement(const CodeList& list) {
  const auto all = [](const Column&) { return true; };
  const auto key = [](const Column& column) { return column.key; };
  const auto value = [](const Column& column) { return !column.key; };
  const auto plain = [](const std::string& name) { return name; };
  const auto same = [](const std::string& name) { return "f." + name + " = t." + name; };
  const auto assigned = [](const std::string& name) { return name + " = EXCLUDED." + name; };
  const auto differs = [](const std::string& name) {
    return "t." + name + " IS DISTINCT FROM EXCLUDED." + name;
  };
  std::string text(kMerge);
  boost::algorithm::replace_all(text, "{table}", list.table);
  boost::algorithm::replace_all(text, "{columns}", joined(list, all, ", ", plain));
  boost::algorithm::replace_all(text, "{keys}", joined(list, key, ", ", plain));
  boost::algorithm::replace_all(text, "{same_key}", joined(list, key, " AND ", same));
  boost::algorithm::replace_all(text, "{assignments}", joined(list, value, ", ", assigned));
  boost::algorithm::replace_all(text, "{difference}", joined(list, value, " OR ", differs));
  return text;
}

Result<std::string> rows_as_json(const CodeList& list, const CsvTable& csv) {
  for (const Column& column : list.columns) {
    if (csv.has(column.file)) continue;
    return Failure(Errc::malformed,
                   std::string(list.path) + " has no column \"" + std::string(column.file) + '"',
                   "Restore the file's header row.");
  }
  boost::json::array rows;
  std::set<std::vector<std::string>> keys;
  for (std::size_t row = 0; row < csv.size(); ++row) {
    boost::json::object cells;
    std::vector<std::string> key;
    for (const Column& column : list.columns) {
      cells[column.table] = csv.at(row, column.file);
      if (column.key) key.push_back(csv.at(row, column.file));
    }
    if (!keys.insert(std::move(key)).second) {
      return Failure(Errc::malformed,
                     std::string(list.path) + " line " + std::to_string(csv.line(row)) + " repeats a key",
                     "Keep one of the rows.");
    }
    rows.push_back(std::move(cells));
  }
  return boost::json::serialize(rows);
}

Result<CodeListChange> load(sql::Connection& connection, const CodeList& list, std::string_view content) {
  const auto csv = CsvTable::parse(content);
  if (!csv)
    return Failure(csv.error().code, std::string(list.path) + ": " + csv.error().detail, csv.error().hint);
  const auto rows = rows_as_json(list, *csv);
  if (!rows) return rows.error();
  const auto merged = connection.exec_once("code_list_merge", merge_statement(list), sql::Params::of(*rows));
  return CodeListChange{std::string(list.table), csv->size(), merged.front().i64(0)};
}

}  // namespace

Result<std::vector<CodeListChange>> load_code_lists(sql::Connection& connection,
                                                    std::span<const EmbeddedFile> files) {
  std::vector<CodeListChange> changes;
  for (const CodeList& list : kCodeLists) {
    const auto file = std::ranges::find(files, list.path, &EmbeddedFile::path);
    if (file == files.end()) continue;
    auto change = load(connection, list, file->content);
    if (!change) return change.error();
    changes.push_back(std::move(*change));
  }
  return changes;
}

}  // namespace bccid
