#include "adapters/bank_table/mapping.hpp"

#include "adapters/folded_title.hpp"
#include "base/text.hpp"

#include <toml++/toml.h>
#include <algorithm>
#include <array>

namespace bccid::table {
namespace {

constexpr std::size_t kHeaderRowsMax = 1'000;

template <class Value>
struct Choice {
  std::string_view name;
  Value value;
};
constexpr std::array kNumbers{
    Choice<NumberStyle>{"any", NumberStyle::any},
    Choice<NumberStyle>{"1.234.567,00", NumberStyle::dots},
    Choice<NumberStyle>{"1,234,567.00", NumberStyle::commas},
    Choice<NumberStyle>{"1 234 567,00", NumberStyle::blanks},
};
constexpr std::array kSeparators{
    Choice<char>{",", ','},
    Choice<char>{";", ';'},
    Choice<char>{"tab", '\t'},
};
constexpr std::array kOrders{
    Choice<bool>{"oldest_first", false},
    Choice<bool>{"newest_first", true},
};

// Only what a date is made of: a year, a month, a day, and a time that nobody looks at.
bool is_date_pattern(std::string_view text) {
  return text.find("yy") != text.npos && text.find('M') != text.npos && text.find('d') != text.npos &&
         text.find_first_not_of("dMyHms/-.: T") == text.npos;
}

class MappingReader {
 public:
  MappingReader(const std::string& name, Mapping base) : name_(name), mapping_(std::move(base)) {}

  Result<Mapping> read(const toml::table& file) {
    for (const auto& [key, node] : file)
      if (auto taken = take(std::string(key.str()), node); !taken) return taken.error();
    return std::move(mapping_);
  }

 private:
  Failure wrong(const std::string& key, const toml::node& node, const std::string& hint) const {
    return {Errc::config,
            "mapping " + name_ + ", line " + std::to_string(node.source().begin.line) + ": \"" +
                shown(key, 60) + "\" cannot be that",
            hint};
  }

  Status take(const std::string& key, const toml::node& node) {
    if (key == "columns") return take_titles(key, node, mapping_.columns);
    if (key == "labels") return take_titles(key, node, mapping_.labels);
    if (key == "rows") return take_rows(node);
    if (key == "header_within") return take_header_within(node);
    const auto* text = node.as_string();
    if (text == nullptr) return wrong(key, node, "Write a text, or leave the key away.");
    return take_text(key, text->get(), node);
  }

  Status take_text(const std::string& key, const std::string& text, const toml::node& node) {
    if (key == "encoding") {
      mapping_.encoding = text_encoding_named(text);
      if (mapping_.encoding) return {};
      return wrong(key, node, "Use utf-8, utf-16le or windows-1258.");
    }
    if (key == "separator") return choose(kSeparators, key, text, node, mapping_.separator);
    if (key == "number") return choose(kNumbers, key, text, node, mapping_.number);
    if (key == "order") return choose(kOrders, key, text, node, mapping_.newest_first);
    if (key == "sheet") {
      mapping_.sheet = text;
      return {};
    }
    if (key != "date")
      return wrong(
          key, node,
          "Use encoding, separator, sheet, header_within, number, date, order, [columns], [labels] or "
          "[rows].");
    if (!is_date_pattern(text)) return wrong(key, node, "Write it like \"dd/MM/yyyy HH:mm:ss\".");
    mapping_.date = text;
    return {};
  }

  template <class Value, std::size_t n>
  Status choose(const std::array<Choice<Value>, n>& choices, const std::string& key, const std::string& text,
                const toml::node& node, Value& value) const {
    std::string known;
    for (const auto& choice : choices) {
      if (choice.name == text) {
        value = choice.value;
        return {};
      }
      known += (known.empty() ? "\"" : ", \"") + std::string(choice.name) + "\"";
    }
    return wrong(key, node, "Use one of: " + known + ".");
  }

  Status take_header_within(const toml::node& node) {
    const auto rows = node.value<std::int64_t>();
    if (!node.is_integer() || !rows || *rows < 1 || *rows > static_cast<std::int64_t>(kHeaderRowsMax))
      return wrong("header_within", node, "Write a number of rows from 1 to 1000.");
    mapping_.header_within = static_cast<std::size_t>(*rows);
    return {};
  }

  Status take_titles(const std::string& section, const toml::node& node, Titles& titles) {
    const auto* table = node.as_table();
    if (table == nullptr) return wrong(section, node, "Write a table of titles by our names.");
    for (const auto& [key, value] : *table) {
      const auto known = titles.find(key.str());
      const std::string name = section + "." + std::string(key.str());
      if (known == titles.end()) return wrong(name, value, "Use one of: " + names_of(titles) + ".");
      if (auto read = take_list(name, value, known->second); !read) return read;
    }
    return {};
  }

  Status take_rows(const toml::node& node) {
    const auto* table = node.as_table();
    if (table == nullptr) return wrong("rows", node, "Write a table with skip, totals or end.");
    for (const auto& [key, value] : *table) {
      auto* list = key.str() == "skip"     ? &mapping_.skipped
                   : key.str() == "totals" ? &mapping_.totals
                   : key.str() == "end"    ? &mapping_.ends
                                           : nullptr;
      const std::string name = "rows." + std::string(key.str());
      if (list == nullptr) return wrong(name, value, "Use skip, totals or end.");
      if (auto read = take_list(name, value, *list); !read) return read;
    }
    return {};
  }

  // One title, or several; an empty list takes all away.
  Status take_list(const std::string& name, const toml::node& node, std::vector<std::string>& list) const {
    list.clear();
    if (const auto* text = node.as_string()) return take_title(name, node, text->get(), list);
    const auto* array = node.as_array();
    if (array == nullptr) return wrong(name, node, "Write a title or a list of titles, in quotes.");
    for (const auto& item : *array) {
      const auto* text = item.as_string();
      if (text == nullptr) return wrong(name, item, "Write each title in quotes.");
      if (auto taken = take_title(name, item, text->get(), list); !taken) return taken;
    }
    return {};
  }

  Status take_title(const std::string& name, const toml::node& node, const std::string& text,
                    std::vector<std::string>& list) const {
    auto folded = bank::folded_title(text);
    if (folded.empty()) return wrong(name, node, "Write a title of letters or digits.");
    list.push_back(std::move(folded));
    return {};
  }

  static std::string names_of(const Titles& titles) {
    std::string names;
    for (const auto& [name, list] : titles) names += (names.empty() ? "" : ", ") + name;
    return names;
  }

  const std::string& name_;
  Mapping mapping_;
};

}  // namespace

Result<Mapping> read_mapping(std::string_view toml, const std::string& name, Mapping base) {
  if (!valid_utf8(toml))
    return Failure(Errc::config, "mapping " + name + " is not valid UTF-8", "Save it as UTF-8.");
  try {
    return MappingReader(name, std::move(base)).read(toml::parse(toml, name));
  } catch (const toml::parse_error& error) {
    return Failure(Errc::config,
                   "mapping " + name + ", line " + std::to_string(error.source().begin.line) + ": " +
                       shown(error.description(), 200),
                   "Correct the TOML of that line; titles stand in quotes, lists in brackets.");
  }
}

}  // namespace bccid::table
