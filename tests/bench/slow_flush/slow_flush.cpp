// Preloaded into the PostgreSQL of one benchmark run, never into anything else: each flush of the write-ahead
// log takes 1 ms longer, as on a disk behind a network.

#include <dlfcn.h>

#include <ctime>

extern "C" int fdatasync(int file);

extern "C" int fdatasync(int file) {
  using Flush = int (*)(int);
  static const auto flush = reinterpret_cast<Flush>(dlsym(RTLD_NEXT, "fdatasync"));
  const timespec delay{0, 1'000'000};
  nanosleep(&delay, nullptr);
  return flush(file);
}
