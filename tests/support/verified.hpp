#pragma once

#include <string>

namespace bccid::test {

// For TestDatabase: brings it to this binary's schema with all code lists. Throws when that fails.
void to_current_schema(const std::string& dsn);

// Fails the test for each violation that any of schemas/sql/verify/*.sql finds in the database.
void expect_verified(const std::string& dsn);

// Fails the test for each parcel whose row is not the fold of its stored events.
void expect_folded(const std::string& dsn);

}  // namespace bccid::test
