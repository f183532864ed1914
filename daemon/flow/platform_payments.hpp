#pragma once

#include "base/digest.hpp"
#include "base/input_failure.hpp"
#include "flow/actor.hpp"
#include "ports/platform_file_port.hpp"
#include "store/pq.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace bccid {

struct PlatformReport {
  Uuid id;  // of the stored file; nil after a dry run that found it new
  bool already_imported = false;
  std::optional<PlatformFileHead> head = {};  // only of a file that was read
  std::size_t agreed = 0;                     // payments that the books hold to the đồng
  std::size_t booked = 0;                     // that nobody had told us and one order owed exactly
  std::size_t breaks_opened = 0;
};

struct PlatformUpload {
  std::string_view platform;  // the name under which its reader is configured
  const Sha256& digest;       // of its bytes
  // Reads it from its beginning; once for each attempt of the transaction.
  std::function<Result<PlatformFileHead>(PlatformSink&)> read;
  bool dry_run = false;  // read and judge it, compare and store nothing
  std::chrono::milliseconds statement_max{600'000};
};

// Compares the platform's file with the books, payment by payment. What the books hold with another amount or
// account, or as paid though the payer got it back, is a break (platform_differs); what they do not hold is
// booked where exactly one order of its dossier owes that amount to that account, so that nobody collects it
// again, and a break otherwise (platform_unknown); what they hold of the file's days and accounts and the
// file does not name is one, too (platform_missing). What agrees now ends its break. The same file again
// changes nothing. Errors: statement_refused (what the reader finds; a reference twice; days in the future),
// with all problems in `problems`, and what the source answers. A dry run answers its report all the same.
Result<PlatformReport> import_platform_file(sql::Tx& tx, const Actor& actor, const PlatformUpload& upload,
                                            std::vector<FieldError>& problems, Time now);

}  // namespace bccid
