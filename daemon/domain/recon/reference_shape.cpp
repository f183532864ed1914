#include "domain/recon/reference_shape.hpp"

#include "domain/recon/reference_text.hpp"

#include <algorithm>
#include <string_view>

namespace bccid {
namespace {

bool number(std::string_view signs) {
  return std::ranges::all_of(signs, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

std::vector<std::string> signs_in(const CreditLine& line, std::span<const ReferenceShape> shapes) {
  std::vector<std::string> found;
  const ReferenceText text(line.text);
  const std::string_view signs = text.signs();
  for (const auto& shape : shapes) {
    if (shape.length == 0) continue;
    for (auto at = signs.find(shape.stem); at != std::string_view::npos;
         at = signs.find(shape.stem, at + 1)) {
      if (at + shape.length > signs.size()) break;
      const auto one = signs.substr(at, shape.length);
      if (number(one.substr(shape.stem.size()))) found.emplace_back(one);
    }
  }
  if (!line.end_to_end.empty()) {
    const ReferenceText id(line.end_to_end);
    if (!id.signs().empty()) found.push_back(id.signs());
  }
  std::ranges::sort(found);
  const auto repeated = std::ranges::unique(found);
  found.erase(repeated.begin(), repeated.end());
  return found;
}

}  // namespace bccid
