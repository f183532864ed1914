#include "adapters/bank_table/mapping_file.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace bccid::table {
namespace {

constexpr std::size_t kMappingBytesMax = 1024 * 1024;

Result<std::string> mapping_text(const std::string& path) {
  std::error_code error;
  std::ifstream file(path, std::ios::binary);
  const bool fits = std::filesystem::is_regular_file(path, error) && file.is_open() &&
                    std::filesystem::file_size(path, error) <= kMappingBytesMax && !error;
  std::string text;
  if (fits) text.assign(std::istreambuf_iterator<char>(file), {});
  if (!fits || file.bad())
    return Failure(Errc::config, "mapping_file \"" + path + "\" cannot be read",
                   "Name a TOML file that the daemon may read; adapters/bank_table/mappings has examples.");
  return text;
}

}  // namespace

Result<Mapping> mapping_of(const std::string& path, Mapping base) {
  if (path.empty()) return base;
  const auto text = mapping_text(path);
  if (!text) return text.error();
  return read_mapping(*text, path, std::move(base));
}

}  // namespace bccid::table
