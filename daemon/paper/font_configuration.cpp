#include "paper/font_configuration.hpp"

#include <fontconfig/fontconfig.h>

// g++ and clang tell of the address sanitizer in two ways.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BCCID_ADDRESS_SANITIZER
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define BCCID_ADDRESS_SANITIZER
#endif

#if defined(BCCID_ADDRESS_SANITIZER)
#include <sanitizer/lsan_interface.h>
#endif

namespace bccid {

void read_font_configuration() {
#if defined(BCCID_ADDRESS_SANITIZER)
  // Its parser loses one table of 256 bytes that it needs while it reads; not ours to mend, and no more than
  // that is passed over.
  const __lsan::ScopedDisabler passed_over;
#endif
  FcInit();
}

}  // namespace bccid
