#include "adapters/bank_table/workbook_parts.hpp"

#include "adapters/statement_builder.hpp"
#include "adapters/xml_reader.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <map>

namespace bccid::table {
namespace {

using bank::refused;

constexpr std::size_t kStringsMax = 4'000'000;
constexpr std::size_t kStylesMax = 100'000;
constexpr int kExponentMax = 30;
constexpr std::string_view kWorkbook = "xl/workbook.xml";
constexpr std::string_view kRelations = "xl/_rels/workbook.xml.rels";

std::size_t number_or(std::string_view text, std::size_t otherwise) {
  std::size_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc{} && read.ptr == text.data() + text.size() ? value : otherwise;
}

// Of those that every workbook has without saying so.
bool built_in_day(std::size_t format) {
  return (format >= 14 && format <= 17) || format == 22 || (format >= 27 && format <= 36) ||
         (format >= 50 && format <= 58);
}

class WorkbookReader final : public bank::XmlReader {
 public:
  struct Sheet {
    std::string name, relation;
  };
  std::vector<Sheet> sheets;
  bool from_1904 = false;

 private:
  Status begin(std::string_view path, std::string_view) override {
    if (path == "workbook/workbookPr")
      from_1904 = attribute("date1904") == "1" || attribute("date1904") == "true";
    if (path != "workbook/sheets/sheet") return {};
    auto relation = attribute("http://schemas.openxmlformats.org/officeDocument/2006/relationships id");
    if (relation.empty()) relation = attribute("http://purl.oclc.org/ooxml/officeDocument/relationships id");
    sheets.push_back({attribute("name"), std::move(relation)});
    return {};
  }
  Status end(std::string_view, std::string_view) override { return {}; }
};

class RelationReader final : public bank::XmlReader {
 public:
  std::map<std::string, std::string> targets;

 private:
  Status begin(std::string_view path, std::string_view) override {
    if (path == "Relationships/Relationship") targets[attribute("Id")] = attribute("Target");
    return {};
  }
  Status end(std::string_view, std::string_view) override { return {}; }
};

Status read_part(const ZipArchive& archive, std::string_view name, bank::XmlReader& reader) {
  auto bytes = archive.file(std::string(name));
  if (!bytes) return bytes.error();
  return reader.read(**bytes);
}

}  // namespace

class SharedStrings::Reader final : public bank::XmlReader {
 public:
  explicit Reader(SharedStrings& strings) : strings_(strings) {}

 private:
  Status begin(std::string_view, std::string_view) override { return {}; }
  Status end(std::string_view path, std::string_view) override {
    if (path == "sst/si/t" || path == "sst/si/r/t") strings_.all_ += whole_text();
    if (strings_.all_.size() > kBytesMax || strings_.ends_.size() > kStringsMax)
      return refused(0, "the workbook holds more text than any statement");
    if (path == "sst/si") strings_.ends_.push_back(strings_.all_.size());
    return {};
  }

  SharedStrings& strings_;
};

Status SharedStrings::read(ByteSource& bytes) { return Reader(*this).XmlReader::read(bytes); }

std::optional<std::string_view> SharedStrings::at(std::size_t number) const {
  if (number >= ends_.size()) return std::nullopt;
  const auto begin = number == 0 ? 0 : ends_[number - 1];
  return std::string_view(all_).substr(begin, ends_[number] - begin);
}

class DayStyles::Reader final : public bank::XmlReader {
 public:
  explicit Reader(DayStyles& styles) : styles_(styles) {}

 private:
  Status begin(std::string_view path, std::string_view) override {
    const auto format = number_or(attribute("numFmtId"), 0);
    if (path == "styleSheet/numFmts/numFmt") formats_[format] = format_writes_day(attribute("formatCode"));
    if (path != "styleSheet/cellXfs/xf") return {};
    const auto own = formats_.find(format);
    styles_.days_.push_back(own == formats_.end() ? built_in_day(format) : own->second);
    return styles_.days_.size() > kStylesMax || formats_.size() > kStylesMax
               ? refused(0, "the workbook has more styles than any statement")
               : Status{};
  }
  Status end(std::string_view, std::string_view) override { return {}; }

