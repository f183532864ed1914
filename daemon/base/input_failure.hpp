#pragma once

#include "base/failure.hpp"

#include <boost/system/result.hpp>

#include <string>
#include <vector>

namespace bccid {

// One field that cannot be accepted.
struct FieldError {
  FieldError() = default;
  FieldError(Errc code_in, std::string pointer_in, std::string detail_in, std::string hint_in = {});

  Errc code = Errc::invalid_field;
  std::string pointer;  // JSON pointer such as "/items/3/code"; "?limit" for a query parameter
  std::string detail;
  std::string hint;
};

// Everything that is wrong with one input, so that a caller repairs it in one go.
struct InputFailure {
  InputFailure() = default;
  explicit InputFailure(std::vector<FieldError> errors_in);

  std::vector<FieldError> errors;
  // As one Failure: the first error, and how many more there are.
  Failure summary() const;
};

[[noreturn]] void throw_exception_from_error(const InputFailure& failure,
                                             const boost::source_location& where);

// What was read, or all that is wrong with it.
template <class T>
using Input = boost::system::result<T, InputFailure>;

}  // namespace bccid
