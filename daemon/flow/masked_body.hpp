#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// What of a body may be kept in a trace: its shape, and the values of fields that are known to be harmless
// (numbers of orders and dossiers, states, codes, amounts, times). Every other value is written as ***, also
// one that stands in a harmless field but looks like a phone or identity number, an address or a token. JSON
// and XML only; of anything else only its kind and size are told. ASCII, at most limits::kTraceBodyBytesMax.
std::string masked_body(std::string_view body, std::string_view content_type);

// A sentence, such as a reason: long numbers, addresses of e-mail and what looks like a token become ***.
std::string masked_words(std::string_view words);

// Replaces every one of these secrets; those shorter than four bytes are left out, because they would be
// found anywhere.
std::string without_secrets(std::string text, const std::vector<std::string>& secrets);

}  // namespace bccid
