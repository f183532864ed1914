#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "domain/ledger/ledger.hpp"
#include "domain/ledger/money_state.hpp"
#include "ports/onestop_port.hpp"
#include "store/pq.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bccid {

// One line of what is owed on an order, and where its money stands.
struct Charge {
  std::int64_t id = 0;
  std::int64_t order_id = 0;
  std::string agency;
  ChargeKind kind = ChargeKind::fee;
  std::string destination;  // the account that it goes to; empty: the agency's own
  Money amount;
  MoneyState state = MoneyState::due;
  Money taken;
  std::string collector;
  std::string office;
  Time collected_at{};  // the epoch while nothing is collected
};

// Adds the charges that the order does not have yet and returns those.
std::vector<Charge> insert_charges(sql::Tx& tx, std::int64_t order_id, std::string_view agency,
                                   std::span<const WantedCharge> wanted);

// What an applicant was spared of one line.
struct Relief {
  std::string kind, code, name;
  Money listed, relieved;
  std::string grounds;  // the exemption and its source
  std::string version;  // of the table that grants it
};
void insert_reliefs(sql::Tx& tx, std::int64_t order_id, std::span<const Relief> reliefs, Time now);

// A part of a charge that is paid in parts.
struct ChargePart {
  std::int64_t whole = 0;  // id of a charge that is due and locked
  Money amount;
};
// Adds parts as due charges, each with the words of its whole. Returns their ids in the order given.
std::vector<std::int64_t> insert_parts(sql::Tx& tx, std::span<const ChargePart> parts);

// Each of these returns its charges by id, locked until the transaction ends. Charges that were split are
// left out: their parts stand for them.
std::vector<Charge> lock_charges_of_orders(sql::Tx& tx, const std::vector<std::int64_t>& order_ids);
std::vector<Charge> lock_charges(sql::Tx& tx, const std::vector<std::int64_t>& ids);
// All charges of the orders that these belong to.
std::vector<Charge> lock_charges_with_their_orders(sql::Tx& tx, const std::vector<std::int64_t>& ids);
std::vector<Charge> lock_collected_by(sql::Tx& tx, std::string_view collector);
// Phí and lệ phí only: postage is the post's own and is not handed on.
std::vector<Charge> lock_handed_in_for(sql::Tx& tx, std::string_view agency);

// Stores state, taken, collector, office and collected_at of charges that were locked before.
void update_charges(sql::Tx& tx, std::span<const Charge> charges);

// Where the charges of a remittance go whose money arrived: settled, or no further than the statement.
struct RemittanceMove {
  std::int64_t remittance = 0;  // its number inside the database
  MoneyState to = MoneyState::on_statement;
};
// Moves those of them that are remitted.
void move_arrived_charges(sql::Tx& tx, std::span<const RemittanceMove> moves);

// Moves all charges of these remittances from one state to the next.
void move_remitted_charges(sql::Tx& tx, const std::vector<std::string>& references, MoneyState from,
                           MoneyState to);

}  // namespace bccid
