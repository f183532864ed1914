#include "base/sealing_key.hpp"

#include "base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <algorithm>
#include <memory>
#include <stdexcept>

namespace bccid {
namespace {

constexpr std::size_t kIdBytes = 4;
constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

using Cipher = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

void must(int done) {
  if (done != 1) throw std::runtime_error("OpenSSL cannot seal");
}

}  // namespace

SealingKey::SealingKey(std::array<std::uint8_t, 32> key) : key_(key) {
  const std::string_view raw(reinterpret_cast<const char*>(key_.data()), key_.size());
  const auto digest = sha256("bccid sealing key " + std::string(raw));
  id_.assign(digest.begin(), digest.begin() + kIdBytes);
}

Result<SealingKey> SealingKey::parse(std::string_view text) {
  const auto raw = parse_base64(text);
  std::array<std::uint8_t, 32> key{};
  if (!raw || raw->size() != key.size())
    return Failure(Errc::invalid_field, "the sealing key is not base64 of 32 bytes",
                   "Make one with: openssl rand -base64 32.");
  std::copy(raw->begin(), raw->end(), key.begin());
  return SealingKey(key);
}

std::string SealingKey::seal(std::string_view plain, std::string_view place) const {
  std::string out = id_;
  out.resize(kIdBytes + kNonceBytes + plain.size() + kTagBytes);
  unsigned char* nonce = bytes(out) + kIdBytes;
  must(RAND_bytes(nonce, kNonceBytes));
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int length = 0;
  unsigned char* body = nonce + kNonceBytes;
  must(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), nonce));
  must(EVP_EncryptUpdate(cipher.get(), nullptr, &length, bytes(place), static_cast<int>(place.size())));
  must(EVP_EncryptUpdate(cipher.get(), body, &length, bytes(plain), static_cast<int>(plain.size())));
  must(EVP_EncryptFinal_ex(cipher.get(), body + length, &length));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, body + plain.size()));
  return out;
}

std::optional<std::string> SealingKey::open(std::string_view sealed, std::string_view place) const {
  if (sealed.size() < kIdBytes + kNonceBytes + kTagBytes || sealed.substr(0, kIdBytes) != id_)
    return std::nullopt;
  const auto nonce = sealed.substr(kIdBytes, kNonceBytes);
  const auto body = sealed.substr(kIdBytes + kNonceBytes, sealed.size() - kIdBytes - kNonceBytes - kTagBytes);
  std::string tag(sealed.substr(sealed.size() - kTagBytes));
  std::string plain(body.size(), '\0');
  const Cipher cipher(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  int length = 0;
  must(EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(), bytes(nonce)));
  must(EVP_DecryptUpdate(cipher.get(), nullptr, &length, bytes(place), static_cast<int>(place.size())));
  must(EVP_DecryptUpdate(cipher.get(), bytes(plain), &length, bytes(body), static_cast<int>(body.size())));
  must(EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, bytes(tag)));
  if (EVP_DecryptFinal_ex(cipher.get(), bytes(plain) + length, &length) != 1) return std::nullopt;
  return plain;
}

}  // namespace bccid
