#include "net/address_filter.hpp"

#include "base/text.hpp"

#include <boost/asio/ip/address_v4.hpp>
#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace bccid::net {
namespace {

namespace ip = boost::asio::ip;

template <class Bytes>
bool same_prefix(const Bytes& left, const Bytes& right, unsigned bits) {
  const std::size_t whole = bits / 8;
  for (std::size_t i = 0; i < whole; ++i)
    if (left[i] != right[i]) return false;
  const unsigned rest = bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<unsigned char>(0xFF00U >> rest);
  return (left[whole] & mask) == (right[whole] & mask);
}

// IANA's special-purpose registries, and multicast: nothing in them is a counterpart on the Internet.
constexpr std::array<std::string_view, 27> kDenied{
    "0.0.0.0/8",    "10.0.0.0/8",   "100.64.0.0/10",  "127.0.0.0/8",   "169.254.0.0/16",  "172.16.0.0/12",
    "192.0.0.0/24", "192.0.2.0/24", "192.168.0.0/16", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24",
    "224.0.0.0/3",  "::/128",       "::1/128",        "::ffff:0:0/96", "64:ff9b::/96",    "64:ff9b:1::/48",
    "100::/64",     "2001::/32",    "2001:db8::/32",  "2002::/16",     "3fff::/20",       "5f00::/16",
    "fc00::/7",     "fe80::/10",    "ff00::/8"};

const std::vector<Cidr>& denied_blocks() {
  static const std::vector<Cidr> blocks = [] {
    std::vector<Cidr> out;
    for (const auto text : kDenied) out.push_back(parse_cidr(text).value());
    return out;
  }();
  return blocks;
}

bool in_any(const std::vector<Cidr>& blocks, const ip::address& address) {
  return std::any_of(blocks.begin(), blocks.end(),
                     [&](const Cidr& block) { return block.contains(address); });
}

}  // namespace

bool Cidr::contains(const ip::address& address) const {
  if (network.is_v4() != address.is_v4()) return false;
  if (address.is_v4()) return same_prefix(network.to_v4().to_bytes(), address.to_v4().to_bytes(), prefix);
  return same_prefix(network.to_v6().to_bytes(), address.to_v6().to_bytes(), prefix);
}

Result<Cidr> parse_cidr(std::string_view text) {
  const Failure bad{Errc::invalid_field, "\"" + shown(text, 60) + "\" is not an address block",
                    "Write it like 10.0.0.0/8 or fd00::/8."};
  const auto slash = text.find('/');
  // The address is read as a C string, which would end at a NUL and leave the rest unread.
  if (slash == std::string_view::npos || text.find('\0') != std::string_view::npos) return bad;
  boost::system::error_code error;
  Cidr out;
  out.network = ip::make_address(std::string(text.substr(0, slash)), error);
  if (error) return bad;
  const std::string_view digits = text.substr(slash + 1);
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), out.prefix);
  if (read.ec != std::errc{} || read.ptr != digits.data() + digits.size()) return bad;
  if (out.prefix > (out.network.is_v4() ? 32U : 128U)) return bad;
  return out;
}

Result<AddressFilter> AddressFilter::parse(const std::vector<std::string>& allowed) {
  std::vector<Cidr> blocks;
  for (const auto& text : allowed) {
    auto block = parse_cidr(text);
    if (!block) return block.error();
    blocks.push_back(*block);
  }
  return AddressFilter(std::move(blocks));
}

bool AddressFilter::allows(const ip::address& address) const {
  if (address.is_v6() && address.to_v6().scope_id() != 0) return false;
  return in_any(allowed_, address) || !in_any(denied_blocks(), address);
}

}  // namespace bccid::net
