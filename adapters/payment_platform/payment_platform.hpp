#pragma once

#include "adapters/blocks.hpp"
#include "ports/platform_file_port.hpp"

#include <memory>

namespace bccid::platform {

// Lines of fields between bars, as they are or in Base64; see README.md. Errors: config (a title for a field
// that there is none of).
Result<std::unique_ptr<PlatformFilePort>> open_payment_platform(const PlatformBlock& block);

}  // namespace bccid::platform
