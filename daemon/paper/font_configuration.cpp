#include "paper/font_configuration.hpp"

#include <fontconfig/fontconfig.h>

// g++ and clang tell of their sanitizers in two ways.
#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define BCCID_ADDRESS_SANITIZER
#endif
#if __has_feature(thread_sanitizer)
#define BCCID_THREAD_SANITIZER
#endif
#else
#if defined(__SANITIZE_ADDRESS__)
#define BCCID_ADDRESS_SANITIZER
#endif
#if defined(__SANITIZE_THREAD__)
#define BCCID_THREAD_SANITIZER
#endif
#endif

#if defined(BCCID_ADDRESS_SANITIZER)
#include <sanitizer/lsan_interface.h>
#endif

#if defined(BCCID_THREAD_SANITIZER)
// Pango looks fonts up in a thread of its own and waits for it with GLib's locks, which are futexes that the
// sanitizer does not see: it takes what they order for races. Nothing of ours is called from that thread.
extern "C" const char* __tsan_default_suppressions();
extern "C" const char* __tsan_default_suppressions() { return "race:libpangoft2-1.0\nrace:libfontconfig\n"; }
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
