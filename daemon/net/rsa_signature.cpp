#include "net/rsa_signature.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

#include <limits>

namespace bccid::net {
namespace {

constexpr int kBitsMin = 2048;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

struct RsaPublicKey::Key {
  explicit Key(EVP_PKEY* owned) : value(owned, &EVP_PKEY_free) {}
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> value;
};

Result<RsaPublicKey> RsaPublicKey::read(std::string_view pem) {
  const Failure unusable(Errc::config, "no public RSA key of 2048 bits or more in PEM",
                         "Copy the whole key, from BEGIN PUBLIC KEY to END PUBLIC KEY.");
  if (pem.size() > static_cast<std::size_t>(std::numeric_limits<int>::max())) return unusable;
  const Bio source(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
  auto key = std::make_shared<Key>(PEM_read_bio_PUBKEY(source.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();  // what was found wrong must not be read as the next call's error
  if (!key->value || EVP_PKEY_get_base_id(key->value.get()) != EVP_PKEY_RSA ||
      EVP_PKEY_get_bits(key->value.get()) < kBitsMin)
    return unusable;
  return RsaPublicKey(std::move(key));
}

bool RsaPublicKey::verifies(std::string_view message, std::string_view signature) const {
  const DigestContext context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  // The padding of RSA keys is PKCS#1 v1.5 unless it is set otherwise.
  const bool good =
      context &&
      EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->value.get()) == 1 &&
      EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                       message.size()) == 1;
  ERR_clear_error();
  return good;
}

}  // namespace bccid::net
