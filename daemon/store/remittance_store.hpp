#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "domain/ledger/account.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct HandInRow {
  Uuid public_id;
  std::string collector;
  std::string office;
  Money expected;
  Money counted;
  Time at{};
  std::string actor;
};
void insert_hand_in(sql::Tx& tx, const HandInRow& row);

// Where an agency's fees go. Empty account: none is known. Nothing: no such agency.
std::optional<std::string> bank_account_of(sql::Tx& tx, std::string_view agency);

// Numbers that no other remittance has or will have.
std::vector<std::int64_t> new_remittance_numbers(sql::Tx& tx, std::size_t count);

enum class RemittanceSource : std::uint8_t {
  post,      // the post handed on what it had collected
  payer,     // a transfer of the payer himself
  platform,  // paid on the payment platform, which pays the agency
};

template <>
struct EnumNames<RemittanceSource> {
  static constexpr std::array<std::string_view, 3> kNames{"post", "payer", "platform"};
};

struct RemittanceRow {
  Uuid public_id;
  std::string reference;
  std::string agency;
  ChargeKind kind = ChargeKind::fee;
  std::string bank_account;
  Money amount;
  Time sent_at{};
  Time oldest_collected_at{};
  std::string actor;
  std::vector<std::int64_t> charges;
  RemittanceSource source = RemittanceSource::post;
};
// Stores remittances and which charges they carry; the database refuses a charge that was remitted before.
void insert_remittances(sql::Tx& tx, std::span<const RemittanceRow> rows);

}  // namespace bccid
