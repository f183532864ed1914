#include "app/systemd_notify.hpp"

#include "base/text.hpp"

#include <systemd/sd-daemon.h>

#include <ctime>
#include <string>

namespace bccid::app {
namespace {

// A failure to notify is systemd's to notice; there is nobody else to tell.
void notify(const std::string& state) { static_cast<void>(sd_notify(0, state.c_str())); }

std::string monotonic_micros() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return std::to_string(static_cast<long long>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000);
}

}  // namespace

void notify_ready() { notify("READY=1"); }

void notify_reloading() { notify("RELOADING=1\nMONOTONIC_USEC=" + monotonic_micros()); }

void notify_stopping() { notify("STOPPING=1"); }

void notify_watchdog() { notify("WATCHDOG=1"); }

void notify_status(std::string_view sentence) { notify("STATUS=" + shown(sentence, 200)); }

std::optional<Duration> watchdog_interval() {
  std::uint64_t micros = 0;
  if (sd_watchdog_enabled(0, &micros) <= 0) return std::nullopt;
  return Duration{static_cast<std::int64_t>(micros / 3)};
}

}  // namespace bccid::app
