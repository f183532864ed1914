#pragma once

#include <string_view>

namespace bccid {

/// The release number, and after a `+` the commit it was built from when that is known: "0.1.0+1a2b3c4d5e6f".
std::string_view version() noexcept;

}  // namespace bccid
