#include "app/scans_command.hpp"

#include "app/terminal.hpp"
#include "base/text.hpp"
#include "flow/held_scans.hpp"
#include "store/direct.hpp"

#include <iostream>

namespace bccid::app {

ExitCode run_scans_command(const ScansCommand& command, const std::string& dsn) {
  const std::string item = to_upper_ascii(trim(command.item));
  const auto discarded = run_directly<std::size_t>(dsn, [&](sql::Tx& tx) {
    return discard_held_scans(tx, item, operator_actor(), command.note, SystemClock().now());
  });
  if (!discarded) return complain(discarded.error());
  std::cout << *discarded << " scans of " << item << " discarded\n";
  return ExitCode::ok;
}

}  // namespace bccid::app
