#include "http/list_query.hpp"

#include "base/limits.hpp"

#include <algorithm>
#include <cstdint>

namespace bccid::http {

PageOf read_page(PairsReader& reader) {
  PageOf page;
  page.after = reader.optional_text("after", {.max = 200}).value_or("");
  const NumberRule limit{.min = 1, .max = static_cast<std::int64_t>(limits::kPageItemsMax)};
  page.limit = static_cast<std::size_t>(
      reader.optional_integer("limit", limit).value_or(static_cast<std::int64_t>(limits::kPageItemsDefault)));
  return page;
}

std::string read_state(PairsReader& reader, std::initializer_list<std::string_view> states) {
  const auto state = reader.optional_text("state", {.max = 20});
  if (!state) return std::string(*states.begin());
  if (std::ranges::find(states, *state) == states.end()) {
    std::string known;
    for (const auto one : states) known += (known.empty() ? "" : " or ") + std::string(one);
    reader.fail("state",
                Failure(Errc::invalid_field, "state \"" + *state + "\" is not known", "Use " + known + "."));
  }
  return *state;
}

}  // namespace bccid::http
