#include "http/dto/office_dto.hpp"

#include <algorithm>

namespace bccid::http {

std::optional<std::string> optional_office(ObjectReader& reader) {
  auto office = reader.optional_text("office", {.min = 3, .max = 12});
  const auto allowed = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); };
  if (office && !std::ranges::all_of(*office, allowed))
    reader.fail("office", "\"" + *office + "\" is not the code of an office",
                "Send 3 to 12 capital letters and digits, such as 82001.");
  return office;
}

}  // namespace bccid::http
