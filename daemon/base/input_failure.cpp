#include "base/input_failure.hpp"

#include <utility>

namespace bccid {

FieldError::FieldError(Errc code_in, std::string pointer_in, std::string detail_in, std::string hint_in)
    : code(code_in), pointer(std::move(pointer_in)), detail(std::move(detail_in)), hint(std::move(hint_in)) {}

InputFailure::InputFailure(std::vector<FieldError> errors_in) : errors(std::move(errors_in)) {}

Failure InputFailure::summary() const {
  if (errors.empty()) return {};
  const FieldError& first = errors.front();
  std::string detail = first.detail;
  if (errors.size() > 1) detail += " (and " + std::to_string(errors.size() - 1) + " more)";
  return {first.code, std::move(detail), first.hint, first.pointer};
}

void throw_exception_from_error(const InputFailure& failure, const boost::source_location& where) {
  throw_exception_from_error(failure.summary(), where);
}

}  // namespace bccid
