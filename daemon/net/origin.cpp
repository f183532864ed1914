#include "net/origin.hpp"

#include "base/text.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/url/host_type.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <algorithm>
#include <array>

namespace bccid::net {
namespace {

Failure bad_url(std::string_view text, std::string why) {
  return {Errc::invalid_field, "URL \"" + shown(text, 120) + "\": " + std::move(why),
          "Write it like https://receiver.example.vn/hooks/bccid."};
}

bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z'); }

// The C library reads 2130706433, 0x7f.1 and 127.1 as 127.0.0.1; a name whose last label is a number is
// therefore an address, and must be written as one.
bool numeric_last_label(std::string_view host) {
  const auto dot = host.rfind('.');
  const std::string_view last = dot == std::string_view::npos ? host : host.substr(dot + 1);
  if (last.substr(0, 2) == "0x") return true;
  return std::all_of(last.begin(), last.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool valid_name(std::string_view host) {
  if (host.empty() || host.size() > 253 || numeric_last_label(host)) return false;
  char before = '.';
  for (const char c : host) {
    const bool edge = c == '.' || c == '-';
    if (!is_alnum(c) && !edge && c != '_') return false;
    if (c == '.' && (before == '.' || before == '-')) return false;
    if (c == '-' && before == '.') return false;
    before = c;
  }
  return before != '.' && before != '-';
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

}  // namespace

std::string Origin::to_text() const { return (tls ? "https://" : "http://") + host_header(); }

std::string Origin::host_header() const {
  std::string out = host.find(':') == std::string::npos ? host : "[" + host + "]";
  if (port != (tls ? 443 : 80)) out += ":" + std::to_string(port);
  return out;
}

Result<Url> parse_url(std::string_view text) {
  if (text.size() > 2000) return bad_url(text, "longer than 2000 characters");
  if (!valid_target(text)) return bad_url(text, "has blanks, control characters or non-ASCII bytes");
  const auto parsed = boost::urls::parse_uri({text.data(), text.size()});
  if (!parsed) return bad_url(text, "cannot be read");
  const auto& view = *parsed;
  Url out;
  const auto scheme = lower({view.scheme().data(), view.scheme().size()});
  if (scheme != "http" && scheme != "https") return bad_url(text, "the scheme is not http or https");
  out.origin.tls = scheme == "https";
  if (view.has_userinfo()) return bad_url(text, "carries a user name");
  if (view.has_fragment()) return bad_url(text, "carries a fragment");
  if (view.host_type() == boost::urls::host_type::ipvfuture)
    return bad_url(text, "the address is of no known kind");
  const auto raw_host = view.encoded_host_address();
  out.origin.host = lower({raw_host.data(), raw_host.size()});
  boost::system::error_code error;
  boost::asio::ip::make_address(out.origin.host, error);
  if (error && !valid_name(out.origin.host))
    return bad_url(text, "the host is not a name or a plain address");
  out.origin.port = out.origin.tls ? 443 : 80;
  if (view.has_port()) out.origin.port = view.port_number();
  if (out.origin.port == 0) return bad_url(text, "the port is not 1 to 65535");
  const auto target = view.encoded_target();
  out.target.assign(target.data(), target.size());
  if (out.target.empty() || out.target.front() != '/') out.target.insert(0, 1, '/');
  return out;
}

bool valid_target(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7F; });
}

bool valid_header_value(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

bool valid_header_name(std::string_view text) {
  constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return !text.empty() && std::all_of(text.begin(), text.end(), [&](char c) {
    return is_alnum(c) || kMarks.find(c) != std::string_view::npos;
  });
}

}  // namespace bccid::net
