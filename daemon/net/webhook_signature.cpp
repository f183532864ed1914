#include "net/webhook_signature.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <charconv>
#include <memory>
#include <stdexcept>

namespace bccid::net {
namespace {

constexpr std::string_view kSharedPrefix = "whsec_";
constexpr std::string_view kPrivatePrefix = "whsk_";
constexpr std::string_view kPublicPrefix = "whpk_";
constexpr std::size_t kSharedBytesMin = 24;
constexpr std::size_t kSharedBytesMax = 64;
constexpr std::size_t kEdBytes = 32;

using PrivateKey = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Signer = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

void must(int done) {
  if (done != 1) throw std::runtime_error("OpenSSL refuses the signing key");
}

PrivateKey private_key(const std::string& seed) {
  return {EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr,
                                       reinterpret_cast<const unsigned char*>(seed.data()), seed.size()),
          &EVP_PKEY_free};
}

std::string ed25519(const std::string& seed, std::string_view content) {
  const auto key = private_key(seed);
  const Signer signer(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::array<std::uint8_t, 64> signature{};
  std::size_t size = signature.size();
  must(EVP_DigestSignInit(signer.get(), nullptr, nullptr, nullptr, key.get()));
  must(EVP_DigestSign(signer.get(), signature.data(), &size,
                      reinterpret_cast<const unsigned char*>(content.data()), content.size()));
  return base64(signature);
}

std::string base64_text(std::string_view bytes) {
  return base64({reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()});
}

std::string signed_content(std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string out;
  out.reserve(id.size() + timestamp.size() + body.size() + 2);
  out.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
  return out;
}

// All secrets are tried on all signatures, so that the time does not say which one fitted.
bool any_matches(std::span<const WebhookSecret> secrets, std::string_view content, std::string_view offered) {
  bool found = false;
  for (const auto& secret : secrets) {
    const std::string expected = secret.sign(content);
    for (std::size_t at = 0; at <= offered.size();) {
      const auto end = std::min(offered.find(' ', at), offered.size());
      if (equal_constant_time(offered.substr(at, end - at), expected)) found = true;
      at = end + 1;
    }
  }
  return found;
}

}  // namespace

Result<WebhookSecret> WebhookSecret::parse(std::string_view text) {
  const Failure bad{Errc::invalid_field,
                    "the webhook secret is neither whsec_<base64 of 24 to 64 bytes> nor whsk_<base64 of an "
                    "Ed25519 private key>",
                    "Copy it whole, with its prefix."};
  const bool shared = text.starts_with(kSharedPrefix);
  if (!shared && !text.starts_with(kPrivatePrefix)) return bad;
  std::string digits(text.substr(shared ? kSharedPrefix.size() : kPrivatePrefix.size()));
  while (digits.size() % 4 != 0 && !digits.empty()) digits += '=';
  auto key = parse_base64(digits);
  if (!key) return bad;
  if (shared) {
    if (key->size() < kSharedBytesMin || key->size() > kSharedBytesMax) return bad;
    return WebhookSecret(WebhookSigning::hmac, std::move(*key));
  }
  if (key->size() != kEdBytes && key->size() != 2 * kEdBytes) return bad;
  key->resize(kEdBytes);
  return WebhookSecret(WebhookSigning::ed25519, std::move(*key));
}

WebhookSecret WebhookSecret::create(WebhookSigning signing) {
  std::string key(kEdBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1)
    throw std::runtime_error("the system's random source failed");
  return {signing, std::move(key)};
}

std::string WebhookSecret::to_text() const {
  const auto prefix = signing_ == WebhookSigning::hmac ? kSharedPrefix : kPrivatePrefix;
  return std::string(prefix) + base64_text(key_);
}

std::string WebhookSecret::public_text() const {
  if (signing_ == WebhookSigning::hmac) return {};
  const auto key = private_key(key_);
  std::array<std::uint8_t, kEdBytes> half{};
  std::size_t size = half.size();
  must(EVP_PKEY_get_raw_public_key(key.get(), half.data(), &size));
  return std::string(kPublicPrefix) + base64(half);
}

std::string WebhookSecret::sign(std::string_view content) const {
  if (signing_ == WebhookSigning::ed25519) return "v1a," + ed25519(key_, content);
  return "v1," + base64(hmac_sha256(key_, content));
}

Result<std::string> sign_webhook(std::span<const WebhookSecret> secrets, std::string_view id,
                                 std::int64_t timestamp, std::string_view body) {
  if (secrets.empty())
    return Failure(Errc::invalid_field, "the endpoint has no secret to sign with", "Make one for it.");
  if (id.empty() || id.find('.') != std::string_view::npos)
    return Failure(Errc::invalid_field, "message id \"" + shown(id) + "\" cannot be signed",
                   "Use an id without dots.");
  const std::string content = signed_content(id, std::to_string(timestamp), body);
  std::string out;
  for (const auto& secret : secrets) {
    if (!out.empty()) out += ' ';
    out += secret.sign(content);
  }
  return out;
}

Status verify_webhook(std::span<const WebhookSecret> secrets, const WebhookHeaders& headers,
                      std::string_view body, Time now) {
  const std::string_view stamp = headers.timestamp;
  std::int64_t sent = 0;
  const auto read = std::from_chars(stamp.data(), stamp.data() + stamp.size(), sent);
  if (stamp.empty() || read.ec != std::errc{} || read.ptr != stamp.data() + stamp.size())
    return Failure(Errc::malformed, "webhook-timestamp is not a number of seconds",
                   "Send seconds since 1970 as digits.");
  if (headers.id.empty() || headers.id.find('.') != std::string_view::npos)
    return Failure(Errc::malformed, "webhook-id is empty or has a dot in it", "Send an id without dots.");
  const std::int64_t second = std::chrono::floor<std::chrono::seconds>(now.time_since_epoch()).count();
  const auto window = kWebhookWindow.count();
  const bool fits = any_matches(secrets, signed_content(headers.id, stamp, body), headers.signature);
  if (!fits)
    return Failure(Errc::unauthenticated, "webhook-signature fits none of the secrets",
                   "Sign id.timestamp.body with the endpoint's secret (Standard Webhooks, v1).");
  // Compared without a difference, which the sender could make too large for its type.
  if (sent < second - window || sent > second + window)
    return Failure(Errc::unauthenticated, "webhook-timestamp is more than five minutes away from now",
                   "Set the sender's clock by NTP, and sign each try anew.");
  return {};
}

}  // namespace bccid::net
