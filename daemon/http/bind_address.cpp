#include "http/listener.hpp"

#include "base/text.hpp"

#include <boost/asio/ip/address.hpp>

#include <charconv>

namespace bccid::http {

Result<BindAddress> parse_bind_address(std::string_view text) {
  const Failure bad{Errc::invalid_field, "listen address \"" + shown(text, 120) + "\" cannot be used",
                    "Write it like 127.0.0.1:8080, [::]:8443 or unix:/run/bccid/http.sock."};
  // Paths and addresses are C strings to the system, which would end at a NUL and leave the rest unread.
  if (text.find('\0') != std::string_view::npos) return bad;
  BindAddress out;
  if (text.substr(0, 5) == "unix:") {
    out.path = text.substr(5);
    // sockaddr_un holds 108 bytes with the final NUL.
    if (out.path.empty() || out.path.front() != '/' || out.path.size() > 107) return bad;
    return out;
  }
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad;
  std::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') host = host.substr(1, host.size() - 2);
  boost::system::error_code error;
  boost::asio::ip::make_address(std::string(host), error);
  const std::string_view digits = text.substr(colon + 1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out.port);
  const bool whole = !digits.empty() && read.ec == std::errc{} && read.ptr == digits.data() + digits.size();
  if (error || !whole) return bad;
  out.host = host;
  return out;
}

}  // namespace bccid::http
