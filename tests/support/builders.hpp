#pragma once

#include "flow/accept_scans.hpp"
#include "ports/onestop_port.hpp"
#include "tests/support/session.hpp"

#include <string>
#include <string_view>

// Who and what most tests need. Names are plain ASCII, so that they may stand in SQL as they are.
namespace bccid::test {

inline constexpr const char* kAgencyA = "H20.01";
inline constexpr const char* kAgencyB = "H20.02";
inline constexpr const char* kOffice = "82001";
inline constexpr const char* kProcedure = "1.001193";  // of the real list, like the commune
inline constexpr const char* kCommune = "28249";
inline constexpr const char* kProvince = "82";
inline constexpr const char* kSecret = "correct horse battery";

// What the constants above name, as the reference data has it, with one procedure and one province more.
void add_reference_rows(Session& session);
void add_agency(Session& session, const std::string& code, const std::string& bank_account);
void add_office(Session& session, const std::string& code);
// One of each role: clerk-1 at kOffice, agency-a, agency-b, finance-1, auditor-1, admin-1; all with kSecret.
void add_everybody(Session& session);
// Somebody who may sign in with that role.
void add_principal(Session& session, const std::string& id, const std::string& role,
                   const std::string& agency, const std::string& office);
// A token of that principal which is valid until then.
void add_token(Session& session, const std::string& principal, std::string_view token, Time expires_at);

// Wishes that place_order accepts. A pickup has a slip's number, a delivery a dossier's code.
OrderWish delivery_wish(const std::string& dossier_code);
OrderWish pickup_wish(const std::string& slip_no);
// "H20.01-251103-0007"
std::string dossier_code(int number, const std::string& agency = kAgencyA);
// A valid S10 code of the given serial number.
std::string item_code(int serial);

// An event in the words of our own API, with a key of its own.
Scan scan_of(const std::string& item, const std::string& code, Time occurred_at);

}  // namespace bccid::test
