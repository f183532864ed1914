#include "app/settle_command.hpp"

#include "base/text.hpp"
#include "flow/held_scans.hpp"
#include "flow/webhook_endpoints.hpp"
#include "store/direct.hpp"

#include <iostream>

namespace bccid::app {
namespace {

const Actor& terminal() {
  static const Actor actor{"operator:cli", "admin", "", "", ""};
  return actor;
}

ExitCode complain(const Failure& failure) {
  std::cerr << "bccid: " << failure.text() << '\n';
  return failure.code == Errc::unavailable ? ExitCode::database : ExitCode::checks_failed;
}

}  // namespace

ExitCode run_scans_command(const ScansCommand& command, const std::string& dsn) {
  const std::string item = to_upper_ascii(trim(command.item));
  const auto discarded = run_directly<std::size_t>(
      dsn, [&](sql::Tx& tx) { return discard_held_scans(tx, item, terminal(), command.note); });
  if (!discarded) return complain(discarded.error());
  std::cout << *discarded << " scans of " << item << " discarded\n";
  return ExitCode::ok;
}

ExitCode run_webhook_command(const WebhookCommand& command, const std::string& dsn) {
  const auto enabled = run_directly<bool>(dsn, [&](sql::Tx& tx) -> Result<bool> {
    if (const auto done = enable_endpoint(tx, command.id, terminal()); !done) return done.error();
    return true;
  });
  if (!enabled) return complain(enabled.error());
  std::cout << "webhook " << command.id << " enabled\n";
  return ExitCode::ok;
}

}  // namespace bccid::app
