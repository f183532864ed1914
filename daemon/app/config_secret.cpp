#include "app/config_value.hpp"
#include "base/text.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace bccid::app {
namespace {

constexpr std::size_t kSecretBytesMax = 64 * 1024;

class OpenFile {
 public:
  // Does not wait on a FIFO that somebody put there; what it is, is looked at on the open file.
  explicit OpenFile(const std::string& path) : fd_(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK)) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::optional<Refusal> wrong_mode(const std::string& file, const struct stat& status) {
  if (!S_ISREG(status.st_mode))
    return Refusal{"file \"" + shown(file, 200) + "\" is not a regular file",
                   "Name a file that holds the secret."};
  const mode_t others = status.st_uid == 0 ? S_IWGRP | S_IXGRP | S_IRWXO : S_IRWXG | S_IRWXO;
  if ((status.st_mode & others) == 0) return std::nullopt;
  return Refusal{
      "file \"" + shown(file, 200) + "\" may be read by others than its owner",
      "Run: chmod 600 \"" + shown(file, 200) + "\" (640 when it belongs to root and the daemon's group)."};
}

}  // namespace

std::optional<Refusal> read_secret(const std::string& file, Secret& secret) {
  if (file.empty()) return Refusal{"must not be empty", "Name a file that holds the secret."};
  secret.file = file;
  const OpenFile open(file);
  if (open.fd() < 0)
    return Refusal{"file \"" + shown(file, 200) + "\" cannot be read: " + std::strerror(errno),
                   "Check the path, and that the daemon's user may read it."};
  struct stat status {};
  if (::fstat(open.fd(), &status) != 0)
    return Refusal{"file \"" + shown(file, 200) + "\" cannot be looked at", "Check the path."};
  if (auto refusal = wrong_mode(file, status)) return refusal;
  std::string text;
  std::array<char, 4096> block{};
  for (ssize_t got = 0;
       (got = ::read(open.fd(), block.data(), block.size())) > 0 && text.size() <= kSecretBytesMax;)
    text.append(block.data(), static_cast<std::size_t>(got));
  if (text.size() > kSecretBytesMax)
    return Refusal{"file \"" + shown(file, 200) + "\" is larger than 64 KiB",
                   "Name a file that holds only the secret."};
  if (!text.empty() && text.back() == '\n') text.pop_back();
  if (!text.empty() && text.back() == '\r') text.pop_back();
  if (text.empty()) return Refusal{"file \"" + shown(file, 200) + "\" is empty", "Write the secret into it."};
  secret.value = std::move(text);
  return std::nullopt;
}

}  // namespace bccid::app
