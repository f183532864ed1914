#pragma once

#include "tests/support/pg_cluster.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::test {

// A PDF as Poppler's programs read it: what a citizen selects, searches and sees.
class PdfReader {
 public:
  explicit PdfReader(std::string_view bytes);

  struct Font {
    std::string name;
    bool embedded = false, subset = false, to_unicode = false;
  };
  struct Word {
    std::size_t page = 0;  // from 1
    double left = 0, top = 0, right = 0, bottom = 0;
    std::string text;  // with XML's escapes
  };

  // All words in the order of the file, as one selects them, with single blanks between them; of one page
  // (from 1), or of all (0).
  std::string text(std::size_t page = 0) const;
  // Pages, title, author, as pdfinfo lists them; empty when there is no such line.
  std::string info(std::string_view name) const;
  std::vector<Font> fonts() const;
  std::vector<Word> words() const;
  // How many points of a page are plainly more red than green, at 40 dots an inch.
  std::size_t red_points(std::size_t page) const;

 private:
  std::string run(const std::string& command) const;

  TestFolder folder_;
};

}  // namespace bccid::test
