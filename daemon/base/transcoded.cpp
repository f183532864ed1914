#include "base/transcoded.hpp"

#include <unicode/ucnv.h>
#include <array>
#include <new>
#include <string>

namespace bccid {
namespace {

struct Named {
  std::string_view name;
  TextEncoding encoding;
  const char* icu;
};
constexpr std::array kEncodings{
    Named{"utf-8", TextEncoding::utf8, "utf-8"},
    Named{"utf-16le", TextEncoding::utf16le, "utf-16le"},
    Named{"windows-1258", TextEncoding::windows1258, "windows-1258"},
};
constexpr char16_t kMark = 0xFEFF;

using Handle = std::unique_ptr<UConverter, void (*)(UConverter*)>;

Handle open(const char* name) {
  UErrorCode error = U_ZERO_ERROR;
  Handle handle(ucnv_open(name, &error), ucnv_close);
  if (U_FAILURE(error)) throw std::bad_alloc();
  return handle;
}

}  // namespace

std::optional<TextEncoding> text_encoding_named(std::string_view name) {
  for (const auto& one : kEncodings)
    if (one.name == name) return one.encoding;
  return std::nullopt;
}

// Goes through UTF-16 in pieces. What the encoding does not have stops it: nothing is ever guessed.
class TranscodedSource::Converter {
 public:
  explicit Converter(const Named& encoding)
      : name_(encoding.name), from_(open(encoding.icu)), to_(open("utf-8")) {
    UErrorCode error = U_ZERO_ERROR;
    ucnv_setToUCallBack(from_.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
    ucnv_setFromUCallBack(to_.get(), UCNV_FROM_U_CALLBACK_STOP, nullptr, nullptr, nullptr, &error);
  }

  Result<std::size_t> read(ByteSource& bytes, std::span<char> into) {
    while (!into.empty()) {
      if (auto filled = fill(bytes); !filled) return filled.error();
      if (failed_ && pivot_begin_ == pivot_end_)
        return Failure(Errc::malformed, "the file is not valid " + std::string(name_),
                       "Name the encoding that the file has.");
      if (const auto wrote = write(into); wrote > 0) return wrote;
      if (failed_) continue;
      if (ended_ && begin_ == end_ && pivot_begin_ == pivot_end_) return std::size_t{0};
    }
    return std::size_t{0};
  }

 private:
  Status fill(ByteSource& bytes) {
    if (begin_ != end_ || ended_) return {};
    const auto got = bytes.read(input_);
    if (!got) return got.error();
    begin_ = input_.data();
    end_ = begin_ + *got;
    ended_ = *got == 0;
    return {};
  }

  // As much as there is, or as much as has room. Through a pivot of our own, which may keep what had none.
  std::size_t write(std::span<char> into) {
    UErrorCode error = U_ZERO_ERROR;
    if (pivot_begin_ == pivot_end_) {
      pivot_begin_ = pivot_end_ = pivot_.data();
      ucnv_toUnicode(from_.get(), &pivot_end_, pivot_.data() + pivot_.size(), &begin_, end_, nullptr,
                     static_cast<UBool>(ended_), &error);
      if (!begun_ && pivot_begin_ != pivot_end_) {
        begun_ = true;
        if (*pivot_begin_ == kMark) ++pivot_begin_;
      }
      failed_ = failed_ || (U_FAILURE(error) && error != U_BUFFER_OVERFLOW_ERROR);
    }
    char* out = into.data();
    const char16_t* in = pivot_begin_;
    error = U_ZERO_ERROR;
    ucnv_fromUnicode(to_.get(), &out, into.data() + into.size(), &in, pivot_end_, nullptr, false, &error);
    pivot_begin_ += in - pivot_begin_;
    failed_ = failed_ || (U_FAILURE(error) && error != U_BUFFER_OVERFLOW_ERROR);
    return static_cast<std::size_t>(out - into.data());
  }

  std::string_view name_;
  Handle from_, to_;
  std::array<char, 16 * 1024> input_{};
  std::array<char16_t, 16 * 1024> pivot_{};
  const char* begin_ = nullptr;
  const char* end_ = nullptr;
  char16_t* pivot_begin_ = nullptr;
  char16_t* pivot_end_ = nullptr;
  bool begun_ = false, ended_ = false, failed_ = false;
};

TranscodedSource::TranscodedSource(ByteSource& bytes, TextEncoding encoding) : bytes_(bytes) {
  if (encoding == TextEncoding::utf8) return;
  for (const auto& one : kEncodings)
    if (one.encoding == encoding) converter_ = std::make_unique<Converter>(one);
}

TranscodedSource::~TranscodedSource() = default;

Result<std::size_t> TranscodedSource::read(std::span<char> into) {
  return converter_ ? converter_->read(bytes_, into) : bytes_.read(into);
}

}  // namespace bccid
