#pragma once

#include "base/byte_source.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace bccid::table {

// The packed files of a workbook, in memory. What unpacks to more than a workbook of a statement can be is
// refused before it is unpacked, and again while it is: nobody's word about its size is taken.
class ZipArchive {
 public:
  static constexpr std::size_t kBytesMax = std::size_t{64} * 1024 * 1024;  // packed, all of it
  static constexpr std::int64_t kEntriesMax = 1'000;
  static constexpr std::uint64_t kUnpackedBytesMax = std::uint64_t{1} << 30;  // of one file
  static constexpr std::uint64_t kRatioMax = 200;  // of a file that is larger than kRatioFreeBytes
  static constexpr std::uint64_t kRatioFreeBytes = 1024 * 1024;

  // Reads all of `bytes`. Errors: statement_refused (no archive, too large, too many files), and what the
  // source answers.
  static Result<std::unique_ptr<ZipArchive>> open(ByteSource& bytes);
  ~ZipArchive();
  ZipArchive(const ZipArchive&) = delete;
  ZipArchive& operator=(const ZipArchive&) = delete;

  bool has(const std::string& name) const;
  // A file, unpacked while it is read; the archive must outlive it. Errors: statement_refused (it is not
  // there, is encrypted, or unpacks to too much). Reading it answers statement_refused when it is damaged.
  Result<std::unique_ptr<ByteSource>> file(const std::string& name) const;

 private:
  struct Handle;
  explicit ZipArchive(std::string bytes);

  std::string bytes_;
  std::unique_ptr<Handle> handle_;
};

}  // namespace bccid::table
