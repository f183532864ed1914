#pragma once

#include "flow/receipts.hpp"
#include "paper/receipt_document.hpp"

#include <map>
#include <string>

namespace bccid::http {

// A receipt as its paper tells it. `carriers` gives the posts' names by account. Errors: internal (a kind
// that no receipt has).
Result<PrintedReceipt> printed_receipt(const NamedReceipt& named,
                                       const std::map<std::string, std::string>& carriers);

}  // namespace bccid::http
