#pragma once

#include "base/input_failure.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

namespace bccid::fuzz {

// A parser broke a promise. Nobody catches it in a fuzz target, so that the fuzzer keeps the input.
class Violation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

// Throws Violation with `promise` unless it was kept.
void require(bool kept, std::string_view promise);

// True when something was read and it is `wanted`.
template <class T>
bool gives(const Result<T>& read, const T& wanted) {
  return read && *read == wanted;
}

// Well-formed UTF-8 in NFC without control characters: what may go into a column and onto a screen.
void require_clean(std::string_view text, std::string_view what);
// The same for at most `chars_max` code points.
void require_clean(std::string_view text, std::size_t chars_max, std::string_view what);
// A refusal names its reason and can be written into JSON and a log, whatever the refused bytes were.
void require_fit(const Failure& failure);
void require_fit(const InputFailure& failure);

}  // namespace bccid::fuzz
