#pragma once

#include "base/result.hpp"
#include "base/transcoded.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::table {

// How a file writes whole amounts of dong.
enum class NumberStyle {
  any,     // one kind of separator by groups of three, and a fraction of zeros
  dots,    // 1.234.567,00
  commas,  // 1,234,567.00
  blanks,  // 1 234 567,00
};

// Our name of a column or labelled cell -> the titles that it may have, folded.
using Titles = std::map<std::string, std::vector<std::string>, std::less<>>;

// How one sender's tables look, whatever they are about.
struct Mapping {
  std::optional<TextEncoding> encoding;  // absent: UTF-8, or UTF-16LE where a byte order mark says so
  char separator = 0;                    // 0: the one under which the header is found
  std::string sheet;                     // of a workbook; empty: its first
  std::size_t header_within = 60;        // rows from the top
  NumberStyle number = NumberStyle::any;
  std::string date;            // "dd/MM/yyyy HH:mm:ss"; empty: day first, or as ISO 8601 writes it
  bool newest_first = false;   // order of the rows
  bool proof_required = true;  // refuse what does not say what its lines add up to
  Titles columns;
  Titles labels;
  std::vector<std::string> skipped;  // folded beginnings of rows that say nothing
  std::vector<std::string> totals;   // of rows with the sums of their columns
  std::vector<std::string> ends;     // of the row behind which nothing is told
};

// Reads a mapping as a TOML file writes it, over `base`: what it does not name stays as it is, and what it
// names takes the place of all titles that were there. `name` stands in messages.
// Errors: config (no TOML, a key or a value that does not exist).
Result<Mapping> read_mapping(std::string_view toml, const std::string& name, Mapping base);

}  // namespace bccid::table
