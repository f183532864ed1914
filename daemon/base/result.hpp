#pragma once

#include "base/failure.hpp"

#include <boost/system/result.hpp>

namespace bccid {

// Expected outcomes travel as values; exceptions mean that the infrastructure is broken.
template <class T>
using Result = boost::system::result<T, Failure>;

using Status = Result<void>;

}  // namespace bccid
