#include "app/attention_commands.hpp"

#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"
#include "flow/attention.hpp"
#include "flow/read_case.hpp"
#include "flow/webhook_endpoints.hpp"
#include "store/direct.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace bccid::app {
namespace {

namespace json = boost::json;

void print(const AttentionView& item, bool as_json) {
  if (as_json) {
    std::cout << json::serialize(json::object{{"id", item.id},
                                              {"kind", item.kind},
                                              {"subject", item.subject},
                                              {"owner", item.owner},
                                              {"due_at", to_rfc3339(item.due_at)},
                                              {"seen", item.seen},
                                              {"detail", item.detail},
                                              {"action", item.action}})
              << '\n';
    return;
  }
  std::cout << item.id << '\t' << item.owner << "\tdue " << to_vietnam_text(item.due_at) << '\t' << item.kind
            << '\t' << item.subject << '\t' << item.detail << '\t' << item.action << '\n';
}

ExitCode list(const AttentionCommand& command, const std::string& dsn) {
  PageOf page;
  page.limit = command.rows_max;
  const auto found = run_directly<AttentionPage>(
      dsn, [&](sql::Tx& tx) { return list_attention(tx, operator_actor(), command.owner, page); });
  if (!found) return complain(found.error());
  for (const auto& item : found->items) print(item, command.json);
  return ExitCode::ok;
}

ExitCode close(const AttentionCommand& command, const std::string& dsn) {
  const std::string note(trim(command.note));
  if (note.empty() || !valid_utf8(note))
    return complain(Failure(Errc::invalid_field, "the note is empty or not UTF-8", "Say what was done."));
  const auto closed = run_directly<ClosedAttention>(dsn, [&](sql::Tx& tx) {
    return close_by_hand(tx, command.id, operator_actor(), note, SystemClock().now());
  });
  if (!closed) return complain(closed.error());
  std::cout << "closed at " << to_vietnam_text(closed->closed_at) << " by " << closed->closed_by << ": "
            << closed->note << '\n';
  return ExitCode::ok;
}

ExitCode list_webhooks(const std::string& dsn) {
  const auto rows =
      run_directly<sql::Rows>(dsn, [](sql::Tx& tx) { return Result<sql::Rows>(list_endpoints(tx)); });
  if (!rows) return complain(rows.error());
  for (const auto& row : *rows) {
    const auto disabled_at = row.opt_time(3);
    std::cout << row.text(0) << '\t' << row.text(1) << '\t' << row.text(2) << '\t'
              << (disabled_at ? "disabled " + to_vietnam_text(*disabled_at) + ": " + row.str(4) : "enabled")
              << '\n';
  }
  return ExitCode::ok;
}

}  // namespace

ExitCode run_attention_command(const AttentionCommand& command, const std::string& dsn) {
  return command.action == AttentionCommand::Action::list ? list(command, dsn) : close(command, dsn);
}

ExitCode run_webhook_command(const WebhookCommand& command, const std::string& dsn) {
  if (command.action == WebhookCommand::Action::list) return list_webhooks(dsn);
  const auto enabled =
      run_directly<bool>(dsn, [&](sql::Tx& tx) { return enable_endpoint(tx, command.id, operator_actor()); });
  if (!enabled) return complain(enabled.error());
  std::cout << command.id << (*enabled ? " enabled\n" : " is enabled already\n");
  return ExitCode::ok;
}

}  // namespace bccid::app
