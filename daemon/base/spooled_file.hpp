#pragma once

#include "base/byte_source.hpp"
#include "base/digest.hpp"

#include <filesystem>
#include <memory>
#include <string_view>

namespace bccid {

// Bytes that are too many for the memory, in a file that has no name: nobody else can open it, and it is gone
// with its last owner, however that ends.
class SpooledFile {
 public:
  // Errors: unavailable (the directory cannot be written), naming directory and reason.
  static Result<std::unique_ptr<SpooledFile>> open(const std::filesystem::path& directory);
  ~SpooledFile();
  SpooledFile(const SpooledFile&) = delete;
  SpooledFile& operator=(const SpooledFile&) = delete;

  // Errors: overloaded (the disk is full), unavailable. After an error the file is useless.
  Status append(std::string_view bytes);

  std::size_t size() const { return size_; }
  // Of all that was appended so far.
  Sha256 digest() const { return digest_.value(); }
  // All of it, from its first byte; `this` must outlive the source, and not grow meanwhile.
  std::unique_ptr<ByteSource> source() const;

 private:
  explicit SpooledFile(int fd) : fd_(fd) {}

  int fd_;
  std::size_t size_ = 0;
  Sha256Stream digest_;
};

}  // namespace bccid
