#include "app/counterparts_command.hpp"

#include "app/terminal.hpp"
#include "base/time_text.hpp"
#include "flow/counterparts.hpp"
#include "flow/pauses.hpp"
#include "store/direct.hpp"

#include <iostream>

namespace bccid::app {
namespace {

std::string state_of(const CounterpartView& view) {
  if (view.pause) return "paused by " + view.pause->by + ": " + view.pause->reason;
  if (view.switched_off) return "switched off";
  return view.breaker == "closed" ? "sending" : "breaker " + view.breaker;
}

ExitCode list(const std::string& dsn) {
  using Views = std::vector<CounterpartView>;
  const Time now = SystemClock().now();
  const auto views =
      run_directly<Views>(dsn, [now](sql::Tx& tx) { return Result<Views>(list_counterparts(tx, now)); });
  if (!views) return complain(views.error());
  for (const auto& view : *views)
    std::cout << view.name << '\t' << state_of(view) << '\t' << view.queued << " queued\t" << view.in_flight
              << " in flight\t" << view.dead << " dead\t" << view.failed << " of " << view.calls
              << " calls failed in an hour\t"
              << (view.last_success_at ? "last success " + to_rfc3339(*view.last_success_at)
                                       : "no success yet")
              << '\t' << view.last_answer << '\n';
  return ExitCode::ok;
}

}  // namespace

ExitCode run_counterparts_command(const CounterpartsCommand& command, const std::string& dsn) {
  if (command.action == CounterpartsCommand::Action::list) return list(dsn);
  const bool pauses = command.action == CounterpartsCommand::Action::pause;
  const Actor actor = operator_actor();
  const Time now = SystemClock().now();
  const auto changed = run_directly<bool>(dsn, [&](sql::Tx& tx) {
    return pauses ? pause_target(tx, command.target, command.reason, actor, now)
                  : resume_target(tx, command.target, command.reason, actor, now);
  });
  if (!changed) return complain(changed.error());
  std::cout << command.target << (pauses ? " is" : " is not") << (*changed ? "" : " (as before)")
            << " paused\n";
  return ExitCode::ok;
}

}  // namespace bccid::app
