#include "flow/page.hpp"

#include <charconv>

namespace bccid {

Result<std::int64_t> number_cursor(const PageOf& page, std::int64_t first) {
  if (page.after.empty()) return first;
  std::int64_t number = 0;
  const char* const end = page.after.data() + page.after.size();
  const auto read = std::from_chars(page.after.data(), end, number);
  if (read.ec == std::errc{} && read.ptr == end && number > 0) return number;
  return Failure(Errc::invalid_field, "cursor \"" + page.after.substr(0, 80) + "\" is none of ours",
                 "Pass the value of next exactly as it was given.", "?after");
}

}  // namespace bccid
