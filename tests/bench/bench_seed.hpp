#pragma once

#include <cstdint>
#include <string>

namespace bccid::bench {

// What the loads need, made set-wise past the triggers: one agency, one office, the clerk `buuta-01`, and
// for each parcel a finished dossier (portal status 9), a placed order and a charge of 15 000 dong that is
// due. Throws std::runtime_error.
void seed_parcels(const std::string& dsn, std::uint64_t parcels, const std::string& password);

// The tables of the references, in a database of their own.
void make_reference_tables(const std::string& dsn);
void reset_reference_tables(const std::string& dsn);

}  // namespace bccid::bench
