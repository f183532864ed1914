#include "http/dto/table_dto.hpp"

#include <boost/json.hpp>

#include <array>
#include <string_view>

namespace bccid::http {
namespace {

namespace json = boost::json;

std::string_view kind_text(CellKind kind) {
  static constexpr std::array<std::string_view, 5> kTexts{"text", "count", "money", "day", "time"};
  return kTexts.at(static_cast<std::size_t>(kind));
}

std::string key_of(const TableColumn& column) {
  return column.kind == CellKind::money ? column.id + "_vnd" : column.id;
}

struct JsonCell {
  json::value operator()(std::monostate) const { return nullptr; }
  json::value operator()(const std::string& text) const { return json::value(text); }
  json::value operator()(std::int64_t number) const { return number; }
  json::value operator()(Money amount) const { return amount.dong(); }
  json::value operator()(Day day) const { return json::value(to_text(day)); }
  json::value operator()(Time at) const { return json::value(to_rfc3339(at)); }
};

}  // namespace

json::object to_json(const Table& table) {
  json::array columns, items;
  for (const auto& column : table.columns)
    columns.push_back(
        json::object{{"id", key_of(column)}, {"title", column.title}, {"kind", kind_text(column.kind)}});
  for (const auto& row : table.rows) {
    json::object item;
    for (std::size_t at = 0; at < row.size(); ++at)
      item[key_of(table.columns[at])] = std::visit(JsonCell{}, row[at]);
    items.push_back(std::move(item));
  }
  json::object out;
  out["title"] = table.title;
  out["columns"] = std::move(columns);
  out["items"] = std::move(items);
  return out;
}

}  // namespace bccid::http
