#include "tests/bench/scan_day.hpp"

#include "base/clock.hpp"
#include "base/time_text.hpp"
#include "domain/parcel/item_code.hpp"

#include <array>
#include <chrono>
#include <numeric>
#include <random>
#include <stdexcept>
#include <string_view>

namespace bccid::bench {
namespace {

constexpr std::array<std::string_view, ScanDay::kScansPerParcel> kCodes{
    "collected",        "accepted_at_office", "in_transit",       "at_delivery_office",
    "out_for_delivery", "delivery_failed",    "out_for_delivery", "delivered"};
constexpr std::uint64_t kGap = 1'000;  // groups between two scans of one parcel
constexpr std::uint64_t kFirstSerial = 10'000'000;

std::uint64_t mixed(std::uint64_t& state) {
  state += 0x9E3779B97F4A7C15ULL;
  std::uint64_t z = state;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31);
}

void append_hex(std::uint64_t value, int digits, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  for (int shift = (digits - 1) * 4; shift >= 0; shift -= 4) out += kDigits[(value >> shift) & 15];
}

Time now() { return SystemClock().now(); }

}  // namespace

ScanDay::ScanDay(std::uint64_t parcels, bool random_keys)
    : parcels_(parcels),
      stride_(2'654'435'761 % parcels),
      random_keys_(random_keys),
      random_(std::random_device{}()) {
  if (parcels <= kGap * kScansPerParcel) throw std::runtime_error("too few parcels for a day");
  while (std::gcd(stride_, parcels_) != 1) ++stride_;
  random_ ^= static_cast<std::uint64_t>(now().time_since_epoch().count()) << 20;
}

std::uint64_t ScanDay::size() const { return (parcels_ - kGap * (kScansPerParcel - 1)) * kScansPerParcel; }

void ScanDay::append(std::uint64_t number, std::string& out) {
  const std::uint64_t group = number / kScansPerParcel + kGap * (kScansPerParcel - 1);
  const std::uint64_t step = number % kScansPerParcel;
  append_scan((group - step * kGap) * stride_ % parcels_, step, out);
}

void ScanDay::append_morning(std::uint64_t, std::string& out) {
  append_scan((morning_group_ - morning_step_ * kGap) * stride_ % parcels_, morning_step_, out);
  ++morning_step_;
  if (morning_step_ * kGap <= morning_group_) return;
  morning_step_ = 0;
  ++morning_group_;
}

void ScanDay::append_scan(std::uint64_t parcel, std::uint64_t step, std::string& out) {
  out += R"({"event_id":")";
  append_key(out);
  out += R"(","code":")";
  out += kCodes[step];
  out += R"(","item":")";
  out += item_of(parcel);
  out += R"(","occurred_at":")";
  out += to_rfc3339(now());
  out += R"(","device":"PDA-0017","device_seq":)";
  out += std::to_string(mixed(random_) >> 40);
  if (step == kScansPerParcel - 1)
    out += R"(,"cash":{"charge_vnd":15000},"recipient":{"kind":"self","id_checked":true,"id_last4":"1234"})";
  out += '}';
}

void ScanDay::append_key(std::string& out) {
  const auto milliseconds = static_cast<std::uint64_t>(
      std::chrono::floor<std::chrono::milliseconds>(now()).time_since_epoch().count());
  const std::uint64_t front = random_keys_ ? mixed(random_) : milliseconds;
  const std::uint64_t rest = mixed(random_);
  append_hex((front >> 16) & 0xFFFFFFFFU, 8, out);
  out += '-';
  append_hex(front & 0xFFFF, 4, out);
  out += random_keys_ ? "-4" : "-7";
  append_hex(rest >> 52, 3, out);
  out += "-a";
  append_hex(rest >> 40, 3, out);
  out += '-';
  append_hex(mixed(random_) >> 16, 12, out);
}

std::string item_of(std::uint64_t number) {
  const std::string serial = std::to_string(kFirstSerial + number);
  return "RR" + serial + s10_check_digit(serial).value() + "VN";
}

}  // namespace bccid::bench
