#pragma once

#include "base/result.hpp"
#include "store/pq.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace bccid {

// An agency as an operator gives it. What is left out stays as it was, and is empty for a new agency.
struct AgencyEntry {
  std::string code;                         // as its dossiers' codes begin: "H20.12"
  std::optional<std::string> name;          // a new agency needs one
  std::optional<std::string> bank_account;  // where its fees go
  std::optional<std::string> phone;
  std::optional<std::string> address;
  std::optional<std::string> commune;  // national code of five digits
};
struct OfficeEntry {
  std::string code;  // as the post writes it: "820100"
  std::optional<std::string> name;
  std::optional<std::string> commune;
};

// Where fees go, as a payment code must name it.
struct FeeAccountEntry {
  std::string number;
  std::optional<std::string> bank_bin;      // six digits, the bank's number at NAPAS; a new account needs it
  std::optional<std::string> holder;        // the account's name as the bank knows it
  std::optional<std::string> carrier = {};  // whose postage is paid to it; empty: nobody's any more
};

enum class PutOutcome { unchanged, stored };

// Creates an agency or changes the one that has this code; a change is in the audit with what was before.
// A later remittance goes to the new account, one that is on its way keeps its own. Errors: invalid_field (a
// code, name, account or phone of no known shape; an unknown commune), missing_field (a new one without
// name).
Result<PutOutcome> put_agency(sql::Tx& tx, AgencyEntry agency, std::string_view by);
// The same for a post office.
Result<PutOutcome> put_office(sql::Tx& tx, OfficeEntry office, std::string_view by);

// The same for the bank of an account. The account need not be anybody's yet. A post has one account at most
// (conflict): orders that are placed from then on can have their postage paid to it.
Result<PutOutcome> put_fee_account(sql::Tx& tx, FeeAccountEntry account, std::string_view by);

bool office_exists(sql::Tx& tx, std::string_view code);

// By code. Columns: code, name, account, phone, address, commune.
sql::Rows list_agencies(sql::Tx& tx);
// By code. Columns: code, name, commune.
sql::Rows list_offices(sql::Tx& tx);
// By number. Columns: number, bank, holder, carrier.
sql::Rows list_fee_accounts(sql::Tx& tx);

}  // namespace bccid
