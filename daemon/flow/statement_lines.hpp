#pragma once

#include "domain/recon/candidates.hpp"
#include "flow/actor.hpp"
#include "flow/page.hpp"
#include "flow/reconcile.hpp"
#include "store/statement_file_store.hpp"
#include "store/statement_line_store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct FoundLines {
  std::vector<StatementLineView> items;  // the newest first
  std::string next;                      // empty on the last page
};
// Agency systems see the lines of their own account. Errors: invalid_field (cursor).
Result<FoundLines> find_lines(sql::Tx& tx, const Actor& actor, std::string_view account, bool open_only,
                              const PageOf& page);

struct LineCase {
  StatementLineView line;
  std::optional<Money> balance;               // of the account after it, once a statement covers its day
  std::vector<LineCandidate> candidates;      // empty when the line is matched or out of play
  std::vector<StatementLineView> parts = {};  // of a line that is split now, in their order
};
// What a line may be, by what stands open at this moment. Errors: not_found.
Result<LineCase> find_line(sql::Tx& tx, const Actor& actor, std::int64_t id, const ReconRules& rules);

struct FoundStatements {
  std::vector<StatementFileView> items;  // the newest first
  std::string next;                      // empty on the last page
};
// Agency systems see the statements of their own account. Errors: invalid_field (cursor).
Result<FoundStatements> find_statements(sql::Tx& tx, const Actor& actor, std::string_view account,
                                        const PageOf& page);

}  // namespace bccid
