#pragma once

#include "base/clock.hpp"

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

// What a paper says, block after block, without a word about where it stands. Texts are plain: no markup is
// read in them, whoever wrote them.
namespace bccid {

// Who issues the paper, at the left, and what it is known by, at the right.
struct Letterhead {
  std::vector<std::string> issuer = {};  // the first line is the name
  std::vector<std::string> number = {};
};

struct Heading {
  std::string title = {};
  std::string below = {};
};

struct Particular {
  std::string label = {};
  std::string value = {};
};

struct Particulars {
  std::vector<Particular> rows = {};
};

// What a reader must not miss. A grave one is red.
struct Notice {
  std::string title = {};
  std::vector<Particular> rows = {};
  bool grave = false;
};

struct MoneyLine {
  std::string name = {};
  std::string code = {};
  std::string amount = {};
};

// Its titles stand again on every page that it goes on to.
struct MoneyTable {
  MoneyLine titles = {};
  std::vector<MoneyLine> lines = {};
  Particular total = {};
  Particular words = {};  // the total in words; nothing is printed when the value is empty
};

struct Signature {
  std::string title = {};
  std::string below = {};
  std::string name = {};  // printed below the place for the pen
};

// Two places side by side; they stay together with what is above them.
struct Signatures {
  Signature left = {};
  Signature right = {};
};

// Lines of running text.
struct Paragraph {
  std::string text = {};
};

// A code for a telephone's camera, with a line below it. Its text must fit: see QrCode::of.
struct QrBlock {
  std::string text = {};
  std::string below = {};
};

using PaperBlock =
    std::variant<Letterhead, Heading, Particulars, Notice, MoneyTable, Signatures, Paragraph, QrBlock>;

enum class PaperSize : std::uint8_t { a5, a4 };

struct Document {
  PaperSize size = PaperSize::a5;
  std::string title = {};
  std::string author = {};
  Time made_at{};
  std::string footer = {};      // one line on every page, beside the page's number
  std::string crossed_by = {};  // written across every page; empty: nothing
  std::vector<PaperBlock> blocks = {};
};

}  // namespace bccid
