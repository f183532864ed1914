#pragma once

#include "ports/bank_file_port.hpp"

#include <cstdint>
#include <string>

namespace bccid::bench {

// What a reconciliation of `lines` statement lines meets, over `accounts` fee accounts with a file each:
//   85 %   of the lines name one remittance, in the noise of a bank's text
//   9.5 %  name two and are their sum
//   0.5 %  name none and are the sum of the three that were sent on a day of their own
//   4 %    name none, but amount, day and payer agree with one remittance
//   1 %    are nobody's
// so there are 1.095 remittances for each line. Each remittance carries one charge that is `remitted`; what
// led there is booked as one journal for a thousand charges (transit against payable), and an agency's
// charges hang on one order. Receipts and parcels' scans are left out: matching does not read them.
struct ReconSeed {
  std::int64_t lines = 100'000;  // a multiple of 200 * accounts
  std::int64_t accounts = 100;

  std::int64_t named() const { return lines * 850 / 1000; }
  std::int64_t paired() const { return lines * 95 / 1000; }
  std::int64_t summed() const { return lines * 5 / 1000; }
  std::int64_t fuzzy() const { return lines * 40 / 1000; }
  std::int64_t garbage() const { return lines * 10 / 1000; }
  std::int64_t remittances() const { return named() + 2 * paired() + 3 * summed() + fuzzy(); }
};

// Writes remittances with what they hang on, set-wise past the triggers. Throws sql::SqlError.
void seed_remittances(const std::string& dsn, const ReconSeed& seed);

// The file of one account, 0 to accounts - 1, as an adapter would have read it.
BankStatement statement_of(const ReconSeed& seed, std::int64_t account);

}  // namespace bccid::bench
