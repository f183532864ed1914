#include "base/embedded.hpp"

#include <algorithm>

namespace bccid {

std::string_view embedded_file(std::string_view path) noexcept {
  const auto files = embedded_files();
  const auto found = std::ranges::lower_bound(files, path, {}, &EmbeddedFile::path);
  return found != files.end() && found->path == path ? found->content : std::string_view{};
}

}  // namespace bccid
