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

// A Standard Webhooks symmetric secret: "whsec_" and base64 of 24 to 64 bytes.
class WebhookSecret {
 public:
  // Errors: invalid_field; the text itself is never quoted.
  static Result<WebhookSecret> parse(std::string_view text);
  // 32 new bytes of the CSPRNG.
  static WebhookSecret create();

  // "whsec_..."; shown to its owner once.
  std::string to_text() const;
  const std::string& key() const { return key_; }

 private:
  explicit WebhookSecret(std::string key) : key_(std::move(key)) {}
  std::string key_;
};

// The value of webhook-signature: one "v1,<base64>" for each secret, so that a receiver can change over.
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
