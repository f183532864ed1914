#include "net/webhook_signature.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <openssl/rand.h>

#include <charconv>
#include <stdexcept>

namespace bccid::net {
namespace {

constexpr std::string_view kPrefix = "whsec_";
constexpr std::string_view kVersion = "v1,";
constexpr std::size_t kKeyBytesMin = 24;
constexpr std::size_t kKeyBytesMax = 64;

std::string signed_content(std::string_view id, std::string_view timestamp, std::string_view body) {
  std::string out;
  out.reserve(id.size() + timestamp.size() + body.size() + 2);
  out.append(id).append(1, '.').append(timestamp).append(1, '.').append(body);
  return out;
}

std::string signature(const WebhookSecret& secret, std::string_view content) {
  return std::string(kVersion) + base64(hmac_sha256(secret.key(), content));
}

// All secrets are tried on all signatures, so that the time does not say which one fitted.
bool any_matches(std::span<const WebhookSecret> secrets, std::string_view content, std::string_view offered) {
  bool found = false;
  for (const auto& secret : secrets) {
    const std::string expected = signature(secret, content);
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
                    "the webhook secret is not of the form whsec_<base64 of 24 to 64 bytes>",
                    "Copy it whole, with its prefix."};
  if (text.substr(0, kPrefix.size()) != kPrefix) return bad;
  std::string digits(text.substr(kPrefix.size()));
  while (digits.size() % 4 != 0 && !digits.empty()) digits += '=';
  auto key = parse_base64(digits);
  if (!key || key->size() < kKeyBytesMin || key->size() > kKeyBytesMax) return bad;
  return WebhookSecret(std::move(*key));
}

WebhookSecret WebhookSecret::create() {
  std::string key(32, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), static_cast<int>(key.size())) != 1)
    throw std::runtime_error("the system's random source failed");
  return WebhookSecret(std::move(key));
}

std::string WebhookSecret::to_text() const {
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(key_.data());
  return std::string(kPrefix) + base64({bytes, key_.size()});
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
    out += signature(secret, content);
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
