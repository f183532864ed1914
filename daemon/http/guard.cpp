#include "http/guard.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace bccid::http {
namespace {

Failure refused(std::string detail) {
  return {Errc::malformed, std::move(detail), "Send HTTP/1.1 as RFC 9112 writes it."};
}

constexpr auto kTokenBytes = [] {
  std::array<bool, 256> table{};
  for (const char c :
       std::string_view("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(),
                                      [](char c) { return kTokenBytes[static_cast<unsigned char>(c)]; });
}

bool is_value_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte >= 0x20 ? byte != 0x7F : byte == '\t';
}

// Visible ASCII, without the bytes that RFC 3986 leaves out and proxies disagree on.
bool is_target_byte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  if (byte <= 0x20 || byte >= 0x7F) return false;
  return c != '"' && c != '#' && c != '<' && c != '>' && c != '\\' && c != '^' && c != '`' && c != '{' &&
         c != '|' && c != '}';
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string_view without_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Fields that mean something else when they come twice.
enum Once : unsigned {
  kHost = 1U << 0,
  kContentLength = 1U << 1,
  kTransferEncoding = 1U << 2,
  kContentType = 1U << 3,
  kAuthorization = 1U << 4,
  kIdempotencyKey = 1U << 5,
  kContentEncoding = 1U << 6,
  kExpect = 1U << 7,
  kRequestId = 1U << 8,
  kOrigin = 1U << 9,
};

struct OnceName {
  std::string_view name;
  Once bit;
};

constexpr std::array<OnceName, 10> kOnceNames{{{"host", kHost},
                                               {"content-length", kContentLength},
                                               {"transfer-encoding", kTransferEncoding},
                                               {"content-type", kContentType},
                                               {"authorization", kAuthorization},
                                               {"idempotency-key", kIdempotencyKey},
                                               {"content-encoding", kContentEncoding},
                                               {"expect", kExpect},
                                               {"x-request-id", kRequestId},
                                               {"origin", kOrigin}}};

unsigned once_bit(std::string_view name) {
  for (const auto& one : kOnceNames)
    if (equal_ignoring_case(one.name, name)) return one.bit;
  return 0;
}

class HeadReader {
 public:
  HeadReader(std::string_view block, const GuardRules& rules, Head& out)
      : rest_(block), rules_(rules), out_(out) {}

  Status read() {
    if (auto line = read_request_line(next_line()); !line) return line;
    for (std::string_view line = next_line(); !line.empty(); line = next_line())
      if (auto field = read_field(line); !field) return field;
    if (!rest_.empty()) return refused("bytes follow the blank line of the header");
    return check_framing();
  }

