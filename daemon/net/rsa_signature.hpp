#pragma once

#include "base/result.hpp"

#include <memory>
#include <string_view>

namespace bccid::net {

// A counterpart's public RSA key, of at least 2048 bits. Copies share the key.
class RsaPublicKey {
 public:
  // The first public key of a PEM text. Errors: config (no such key, or one too short).
  static Result<RsaPublicKey> read(std::string_view pem);

  // Whether `signature` (raw bytes) is RSA-SHA256 with PKCS#1 v1.5 padding over `message`.
  bool verifies(std::string_view message, std::string_view signature) const;

 private:
  struct Key;
  explicit RsaPublicKey(std::shared_ptr<const Key> key) : key_(std::move(key)) {}
  std::shared_ptr<const Key> key_;
};

}  // namespace bccid::net
