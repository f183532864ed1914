#pragma once

#include "base/digest.hpp"
#include "flow/hand_on_money.hpp"
#include "flow/import_statement.hpp"
#include "ports/remittance_file_port.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// A post's list of what one transfer forwards, on its way in.
struct RemittanceUpload {
  std::string_view carrier;  // the account with the post whose list it is
  const Sha256& digest;      // of its bytes
  // Reads it from its beginning, with every problem that it finds; once for each attempt of the transaction.
  std::function<Result<ForwardedMoney>(std::vector<Failure>&)> read;
  bool dry_run = false;  // judge it and store nothing
};

struct ForwardedReport {
  Uuid id;  // of the stored file; nil after a dry run that found it new
  bool already_imported = false;
  std::string reference, account;
  Day day{};
  Money total;
  std::size_t items = 0;
  std::vector<RemittanceView> remittances;  // one for each kind; none after a dry run of a new file
};

// Makes the remittances that the post says it sent: of exactly the listed charges, one for each kind (phí, lệ
// phí; of two the references end in /1 and /2). The same file again changes nothing. Errors:
// statement_refused with all problems, up to some fifty by row, in `problems` (what the reader finds; an
// order or item that nobody knows, a charge that is not handed in or was remitted before, an amount that is
// not what was taken, another account or agency, a row twice, a transfer that was told before, a day in the
// future); and what the source answers. A dry run answers its report all the same.
Result<ForwardedReport> import_remittance(sql::Tx& tx, const Actor& actor, const RemittanceUpload& upload,
                                          StatementProblems& problems, Time now);

}  // namespace bccid
