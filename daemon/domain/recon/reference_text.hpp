#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A bank's text in comparable form: letters and digits only, upper case, no diacritics. Banks cut,
// wrap and space what people write, so blanks inside a reference mean nothing; a digit that follows
// the reference without a gap does.
class ReferenceText {
 public:
  explicit ReferenceText(std::string_view text);

  bool mentions(const ReferenceText& reference) const;
  // Where the reference begins among the comparable signs; npos when it is not there.
  std::size_t find(const ReferenceText& reference) const;
  const std::string& signs() const { return signs_; }

 private:
  bool ends_cleanly(std::size_t end) const;

  std::string signs_;
  std::vector<bool> after_gap_;  // whether something else stood before the sign
};

}  // namespace bccid
