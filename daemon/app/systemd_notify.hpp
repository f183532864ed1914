#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string_view>

// What systemd is told about us (Type=notify). Outside systemd, that is without NOTIFY_SOCKET, all of
// this does nothing.
namespace bccid::app {

// All parts work: systemd may start what waits for us.
void notify_ready();
// SIGHUP is being worked on; notify_ready() ends it. Carries the monotonic time that newer systemd asks for.
void notify_reloading();
// Draining has begun.
void notify_stopping();
// Still alive. Send it from the loop that does the work, so that a stuck loop is noticed.
void notify_watchdog();
// One sentence for `systemctl status`. Line ends are cut away: each line would be a message of its own.
void notify_status(std::string_view sentence);

// How often notify_watchdog must come: a third of what the unit says, because a late ping is a kill.
// Nothing when the unit has no watchdog.
std::optional<Duration> watchdog_interval();

}  // namespace bccid::app
