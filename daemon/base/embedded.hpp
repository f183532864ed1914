#pragma once

#include <span>
#include <string_view>

namespace bccid {

/// One file of `schemas/` or of the console, carried inside the binary: it needs nothing beside itself.
struct EmbeddedFile {
  std::string_view path;     ///< relative to schemas/, or "console/..."
  std::string_view content;  ///< the bytes as they were at build time, not null-terminated
};

/// All embedded files, ordered by path (so migrations come in their order).
std::span<const EmbeddedFile> embedded_files() noexcept;

/// The content of one file; empty when there is none of that path. Paths are those of `EmbeddedFile::path`.
std::string_view embedded_file(std::string_view path) noexcept;

}  // namespace bccid
