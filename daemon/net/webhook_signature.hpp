#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <chrono>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bccid::net {

inline constexpr std::chrono::seconds kWebhookWindow{300};

// How an endpoint's messages are signed: with a key that both sides know, or with a private key of ours that
// the receiver checks by its public half.
enum class WebhookSigning : std::uint8_t { hmac, ed25519 };

// A Standard Webhooks secret: "whsec_" and base64 of 24 to 64 bytes, or "whsk_" and base64 of the 32 bytes of
// an Ed25519 private key (64 are taken, too: the key with its public half behind it).
class WebhookSecret {
 public:
  // Errors: invalid_field; the text itself is never quoted.
  static Result<WebhookSecret> parse(std::string_view text);
  // 32 new bytes of the CSPRNG.
  static WebhookSecret create(WebhookSigning signing = WebhookSigning::hmac);

  WebhookSigning signing() const { return signing_; }
  // "whsec_..." or "whsk_...".
  std::string to_text() const;
  // "whpk_...", which everybody may know; empty for a symmetric secret.
  std::string public_text() const;
  // "v1,<base64>" or "v1a,<base64>". The same content always has the same signature.
  std::string sign(std::string_view content) const;

 private:
  WebhookSecret(WebhookSigning signing, std::string key) : signing_(signing), key_(std::move(key)) {}
  WebhookSigning signing_;
  std::string key_;
};

// The value of webhook-signature: one signature for each secret, so that a receiver can change over.
// `id` must not hold a dot, as it is the separator. Errors: invalid_field (id, or no secret).
Result<std::string> sign_webhook(std::span<const WebhookSecret> secrets, std::string_view id,
                                 std::int64_t timestamp, std::string_view body);

// What came with the message, as it came.
struct WebhookHeaders {
  std::string_view id;
  std::string_view timestamp;
  std::string_view signature;
};

// True to one of the secrets and within five minutes of `now`. Other signature versions are ignored.
// Takes the same time for every wrong signature. Errors: malformed, unauthenticated.
Status verify_webhook(std::span<const WebhookSecret> secrets, const WebhookHeaders& headers,
                      std::string_view body, Time now);

}  // namespace bccid::net
