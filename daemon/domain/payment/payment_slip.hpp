#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "domain/ledger/account.hpp"
#include "domain/payment/transfer_promise.hpp"

#include <optional>
#include <string>
#include <vector>

namespace bccid {

// A line of what is still due on an order.
struct DueLine {
  ChargeKind kind = ChargeKind::fee;
  std::string code = {}, name = {};
  Money amount = {};
};

// What a payer sends to one account, of an agency or of the post, himself instead of giving it to the
// postman.
struct PaymentCode {
  std::string account = {};
  std::string bank_bin = {};  // of the account's bank at NAPAS; empty: not known, so there is no code to read
  std::string holder = {};    // the account's name as the bank knows it; may be empty
  Money amount = {};
  std::vector<std::string> references = {};  // see payment_reference.hpp
  std::string purpose = {};                  // the transfer's text: the references with blanks between them
  std::vector<DueLine> lines = {};
  std::string vietqr = {};  // the code's text; empty without a bank
};

// All that an order still asks for.
struct PaymentSlip {
  std::string order_number = {}, dossier_code = {}, agency = {}, agency_name = {}, payer = {};
  std::vector<PaymentCode> codes = {};
  std::vector<DueLine> to_the_post = {};  // what has no account, in cash
  Time made_at{};
  std::optional<TransferPromise> promised = {};
};

}  // namespace bccid
