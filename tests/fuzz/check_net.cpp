#include "base/text.hpp"
#include "http/listener.hpp"
#include "net/address_filter.hpp"
#include "net/origin.hpp"
#include "net/reply_reader.hpp"
#include "net/webhook_signature.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/ip/address.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>
#include <vector>

namespace bccid::fuzz {
namespace {

namespace ip = boost::asio::ip;
using net::WebhookSecret;

bool has_nul(std::string_view bytes) { return bytes.find('\0') != std::string_view::npos; }

void check_block(std::string_view bytes) {
  const auto block = net::parse_cidr(bytes);
  if (!block) return require_fit(block.error());
  require(!has_nul(bytes), "an address block holds no NUL");
  require(block->contains(block->network), "an address block contains its own address");
  const auto again = net::parse_cidr(block->network.to_string() + "/" + std::to_string(block->prefix));
  require(again && again->network == block->network && again->prefix == block->prefix,
          "an address block survives writing and reading");
  const auto filter = net::AddressFilter::parse({std::string(bytes)});
  const bool scoped = block->network.is_v6() && block->network.to_v6().scope_id() != 0;
  require(filter && filter->allows(block->network) != scoped, "what the operator named is allowed");
}

void check_address(std::string_view bytes) {
  boost::system::error_code error;
  const auto address = ip::make_address(std::string(bytes), error);
  if (error) return;
  const bool allowed = net::AddressFilter().allows(address);
  if (address.is_loopback() || address.is_multicast() || address.is_unspecified())
    require(!allowed, "no address of this machine or of many is a counterpart");
  if (address.is_v6() && (address.to_v6().is_v4_mapped() || address.to_v6().is_link_local()))
    require(!allowed, "an IPv4 address in IPv6 and a link-local one are denied as forms");
}

std::string_view take_line(std::string_view& rest) {
  const auto end = std::min(rest.find('\n'), rest.size());
  const auto line = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return line;
}

const std::vector<WebhookSecret>& secrets() {
  static const std::vector<WebhookSecret> list = {
      WebhookSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").value(),
      WebhookSecret::parse("whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=").value()};
  return list;
}

Time at_second(std::int64_t second) { return Time{std::chrono::seconds{second}}; }

// The sender's time as now, so that its signature alone decides; a time that no clock shows as 2014's.
Time now_of(std::string_view timestamp) {
  constexpr std::int64_t kPlausibleMax = 4'000'000'000;
  std::int64_t second = 0;
  std::from_chars(timestamp.data(), timestamp.data() + timestamp.size(), second);
  return at_second(second > -kPlausibleMax && second < kPlausibleMax ? second : 1'400'000'000);
}

bool one_of_ours(std::string_view offered, std::string_view ours) {
  for (const auto mine : {ours.substr(0, ours.find(' ')), ours.substr(ours.find(' ') + 1)})
    for (std::string_view rest = offered; !rest.empty();) {
      const auto end = std::min(rest.find(' '), rest.size());
      if (rest.substr(0, end) == mine) return true;
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  return false;
}

void check_own_signature(std::string_view id, std::string_view body) {
  constexpr std::int64_t kSent = 1'674'087'231;
  const auto ours = net::sign_webhook(secrets(), id, kSent, body);
  if (!ours) return require_fit(ours.error());
  const std::string stamp = std::to_string(kSent);
  const net::WebhookHeaders headers{id, stamp, *ours};
  require(net::verify_webhook(secrets(), headers, body, at_second(kSent)).has_value(),
          "what we sign is true");
  require(!net::verify_webhook(secrets(), headers, std::string(body) + " ", at_second(kSent)),
          "a changed body is not true");
  require(!net::verify_webhook(secrets(), headers, body, at_second(kSent + 301)),
          "an old message is refused");
  require(!net::verify_webhook(secrets(), headers, body, at_second(kSent - 301)),
          "a message of the future is refused");
}

// A whole reply. Nothing when the stream ends too early or it cannot be read: which of the two it is may hang
// on whether the bytes behind a fault are there yet.
using ReplyEnd = std::optional<net::HttpReply>;

// Hands over the bytes as a connection would, `step` at a time, and then the end of the stream.
ReplyEnd read_reply(std::string_view bytes, std::size_t step, std::size_t body_bytes_max) {
  net::ReplyReader reader(body_bytes_max);
  boost::system::error_code error;
  while (!bytes.empty() && !reader.finished() && !error) {
    const auto room = reader.room();
    const std::size_t count = std::min({step, bytes.size(), room.size()});
    std::memcpy(room.data(), bytes.data(), count);
    bytes.remove_prefix(count);
    reader.arrived(count, error);
  }
  if (!reader.finished() && !error) {
    error = boost::asio::error::eof;
    reader.ended(error);
  }
  if (!reader.finished()) return std::nullopt;
  return reader.take();
}

}  // namespace

int check_address_filter(std::string_view bytes) {
  check_block(bytes);
  check_address(bytes);
  return 0;
}

int check_bind_address(std::string_view bytes) {
  const auto bind = http::parse_bind_address(bytes);
  if (!bind) {
    require_fit(bind.error());
    return 0;
  }
  require(!has_nul(bytes), "an address to listen on holds no NUL");
  const std::string text =
      bind->is_unix() ? "unix:" + bind->path : "[" + bind->host + "]:" + std::to_string(bind->port);
  const auto again = http::parse_bind_address(text);
  require(again && again->host == bind->host && again->port == bind->port && again->path == bind->path,
          "an address to listen on survives writing and reading");
  return 0;
}

int check_origin(std::string_view bytes) {
  require(!net::valid_header_name(bytes) || net::valid_header_value(bytes), "a header's name may be a value");
  const auto url = net::parse_url(bytes);
  if (!url) {
    require_fit(url.error());
    return 0;
  }
  require(net::valid_target(bytes), "a URL is printable ASCII without blanks");
  require(net::valid_target(url->target) && url->target.front() == '/', "a URL's target can be sent");
  require(net::valid_header_value(url->origin.host_header()), "a URL's host can be sent");
  require(url->origin.port != 0, "a URL has a port");
  const auto again = net::parse_url(url->origin.to_text() + url->target);
  require(again && again->origin == url->origin && again->target == url->target,
          "a URL survives writing and reading");
  return 0;
}

int check_reply_reader(std::string_view bytes) {
  constexpr std::size_t kBodyBytesMax = 64;
  const ReplyEnd whole = read_reply(bytes, bytes.size(), kBodyBytesMax);
  for (const std::size_t step : {std::size_t{1}, std::size_t{5}}) {
    const ReplyEnd pieces = read_reply(bytes, step, kBodyBytesMax);
    // What follows the limit is read or not, as it happens to arrive with it.
    if ((whole && whole->truncated) || (pieces && pieces->truncated)) continue;
    require(whole.has_value() == pieces.has_value(), "a reply is whole however it arrives");
    require(!whole || (whole->status == pieces->status && whole->body == pieces->body &&
                       whole->headers == pieces->headers),
            "a reply is the same however it arrives");
  }
  if (!whole) return 0;
  require(whole->status >= 200 || whole->status == 101, "an interim reply is not the reply");
  require(whole->body.size() <= kBodyBytesMax, "a reply's body keeps its limit");
  return 0;
}

int check_webhook_secret(std::string_view bytes) {
  const auto secret = WebhookSecret::parse(bytes);
  if (!secret) {
    require_fit(secret.error());
    require(secret.error().detail == WebhookSecret::parse("").error().detail,
            "a refusal says the same of every secret, and so quotes none");
    return 0;
  }
  const auto again = WebhookSecret::parse(secret->to_text());
  require(again && again->to_text() == secret->to_text() && again->sign("x") == secret->sign("x"),
          "a secret survives writing and reading");
  const bool shared = secret->signing() == net::WebhookSigning::hmac;
  require(!shared || secret->to_text().starts_with(bytes), "a secret has one spelling, but for its padding");
  require(shared == secret->public_text().empty(), "only a pair of keys has a public half");
  return 0;
}

int check_webhook_signature(std::string_view bytes) {
  std::string_view body = bytes;
  net::WebhookHeaders headers;
  headers.id = take_line(body);
  headers.timestamp = take_line(body);
  headers.signature = take_line(body);
  const auto verified = net::verify_webhook(secrets(), headers, body, now_of(headers.timestamp));
  if (verified) {
    std::int64_t sent = 0;
    std::from_chars(headers.timestamp.data(), headers.timestamp.data() + headers.timestamp.size(), sent);
    const auto ours = net::sign_webhook(secrets(), headers.id, sent, body);
    // The sender's own spelling of the time is signed, "007" too, which we would not write.
    const bool as_we_write = std::to_string(sent) == headers.timestamp;
    require(ours && (!as_we_write || one_of_ours(headers.signature, *ours)), "only our signature is true");
  } else {
    require_fit(verified.error());
  }
  check_own_signature(headers.id, body);
  return 0;
}

}  // namespace bccid::fuzz
