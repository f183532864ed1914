#include "app/terminal.hpp"

#include <iostream>

namespace bccid::app {

Actor operator_actor() { return Actor{kOperator, "admin", "", "", ""}; }

ExitCode complain(const Failure& failure) {
  std::cerr << "bccid: " << failure.text() << '\n';
  return failure.code == Errc::unavailable ? ExitCode::database : ExitCode::checks_failed;
}

}  // namespace bccid::app
