#include "paper/table_csv.hpp"

#include <string_view>

namespace bccid {
namespace {

// What a spreadsheet looks at to see a formula; it may stand behind blanks.
bool looks_like_formula(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  const char lead = text[first];
  return lead == '=' || lead == '+' || lead == '-' || lead == '@' || text.front() == '\t' ||
         text.front() == '\r';
}

void add_text(std::string& out, std::string_view text) {
  const std::string_view lead = looks_like_formula(text) ? "'" : "";
  if (text.find_first_of(",\"\r\n") == std::string_view::npos) {
    out.append(lead).append(text);
    return;
  }
  out.append("\"").append(lead);
  for (const char c : text) {
    if (c == '"') out += '"';
    out += c;
  }
  out += '"';
}

struct CsvCell {
  std::string& out;
  const TableColumn& column;
  void operator()(std::monostate) const {}
  void operator()(const std::string& text) const { add_text(out, column.shown(text)); }
  void operator()(std::int64_t number) const { out += std::to_string(number); }
  void operator()(Money amount) const { out += std::to_string(amount.dong()); }
  void operator()(Day day) const { out += to_text(day); }
  void operator()(Time at) const { out += to_vietnam_text(at); }
};

}  // namespace

std::string table_csv(const Table& table) {
  std::string out = "\xEF\xBB\xBF";
  for (std::size_t at = 0; at < table.columns.size(); ++at) {
    if (at > 0) out += ',';
    add_text(out, table.columns[at].title);
  }
  out += "\r\n";
  for (const auto& row : table.rows) {
    for (std::size_t at = 0; at < row.size(); ++at) {
      if (at > 0) out += ',';
      std::visit(CsvCell{out, table.columns[at]}, row[at]);
    }
    out += "\r\n";
  }
  return out;
}

}  // namespace bccid
