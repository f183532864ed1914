#pragma once

#include "base/limits.hpp"
#include "base/result.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid::http {

struct GuardRules {
  std::size_t header_bytes_max = limits::kHttpHeaderBytesMax;
  std::size_t header_fields_max = limits::kHttpHeaderFieldsMax;
  std::size_t target_bytes_max = limits::kHttpTargetBytesMax;
  std::vector<std::string> hosts;  // lower case, without port; empty: any well-formed host
};

// Finds the end of a header block while it arrives, looking at each byte once.
class HeadScanner {
 public:
  enum class Found { more, end, bad };

  // `block` is everything received so far, from the block's beginning. `bad`: a line feed without its
  // carriage return, which no honest client sends.
  Found scan(std::string_view block);
  // Size of the block with its blank line; valid after `end`.
  std::size_t size() const { return size_; }
  void reset();

 private:
  std::size_t looked_ = 0;
  std::size_t line_ = 0;  // where the current line begins
  std::size_t size_ = 0;
};

struct HeadField {
  std::string_view name;
  std::string_view value;
};

// What a header block says. Views point into the block.
struct Head {
  Method method = Method::get;
  std::string_view target;
  bool http_1_0 = false;
  bool close = false;  // the connection ends after the answer
  bool chunked = false;
  bool expects_continue = false;
  std::optional<std::uint64_t> content_length;
  std::vector<HeadField> fields;

  bool has_body() const { return chunked || content_length.value_or(0) > 0; }
};

// Reads the raw header block before Beast sees it. Boost 1.81's parser accepts folded lines, repeated
// Host and Transfer-Encoding, unknown codings, HTTP/1.0 with chunks, absolute targets and more: each is a
// way to make two servers read one byte stream differently. Here there is one reading, or a refusal.
// `block` ends with the blank line. Errors: malformed, too_large (header bytes or count, target).
Status check_head(std::string_view block, const GuardRules& rules, Head& out);

}  // namespace bccid::http
