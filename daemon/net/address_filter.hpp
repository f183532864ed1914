#pragma once

#include "base/result.hpp"

#include <boost/asio/ip/address.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace bccid::net {

// An address block such as 10.0.0.0/8 or fc00::/7.
struct Cidr {
  boost::asio::ip::address network;
  unsigned prefix = 0;

  bool contains(const boost::asio::ip::address& address) const;
};

// Errors: invalid_field.
Result<Cidr> parse_cidr(std::string_view text);

// Which addresses we may connect to. Everything that is not plainly public is denied (private, loopback,
// link-local with the cloud metadata address, documentation, translation and tunnel ranges), unless the
// operator named it. IPv4 inside IPv6 is denied as a form, whatever it carries.
class AddressFilter {
 public:
  AddressFilter() = default;
  explicit AddressFilter(std::vector<Cidr> allowed) : allowed_(std::move(allowed)) {}
  // Errors: invalid_field, naming the entry.
  static Result<AddressFilter> parse(const std::vector<std::string>& allowed);

  bool allows(const boost::asio::ip::address& address) const;

 private:
  std::vector<Cidr> allowed_;
};

}  // namespace bccid::net
