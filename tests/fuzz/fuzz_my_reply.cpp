#include "tests/fuzz/parsers.hpp"

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  return bccid::fuzz::check_my_reply({reinterpret_cast<const char*>(data), size});
}
