#pragma once

#include "app/cli.hpp"
#include "base/failure.hpp"
#include "flow/actor.hpp"

namespace bccid::app {

// Who changes something from the command line, as the audit names it.
inline constexpr const char* kOperator = "operator:cli";
// The same as an actor; whoever reaches the database from a terminal is an administrator.
Actor operator_actor();

// Says on standard error why a command on the database failed, and gives its exit code.
ExitCode complain(const Failure& failure);

}  // namespace bccid::app
