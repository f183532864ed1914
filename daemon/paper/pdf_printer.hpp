#pragma once

#include "paper/document.hpp"
#include "paper/typeface.hpp"

#include <string>

namespace bccid {

// Prints documents as PDF on A5: the fonts embedded as far as they are used, the text selectable and
// searchable. The same document gives the same bytes, whenever it is printed. One thread at a time may use
// it.
class PdfPrinter {
 public:
  // Errors: unavailable (the font family is not installed).
  static Result<PdfPrinter> open(std::string_view family = kPaperFamily);

  // Errors: internal (Cairo's own), invalid_field (a code whose text does not fit).
  Result<std::string> print(const Document& document) const;

 private:
  explicit PdfPrinter(Typeface typeface);

  Typeface typeface_;
};

}  // namespace bccid
