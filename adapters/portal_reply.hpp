#pragma once

#include "ports/carrier_port.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// An answer in the national portal's manner: error_code and message.
struct PortalReply {
  // error_code 0 or 00 accepts; so do 3, -3 and "đã tồn tại", which say that an earlier try arrived; without
  // a code the word "thành công" accepts. HTML, 5xx and everything unreadable stay unknown.
  SendReport report;
  bool exists = false;  // accepted because it is there already
  std::optional<std::int64_t> code;
  std::string message;  // in NFC, on one line
};

PortalReply read_portal_reply(int http_status, std::string_view body);

// True when the sentence says so; case and diacritics are lost on the way sometimes. `phrase` is folded.
bool says(const std::string& message, std::string_view phrase);

}  // namespace bccid
