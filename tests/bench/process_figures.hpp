#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

namespace bccid::bench {

// Resident memory of a process now, and at its highest. 0 when it is gone.
std::uint64_t resident_bytes(pid_t pid);
std::uint64_t resident_bytes_max(pid_t pid);

// Processor time that a process and its children (also those that ended and were reaped) have used.
std::chrono::milliseconds cpu_time(pid_t pid);

// "2 x Intel(R) Xeon(R) ..., 23 GiB, Linux 6.1, load 0.42": what the figures were measured on.
std::string machine_text();

}  // namespace bccid::bench
