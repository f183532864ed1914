#pragma once

#include "base/embedded.hpp"
#include "domain/code_tables.hpp"

#include <cstdlib>
#include <random>
#include <string>

namespace bccid::test {

// The tables that the daemon itself runs on.
inline const CodeTables& tables() {
  static const CodeTables loaded = load_code_tables(embedded_file).value();
  return loaded;
}

// A new seed each run; set BCCID_TEST_SEED to run a failure again. Tests put it into SCOPED_TRACE.
inline unsigned run_seed() {
  static const unsigned seed = [] {
    const char* wanted = std::getenv("BCCID_TEST_SEED");
    return wanted != nullptr ? static_cast<unsigned>(std::strtoul(wanted, nullptr, 10))
                             : std::random_device{}();
  }();
  return seed;
}

inline std::string seed_note() { return "BCCID_TEST_SEED=" + std::to_string(run_seed()); }

inline int pick(std::mt19937& random, int least, int most) {
  return std::uniform_int_distribution<int>(least, most)(random);
}

inline Day day(int year, unsigned month, unsigned number) {
  return Day{std::chrono::year{year}, std::chrono::month{month}, std::chrono::day{number}};
}

inline Time at_minute(int minute) {
  return Time{std::chrono::hours{24 * 20'000} + std::chrono::minutes{minute}};
}

// Keys with a chosen order.
inline Uuid key_of(int number) {
  Uuid key;
  key.bytes[14] = static_cast<std::uint8_t>(number / 256);
  key.bytes[15] = static_cast<std::uint8_t>(number % 256);
  return key;
}

}  // namespace bccid::test
