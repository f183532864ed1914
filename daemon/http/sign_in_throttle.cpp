#include "http/sign_in_throttle.hpp"

#include <boost/asio/ip/address_v6.hpp>

#include <algorithm>

namespace bccid::http {
namespace {

using std::chrono::seconds;

constexpr int kDoublingsMax = 20;  // the longest wait is reached long before

// The address, or of an IPv6 address its first 64 bits.
std::string network_of(std::string_view peer) {
  boost::system::error_code bad;
  const auto address = boost::asio::ip::make_address_v6(std::string(peer), bad);
  if (bad || address.is_loopback()) return std::string(peer);
  auto bytes = address.to_bytes();
  std::fill(bytes.begin() + 8, bytes.end(), std::uint8_t{0});
  return boost::asio::ip::address_v6(bytes).to_string();
}

// Where a proxy of this host would be.
bool is_this_host(std::string_view network) {
  return network == "unix" || network == "127.0.0.1" || network == "::1";
}

std::string key_of(std::string_view name, const std::string& network) {
  return network + ' ' + std::string(name);
}

// Rounded up: who waits as long as he was told must not be too early.
seconds until(Time at, Time now) { return std::chrono::ceil<seconds>(std::max(at - now, Duration{})); }

}  // namespace

seconds SignInThrottle::pair_wait(const Pair& pair, seconds longest, Time now) const {
  // Who was never refused may ask for many tokens at once. Else tries at the same time must not be more than
  // those that are free one after the other.
  const int together =
      pair.refusals == 0 ? rules_.together_max : std::max(1, rules_.free_tries - pair.refusals);
  if (pair.trying >= together) return seconds(1);
  if (pair.refusals < rules_.free_tries) return seconds(0);
  const int doublings = std::min(pair.refusals - rules_.free_tries + 1, kDoublingsMax);
  const seconds pause = std::min(seconds(std::int64_t{1} << doublings), longest);
  return until(pair.refused_at + pause, now);
}

seconds SignInThrottle::peer_wait(Peer& peer, Time now) const {
  const auto back = std::max<std::int64_t>((now - peer.counted_at) / rules_.peer_refill, 0);
  if (back >= peer.taken) {
    peer = Peer{0, now};
  } else {
    peer.taken -= static_cast<int>(back);
    peer.counted_at += back * rules_.peer_refill;
  }
  if (peer.taken < rules_.peer_tries) return seconds(0);
  return std::max(until(peer.counted_at + rules_.peer_refill, now), seconds(1));
}

seconds SignInThrottle::admit(std::string_view name, std::string_view peer, Time now) {
  const std::string network = network_of(peer);
  const std::string key = key_of(name, network);
  const bool here = is_this_host(network);
  if (const auto* known = pairs_.find(key)) {
    const auto longest = here ? rules_.longest_wait_here : rules_.longest_wait;
    if (const auto wait = pair_wait(*known, longest, now); wait > seconds(0)) return wait;
  }
  if (!here) {
    auto& address = peers_.touch(network, rules_.entries_max);
    if (const auto wait = peer_wait(address, now); wait > seconds(0)) return wait;
    ++address.taken;
  }
  ++pairs_.touch(key, rules_.entries_max).trying;
  return seconds(0);
}

void SignInThrottle::give_back(const std::string& network) {
  auto* address = peers_.find(network);
  if (address != nullptr && address->taken > 0) --address->taken;
}

void SignInThrottle::finish(const std::string& key) {
  auto* pair = pairs_.find(key);
  if (pair == nullptr) return;
  if (pair->trying > 0) --pair->trying;
  if (pair->trying == 0 && pair->refusals == 0) pairs_.erase(key);
}

void SignInThrottle::right(std::string_view name, std::string_view peer) {
  const std::string network = network_of(peer);
  const std::string key = key_of(name, network);
  give_back(network);
  if (auto* pair = pairs_.find(key)) pair->refusals = 0;
  finish(key);
}

void SignInThrottle::wrong(std::string_view name, std::string_view peer, Time now) {
  const std::string key = key_of(name, network_of(peer));
  auto& pair = pairs_.touch(key, rules_.entries_max);
  ++pair.refusals;
  pair.refused_at = now;
  finish(key);
}

void SignInThrottle::undone(std::string_view name, std::string_view peer) {
  const std::string network = network_of(peer);
  give_back(network);
  finish(key_of(name, network));
}

}  // namespace bccid::http
