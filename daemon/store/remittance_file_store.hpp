#pragma once

#include "base/clock.hpp"
#include "base/digest.hpp"
#include "base/ids.hpp"
#include "base/money.hpp"
#include "base/time_text.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

struct RemittanceFileRow {
  Uuid public_id;
  Sha256 sha256{};
  std::string carrier;
  std::string reference;
  std::string account;
  Day day{};
  Money total;
  std::size_t items = 0;
  std::string actor;
};
// Stores the file as what these remittances, which are stored, were made of.
void insert_remittance_file(sql::Tx& tx, const RemittanceFileRow& file, const std::vector<Uuid>& remittances,
                            Time now);

struct FiledRemittance {
  Uuid id;
  std::string reference, agency, kind, account;
  Money amount;
  std::size_t charges = 0;
  Time sent_at{};
};
struct KnownRemittanceFile {
  Uuid id;
  std::string reference, account;
  Day day{};
  Money total;
  std::size_t items = 0;
  std::vector<FiledRemittance> remittances;
};
std::optional<KnownRemittanceFile> find_remittance_file(sql::Tx& tx, const Sha256& sha256);

// Those of these references that a remittance or a file has.
std::vector<std::string> used_references(sql::Tx& tx, const std::vector<std::string>& references);

// The order that each item names, in their order: 0 where there is none. What names both an order and an item
// that are not one another's names none.
struct NamedParcel {
  std::string order_number;  // empty: named by its item only
  std::string item_code;     // empty: named by its order only
};
std::vector<std::int64_t> orders_named(sql::Tx& tx, const std::vector<NamedParcel>& named);

// Keeps two files from being taken in at once, until the transaction ends.
void lock_remittance_files(sql::Tx& tx);

}  // namespace bccid
