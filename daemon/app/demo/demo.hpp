#pragma once

#include "app/cli.hpp"

namespace bccid::app {

// Plays one day of one province: a private PostgreSQL, the daemon, the counterparts' simulators, all as
// processes of their own, driven through the real HTTP API.
ExitCode run_demo(const DemoCommand& command);

}  // namespace bccid::app
