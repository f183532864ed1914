#pragma once

#include "base/byte_source.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct XML_ParserStruct;

namespace bccid::bank {

// Reads XML in pieces and calls back at the end of each element. Nothing outside the file is ever looked at:
// a document type is refused, and with it every entity but XML's own five.
class XmlReader {
 public:
  XmlReader();
  virtual ~XmlReader();
  XmlReader(const XmlReader&) = delete;
  XmlReader& operator=(const XmlReader&) = delete;

  // Reads to the end. Errors: statement_refused, with the line of the file (no XML, too deep, a text too
  // long, what a callback refused), and what the source answers. Once only.
  Status read(ByteSource& bytes);

 protected:
  // `path` is that of the element, by local names from the root on: "Document/BkToCstmrStmt/Stmt".
  virtual Status begin(std::string_view path, std::string_view space) = 0;
  virtual Status end(std::string_view path, std::string_view text) = 0;
  // Of the element that was begun last; empty when it has none such.
  std::string attribute(std::string_view name) const;
  // The element's text with its blanks, at its end.
  std::string_view whole_text() const { return text_; }
  // The place that messages name: the line of the XML, unless there is one that a person knows better.
  virtual std::size_t line() const;

 private:
  struct Callbacks;
  Status parse(std::string_view bytes, bool last);
  void refuse(const Failure& failure);

  std::unique_ptr<XML_ParserStruct, void (*)(XML_ParserStruct*)> parser_;
  std::string path_;
  std::string text_;
  const char** attributes_ = nullptr;
  std::size_t depth_ = 0;
  Status status_;
  std::exception_ptr thrown_;
};

}  // namespace bccid::bank