 private:
  std::string_view next_line() {
    const auto end = std::min(rest_.find("\r\n"), rest_.size());
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 2, rest_.size()));
    return line;
  }

  Status read_request_line(std::string_view line) {
    const auto first = line.find(' ');
    const auto last = line.rfind(' ');
    if (first == std::string_view::npos || first == last)
      return refused("the request line is not METHOD TARGET VERSION");
    const auto method = parse_method(line.substr(0, first));
    if (!method) return refused("the method is not known");
    out_.method = *method;
    const std::string_view version = line.substr(last + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0")
      return refused("the version is not HTTP/1.1 or HTTP/1.0");
    out_.http_1_0 = version == "HTTP/1.0";
    out_.close = out_.http_1_0;
    return read_target(line.substr(first + 1, last - first - 1));
  }

  Status read_target(std::string_view target) {
    if (target.size() > rules_.target_bytes_max)
      return Failure(Errc::too_large,
                     "the target is longer than " + std::to_string(rules_.target_bytes_max) + " bytes",
                     "Send long input in the body.");
    if (target.empty() || target.front() != '/') return refused("the target is not in origin form");
    if (!std::all_of(target.begin(), target.end(), is_target_byte))
      return refused("the target holds a byte that must be percent-encoded");
    out_.target = target;
    return {};
  }

  Status read_field(std::string_view line) {
    if (out_.fields.size() >= rules_.header_fields_max)
      return Failure(Errc::too_large,
                     "more than " + std::to_string(rules_.header_fields_max) + " header fields",
                     "Send fewer.");
    // A line that begins with a blank continues the one before (obs-fold); its name is no token.
    const auto colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon)))
      return refused("a header line is not NAME: VALUE");
    const std::string_view name = line.substr(0, colon);
    const std::string_view value = without_blanks(line.substr(colon + 1));
    if (!std::all_of(value.begin(), value.end(), is_value_byte))
      return refused("the header field " + std::string(name.substr(0, 40)) + " holds a control character");
    out_.fields.push_back({name, value});
    return note(name, value);
  }

  Status note(std::string_view name, std::string_view value) {
    if (equal_ignoring_case(name, "connection")) return read_connection(value);
    const unsigned bit = once_bit(name);
    if (bit == 0) return {};
    if ((seen_ & bit) != 0) return refused("the header field " + std::string(name) + " comes twice");
    seen_ |= bit;
    switch (bit) {
      case kHost: return read_host(value);
      case kContentLength: return read_length(value);
      case kTransferEncoding:
        if (value != "chunked") return refused("the transfer encoding is not exactly \"chunked\"");
        out_.chunked = true;
        return {};
      case kExpect:
        if (!equal_ignoring_case(value, "100-continue"))
          return refused("the expectation is not 100-continue");
        out_.expects_continue = true;
        return {};
      default: return {};
    }
  }

  Status read_connection(std::string_view value) {
    while (!value.empty()) {
      const auto end = std::min(value.find(','), value.size());
      if (equal_ignoring_case(without_blanks(value.substr(0, end)), "close")) out_.close = true;
      value.remove_prefix(std::min(end + 1, value.size()));
    }
    return {};
  }

  Status read_length(std::string_view value) {
    if (value.empty() || value.size() > 18 || !std::all_of(value.begin(), value.end(), is_digit))
      return refused("the content length is not a number in digits");
    std::uint64_t length = 0;
    for (const char c : value) length = length * 10 + static_cast<std::uint64_t>(c - '0');
    out_.content_length = length;
    return {};
  }

  Status read_host(std::string_view value) {
    std::string_view name = value;
    std::string_view port;
    const auto bracket = value.rfind(']');
    const auto colon = value.rfind(':');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
      name = value.substr(0, colon);
      port = value.substr(colon + 1);
      if (port.empty() || port.size() > 5) return refused("the host has a malformed port");
    }
    const bool well_formed = !name.empty() && std::all_of(name.begin(), name.end(), is_host_byte) &&
                             std::all_of(port.begin(), port.end(), is_digit);
    if (!well_formed) return refused("the host is malformed");
    const auto same = [&](const std::string& host) { return equal_ignoring_case(host, name); };
    if (rules_.hosts.empty() || std::any_of(rules_.hosts.begin(), rules_.hosts.end(), same)) return {};
    return Failure(Errc::malformed, "the host \"" + std::string(name.substr(0, 80)) + "\" is not served here",
                   "Call the service by its configured name.");
  }

  static bool is_host_byte(char c) {
    return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' || c == '-' ||
           c == '_' || c == '[' || c == ']' || c == ':';
  }

  Status check_framing() const {
    if ((seen_ & kHost) == 0) return refused("there is no Host");
    if (out_.chunked && out_.content_length) return refused("both a content length and a transfer encoding");
    if (out_.chunked && out_.http_1_0) return refused("chunks in HTTP/1.0");
    return {};
  }

  std::string_view rest_;
  const GuardRules& rules_;
  Head& out_;
  unsigned seen_ = 0;
};

}  // namespace

void HeadScanner::reset() {
  looked_ = 0;
  line_ = 0;
  size_ = 0;
}

HeadScanner::Found HeadScanner::scan(std::string_view block) {
  while (looked_ < block.size()) {
    const auto* found =
        static_cast<const char*>(std::memchr(block.data() + looked_, '\n', block.size() - looked_));
    if (found == nullptr) break;
    const auto at = static_cast<std::size_t>(found - block.data());
    if (at == 0 || block[at - 1] != '\r') return Found::bad;
    looked_ = at + 1;
    if (at == line_ + 1) {
      if (line_ == 0) return Found::bad;  // a blank line before any request
      size_ = at + 1;
      return Found::end;
    }
    line_ = at + 1;
  }
  looked_ = block.size();
  return Found::more;
}

Status check_head(std::string_view block, const GuardRules& rules, Head& out) {
  out.fields.clear();
  out.close = out.chunked = out.expects_continue = out.http_1_0 = false;
  out.content_length.reset();
  if (block.size() > rules.header_bytes_max)
    return Failure(Errc::too_large,
                   "the header is longer than " + std::to_string(rules.header_bytes_max) + " bytes",
                   "Send fewer or shorter header fields.");
  return HeadReader(block, rules, out).read();
}

}  // namespace bccid::http
