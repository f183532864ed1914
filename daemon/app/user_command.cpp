#include "app/user_command.hpp"

#include "app/terminal.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"
#include "flow/sign_in.hpp"
#include "store/direct.hpp"

#include <fstream>
#include <iostream>
#include <iterator>

namespace bccid::app {
namespace {

constexpr std::size_t kGeneratedBytes = 24;

const sql::Query kListPrincipals{"principals_list", R"(
SELECT id, role, coalesce(agency_code, ''), coalesce(office_code, ''), display_name, disabled_at IS NOT NULL
  FROM principal ORDER BY role, id)"};

const sql::Query kEnablePrincipal{"principal_enable", R"(
UPDATE principal SET disabled_at = NULL WHERE id = $1)"};

const sql::Query kChangeSecret{"principal_secret", R"(
WITH ended AS (UPDATE access_token SET revoked_at = now() WHERE principal_id = $1 AND revoked_at IS NULL)
UPDATE principal SET secret_hash = $2 WHERE id = $1)"};

// From a file or standard input: a secret in an argument would show in every process list.
Result<std::string> read_secret(const UserCommand& command) {
  if (command.generate) return random_token(kGeneratedBytes);
  std::string text;
  if (command.secret_file.empty()) {
    std::getline(std::cin, text);
  } else {
    std::ifstream file(command.secret_file);
    if (!file)
      return Failure(Errc::config, "secret file " + command.secret_file + " cannot be read",
                     "Check its path and mode.");
    text.assign(std::istreambuf_iterator<char>(file), {});
  }
  return std::string(trim(text));
}

Result<bool> add(sql::Tx& tx, const UserCommand& command, const std::string& hash) {
  NewPrincipal principal{command.name,   command.role,         command.agency,
                         command.office, command.display_name, hash};
  if (const auto put = put_principal(tx, principal, kOperator); !put) return put.error();
  return true;
}

Result<bool> change(sql::Tx& tx, const sql::Query& query, const sql::Params& params,
                    const std::string& name) {
  if (tx.exec_count(query, params) == 0)
    return Failure(Errc::not_found, "there is no principal \"" + name + "\"",
                   "List them with: bccid user list.");
  return true;
}

ExitCode with_secret(const UserCommand& command, const std::string& dsn) {
  const auto secret = read_secret(command);
  if (!secret) return complain(secret.error());
  const auto hash = hash_secret(*secret);
  if (!hash) return complain(hash.error());
  const auto done = run_directly<bool>(dsn, [&](sql::Tx& tx) {
    return command.action == UserCommand::Action::add
               ? add(tx, command, *hash)
               : change(tx, kChangeSecret, sql::Params::of(command.name, *hash), command.name);
  });
  if (!done) return complain(done.error());
  if (command.generate) std::cout << *secret << '\n';
  return ExitCode::ok;
}

ExitCode list(const std::string& dsn) {
  const auto rows =
      run_directly<sql::Rows>(dsn, [](sql::Tx& tx) { return Result<sql::Rows>(tx.exec(kListPrincipals)); });
  if (!rows) return complain(rows.error());
  for (const auto& row : *rows)
    std::cout << row.text(0) << '\t' << row.text(1) << '\t' << row.text(2) << row.text(3) << '\t'
              << row.text(4) << (row.boolean(5) ? "\tdisabled" : "") << '\n';
  return ExitCode::ok;
}

}  // namespace

ExitCode run_user_command(const UserCommand& command, const std::string& dsn) {
  using Action = UserCommand::Action;
  if (command.action == Action::list) return list(dsn);
  if (command.action == Action::add || command.action == Action::secret) return with_secret(command, dsn);
  const auto done = run_directly<bool>(dsn, [&](sql::Tx& tx) -> Result<bool> {
    if (command.action == Action::enable)
      return change(tx, kEnablePrincipal, sql::Params::of(command.name), command.name);
    if (const auto off = disable_principal(tx, command.name, kOperator, SystemClock().now()); !off)
      return off.error();
    return true;
  });
  return done ? ExitCode::ok : complain(done.error());
}

}  // namespace bccid::app
