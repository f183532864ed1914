#include "base/spooled_file.hpp"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace bccid {
namespace {

std::string reason_of(int error) { return std::generic_category().message(error); }

Failure cannot(std::string_view what, int error) {
  const std::string text = "an upload cannot be " + std::string(what) + ": " + reason_of(error);
  if (error == ENOSPC || error == EDQUOT || error == EFBIG)
    return {Errc::overloaded, text, "Make room on the disk of state_dir, then send the file again."};
  return {Errc::unavailable, text, "Check the disk of state_dir."};
}

// File systems that know no file without a name get one, which is taken away before anything is in it.
int open_nameless(const std::filesystem::path& directory) {
  const int fd = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC | O_EXCL, 0600);
  if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)) return fd;
  std::string name = (directory / "upload-XXXXXX").string();
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named >= 0) ::unlink(name.c_str());
  return named;
}

class SpooledSource final : public ByteSource {
 public:
  SpooledSource(int fd, std::size_t size) : fd_(fd), size_(size) {}
  Result<std::size_t> read(std::span<char> into) override {
    if (at_ == size_) return std::size_t{0};
    const auto got = ::pread(fd_, into.data(), std::min(into.size(), size_ - at_), static_cast<off_t>(at_));
    if (got <= 0) return cannot("read", got < 0 ? errno : EIO);
    at_ += static_cast<std::size_t>(got);
    return static_cast<std::size_t>(got);
  }

 private:
  int fd_;
  std::size_t size_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::unique_ptr<SpooledFile>> SpooledFile::open(const std::filesystem::path& directory) {
  const int fd = open_nameless(directory);
  if (fd >= 0) return std::unique_ptr<SpooledFile>(new SpooledFile(fd));
  const int error = errno;
  return Failure(Errc::unavailable,
                 "no upload can be kept in \"" + directory.string() + "\": " + reason_of(error),
                 "Check that state_dir exists and that bccid may write there.");
}

SpooledFile::~SpooledFile() { ::close(fd_); }

Status SpooledFile::append(std::string_view bytes) {
  digest_.add(bytes);
  while (!bytes.empty()) {
    const auto put = ::pwrite(fd_, bytes.data(), bytes.size(), static_cast<off_t>(size_));
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return cannot("kept", put < 0 ? errno : ENOSPC);
    size_ += static_cast<std::size_t>(put);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return {};
}

std::unique_ptr<ByteSource> SpooledFile::source() const {
  return std::make_unique<SpooledSource>(fd_, size_);
}

}  // namespace bccid
