#pragma once

#include "domain/calendar/calendar.hpp"
#include "domain/dossier/dossier.hpp"
#include "domain/ledger/money_state.hpp"
#include "domain/parcel/scan_code.hpp"

#include <map>

namespace bccid {

// Everything under schemas/codes/, parsed once at start and passed by reference from then on.
struct CodeTables {
  ParcelMachine parcel;
  OrderMachine order;
  MoneyMachine money;
  ScanCodes scan_codes;
  DossierSteps dossier_steps;
  Calendar calendar;
  std::map<PortalStatus, PortalStatusName> portal_status;
};

// `read` gives the text of "codes/<file>.csv"; pass embedded_file.
// Errors: those of the tables' own parsers, with the file's name in front.
Result<CodeTables> load_code_tables(std::string_view (*read)(std::string_view path));

}  // namespace bccid
