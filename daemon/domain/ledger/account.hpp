#pragma once

#include "base/result.hpp"
#include "domain/names.hpp"

#include <compare>
#include <cstdint>
#include <string>

namespace bccid {

enum class AccountRole : std::uint8_t {
  receivable,  // owed by the applicant
  payable,     // owed to the agency (or, for postage, to the post)
  cash,        // held by a collector
  office,      // held by a post office
  transit,     // sent, not yet on a statement
  bank,        // on a statement
  clearing,    // arrived without explanation
  refund,      // given back to the applicant
};

template <>
struct EnumNames<AccountRole> {
  static constexpr std::array<std::string_view, 8> kNames{"receivable", "payable", "cash",     "office",
                                                          "transit",    "bank",    "clearing", "refund"};
};

// Never one total: phí and lệ phí go to different destinations (NĐ 120/2016 as amended by NĐ 82/2023),
// cước is the post's own revenue.
enum class ChargeKind : std::uint8_t {
  fee,      // phí
  charge,   // lệ phí
  postage,  // cước
};

template <>
struct EnumNames<ChargeKind> {
  static constexpr std::array<std::string_view, 3> kNames{"fee", "charge", "postage"};
};

// A ledger account. `holder` says whose: the collector, the office, the remittance, the bank account;
// "-" where the role needs none.
struct Account {
  AccountRole role = AccountRole::receivable;
  ChargeKind kind = ChargeKind::fee;
  std::string agency;
  std::string holder = "-";

  auto operator<=>(const Account&) const = default;
  // "cash/fee/H20.16/postman-7"
  std::string key() const;
};

// Reads key(). Errors: invalid_field.
Result<Account> parse_account(std::string_view key);

}  // namespace bccid
