#include "app/outbox_command.hpp"

#include "app/terminal.hpp"
#include "base/time_text.hpp"
#include "flow/dead_letters.hpp"
#include "store/direct.hpp"
#include "store/outbox_store.hpp"

#include <boost/json.hpp>

#include <iostream>

namespace bccid::app {
namespace {

namespace json = boost::json;

const sql::Query kListMessages{"outbox_list", R"(
SELECT id, target, kind, subject, attempts, created_at, reason, state
  FROM outbox WHERE state = $1 AND ($2 = '' OR target = $2)
 ORDER BY id LIMIT $3)"};

const sql::Query kDeadIds{"outbox_dead_ids", R"(
SELECT id FROM outbox WHERE state = 'dead' AND ($1 = '' OR target = $1) AND id > $2 ORDER BY id LIMIT 500)"};

Result<sql::Rows> read(const std::string& dsn, const OutboxCommand& command, const std::string& state) {
  const std::int64_t limit = command.rows_max == 0 ? 100 : static_cast<std::int64_t>(command.rows_max);
  return run_directly<sql::Rows>(dsn, [&](sql::Tx& tx) {
    return Result<sql::Rows>(tx.exec(kListMessages, sql::Params::of(state, command.target, limit)));
  });
}

ExitCode list(const OutboxCommand& command, const std::string& dsn) {
  const auto rows = read(dsn, command, command.state.empty() ? "dead" : command.state);
  if (!rows) return complain(rows.error());
  for (const auto& row : *rows) {
    if (command.json) {
      std::cout << json::serialize(json::object{{"id", row.i64(0)},
                                                {"target", row.text(1)},
                                                {"kind", row.text(2)},
                                                {"subject", row.text(3)},
                                                {"attempts", row.i64(4)},
                                                {"created_at", to_rfc3339(row.time(5))},
                                                {"reason", row.text(6)},
                                                {"state", row.text(7)}})
                << '\n';
    } else {
      std::cout << row.i64(0) << '\t' << row.text(7) << '\t' << row.text(1) << '\t' << row.text(2) << '\t'
                << row.text(3) << "\t" << row.i64(4) << " attempts\t" << row.text(6) << '\n';
    }
  }
  return ExitCode::ok;
}

Result<bool> act(const std::string& dsn, const OutboxCommand& command, std::int64_t id) {
  return run_directly<bool>(dsn, [&](sql::Tx& tx) -> Result<bool> {
    if (command.action == OutboxCommand::Action::replay) {
      if (const auto done = replay(tx, id, kOperator); !done) return done.error();
      return true;
    }
    const Actor terminal = operator_actor();
    if (const auto done = give_up_message(tx, id, command.reason, terminal); !done) return done.error();
    return true;
  });
}

struct ReplayedPart {
  std::size_t replayed = 0;
  std::size_t left = 0;   // cannot be replayed
  std::int64_t last = 0;  // 0: there were none
};

// The next dead letters behind `after`. One that cannot be replayed does not stop the others.
Result<ReplayedPart> replay_part(const std::string& dsn, const std::string& target, std::int64_t after) {
  return run_directly<ReplayedPart>(dsn, [&](sql::Tx& tx) -> Result<ReplayedPart> {
    ReplayedPart part;
    for (const auto& row : tx.exec(kDeadIds, sql::Params::of(target, after))) {
      part.last = row.i64(0);
      if (const auto done = replay(tx, part.last, kOperator)) {
        ++part.replayed;
      } else {
        complain(done.error());
        ++part.left;
      }
    }
    return part;
  });
}

// In parts: after a long outage there may be a hundred thousand.
ExitCode replay_all(const std::string& dsn, const std::string& target) {
  ReplayedPart all;
  for (;;) {
    const auto part = replay_part(dsn, target, all.last);
    if (!part) return complain(part.error());
    if (part->last == 0) break;
    all.replayed += part->replayed;
    all.left += part->left;
    all.last = part->last;
  }
  std::cout << all.replayed << " replayed";
  if (all.left > 0) std::cout << ", " << all.left << " left";
  std::cout << '\n';
  return all.left == 0 ? ExitCode::ok : ExitCode::checks_failed;
}

}  // namespace

ExitCode run_outbox_command(const OutboxCommand& command, const std::string& dsn) {
  if (command.action == OutboxCommand::Action::list) return list(command, dsn);
  if (command.all_dead) return replay_all(dsn, command.target);
  for (const auto id : command.ids)
    if (const auto done = act(dsn, command, id); !done) return complain(done.error());
  std::cout << command.ids.size()
            << (command.action == OutboxCommand::Action::replay ? " replayed\n" : " dropped\n");
  return ExitCode::ok;
}

}  // namespace bccid::app
