#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>

namespace bccid {

struct PhoneNumber {
  std::string e164;  // "+84912345678"
  bool mobile = false;
  bool operator==(const PhoneNumber&) const = default;
};

// Reads a Vietnamese mobile or landline number as people write it: "0912 345 678", "(+84) 912.345.678",
// "84912345678", "024 3825 1234". Errors: invalid_field. The detail does not repeat the number.
Result<PhoneNumber> parse_phone(std::string_view text);

}  // namespace bccid