  DayStyles& styles_;
  std::map<std::size_t, bool> formats_;
};

Status DayStyles::read(ByteSource& bytes) { return Reader(*this).XmlReader::read(bytes); }

Result<SheetPlace> find_sheet(const ZipArchive& archive, const std::string& sheet) {
  WorkbookReader workbook;
  if (auto read = read_part(archive, kWorkbook, workbook); !read) return read.error();
  RelationReader relations;
  if (auto read = read_part(archive, kRelations, relations); !read) return read.error();
  const auto found = std::ranges::find_if(
      workbook.sheets, [&sheet](const auto& one) { return sheet.empty() || one.name == sheet; });
  if (found == workbook.sheets.end())
    return refused(
        0, sheet.empty() ? "the workbook has no sheet" : "the workbook has no sheet \"" + sheet + "\"");
  auto target = relations.targets[found->relation];
  if (target.empty()) return refused(0, "the workbook's sheet \"" + shown(found->name) + "\" is nowhere");
  return SheetPlace{target.starts_with('/') ? target.substr(1) : "xl/" + target, workbook.from_1904};
}

std::optional<std::string> plain_number(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  int exponent = 0;
  if (const auto at = text.find_first_of("eE"); at != text.npos) {
    auto digits = text.substr(at + 1);
    if (digits.starts_with('+')) digits.remove_prefix(1);
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), exponent);
    if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size() || exponent > kExponentMax ||
        exponent < -kExponentMax)
      return std::nullopt;
    text = text.substr(0, at);
  }
  const auto point = std::min(text.find('.'), text.size());
  std::string digits(text.substr(0, point));
  if (point < text.size()) digits += text.substr(point + 1);
  if (digits.empty() || digits.size() > 40 || digits.find_first_not_of("0123456789") != digits.npos)
    return std::nullopt;
  auto whole = static_cast<std::ptrdiff_t>(point) + exponent;  // how many digits stand before the point
  if (whole < 0) {
    digits.insert(0, static_cast<std::size_t>(-whole), '0');
    whole = 0;
  }
  if (const auto size = static_cast<std::size_t>(whole); size > digits.size())
    digits.append(size - digits.size(), '0');
  auto fraction = digits.substr(static_cast<std::size_t>(whole));
  fraction.resize(fraction.find_last_not_of('0') + 1);
  digits.resize(static_cast<std::size_t>(whole));
  digits.erase(0, std::min(digits.find_first_not_of('0'), digits.size()));
  if (digits.empty()) digits = "0";
  if (!fraction.empty()) digits += "." + fraction;
  return negative && digits != "0" ? "-" + digits : digits;
}

std::optional<Day> day_of_number(std::string_view plain, bool from_1904) {
  const auto count = number_or(plain.substr(0, plain.find('.')), 0);
  // 1900 counts a 29 February that never was; nobody's statement is from before it.
  if (count < 61 || count > 2'958'465) return std::nullopt;
  const auto begin = std::chrono::sys_days(from_1904 ? Day{std::chrono::January / 1 / 1904}
                                                     : Day{std::chrono::December / 30 / 1899});
  return Day(begin + std::chrono::days(count));
}

bool format_writes_day(std::string_view format) {
  for (std::size_t at = 0; at < format.size(); ++at) {
    const char c = format[at];
    if (c == '"' || c == '[') {
      at = format.find(c == '"' ? '"' : ']', at + 1);
      if (at == format.npos) return false;
    } else if (c == '\\' || c == '_' || c == '*') {
      ++at;
    } else if (c == 'd' || c == 'D' || c == 'y' || c == 'Y') {
      return true;
    }
  }
  return false;
}

}  // namespace bccid::table
