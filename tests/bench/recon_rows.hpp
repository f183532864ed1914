#pragma once

#include <string>

namespace bccid::bench {

// What the rows alone cost that a reconciliation leaves: the same rows, into the same tables with the same
// indexes, an account a transaction, without triggers and without anybody who decides. What is above this is
// reading, deciding and checking.

// Copies the seeded database under another name, before anything is imported. Nobody else may be connected.
void keep_seeded(const std::string& dsn, const std::string& name);

// Takes over there (`rows_dsn`) what the import has left here, and returns the seconds that writing it took.
// Throws sql::SqlError.
double write_same_rows(const std::string& dsn, const std::string& rows_dsn);

}  // namespace bccid::bench
