#pragma once

#include "base/byte_source.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace bccid {

enum class TextEncoding { utf8, utf16le, windows1258 };

// "utf-8", "utf-16le", "windows-1258"; nothing for another name.
std::optional<TextEncoding> text_encoding_named(std::string_view name);

// Bytes of another encoding as UTF-8, piece by piece. A byte order mark of UTF-16 is left out; that of UTF-8
// stays, as whoever reads UTF-8 knows it.
class TranscodedSource final : public ByteSource {
 public:
  // `bytes` must outlive it.
  TranscodedSource(ByteSource& bytes, TextEncoding encoding);
  ~TranscodedSource() override;

  // Errors: malformed (bytes that the encoding does not have; UTF-8 is passed on as it is), and what the
  // source answers.
  Result<std::size_t> read(std::span<char> into) override;

 private:
  class Converter;
  ByteSource& bytes_;
  std::unique_ptr<Converter> converter_;
};

}  // namespace bccid
