#pragma once

#include <cstdint>
#include <string>

namespace bccid::bench {

// Which scan comes when. Each parcel is scanned eight times on its way from the one-stop department to the
// recipient; at any moment an eighth of the scans are the handing over, checked and paid in cash. Parcels
// come in no order that an index could like, and never twice within some thousand scans.
class ScanDay {
 public:
  static constexpr std::uint64_t kScansPerParcel = 8;
  static constexpr std::uint64_t kMorning = 28'000;  // scans until all eight kinds are on the road

  // `parcels` as seeded.
  ScanDay(std::uint64_t parcels, bool random_keys);

  // The scans after the morning.
  std::uint64_t size() const;
  // Appends one item of a request: a scan of the day, number 0 to size() - 1. Each number at most once.
  void append(std::uint64_t number, std::string& out);
  // The same for the morning, number 0 to kMorning - 1, in this order.
  void append_morning(std::uint64_t number, std::string& out);

 private:
  void append_scan(std::uint64_t parcel, std::uint64_t step, std::string& out);
  void append_key(std::string& out);

  std::uint64_t parcels_;
  std::uint64_t stride_;
  bool random_keys_;
  std::uint64_t random_;
  std::uint64_t morning_group_ = 0;
  std::uint64_t morning_step_ = 0;
};

// The item code of the seeded parcel `number`, counted from 0.
std::string item_of(std::uint64_t number);

}  // namespace bccid::bench
