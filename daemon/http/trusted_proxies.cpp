#include "http/trusted_proxies.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace bccid::http {
namespace {

namespace ip = boost::asio::ip;

constexpr std::string_view kUnix = "unix";
constexpr std::size_t kHopsMax = 16;  // no chain of proxies is longer; what is, is somebody's play

std::optional<ip::address> parse_address(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) return std::nullopt;
  boost::system::error_code bad;
  const auto address = ip::make_address(std::string(text), bad);
  if (bad) return std::nullopt;
  return address;
}

// All entries of all header fields of that name, the nearest proxy's last.
std::vector<std::string_view> hops(const Headers& headers) {
  std::vector<std::string_view> out;
  for (std::size_t i = 0; i < headers.size(); ++i) {
    if (!equal_ignoring_case(headers.name(i), "X-Forwarded-For")) continue;
    std::string_view rest = headers.value(i);
    for (;;) {
      const auto comma = rest.find(',');
      out.push_back(trim(rest.substr(0, comma)));
      if (comma == std::string_view::npos) break;
      rest.remove_prefix(comma + 1);
    }
  }
  return out;
}

}  // namespace

Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& entries) {
  TrustedProxies out;
  for (const auto& entry : entries) {
    if (entry == kUnix) {
      out.unix_ = true;
      continue;
    }
    auto block = net::parse_cidr(entry);
    if (!block)
      return Failure(Errc::invalid_field, block.error().detail,
                     "Write a block like 10.0.0.5/32, or \"unix\" for the local socket.");
    out.blocks_.push_back(*block);
  }
  return out;
}

bool TrustedProxies::trusts(std::string_view peer) const {
  if (peer == kUnix) return unix_;
  if (blocks_.empty()) return false;
  const auto address = parse_address(peer);
  return address && std::any_of(blocks_.begin(), blocks_.end(),
                                [&](const net::Cidr& block) { return block.contains(*address); });
}

std::string TrustedProxies::caller(const std::string& peer, const Headers& headers) const {
  if (!trusts(peer)) return peer;
  const auto named = hops(headers);
  std::string caller = peer;
  for (std::size_t i = 0; i < std::min(named.size(), kHopsMax); ++i) {
    const auto address = parse_address(named[named.size() - 1 - i]);
    if (!address) return peer;
    caller = address->to_string();
    if (!trusts(caller)) return caller;
  }
  return caller;
}

bool TrustedProxies::came_by_tls(std::string_view peer, const Headers& headers) const {
  return equal_ignoring_case(headers.get("X-Forwarded-Proto"), "https") && trusts(peer);
}

}  // namespace bccid::http
