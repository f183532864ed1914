#pragma once

#include "base/clock.hpp"
#include "store/pq.hpp"

#include <string>
#include <vector>

namespace bccid {

// Makes the tables of posts and one-stop systems equal to the configuration. A post's feed counts as silent
// from its first start on, also when it never answered; one that is no longer named is asked about no more,
// and keeps its cursor. Agencies are named by code, whether they are in the table of agencies already or not.
void put_configured_carriers(sql::Tx& tx, const std::vector<std::string>& carriers, Time now);
void put_configured_onestops(sql::Tx& tx, const std::vector<std::string>& agencies);

struct ConfiguredPortal {
  std::string name;
  std::vector<std::string> agencies;  // whose dossiers it hears of; empty: all
};
// What is decided while a portal is named is written for it; once it is no longer named that waits.
void put_configured_portals(sql::Tx& tx, const std::vector<ConfiguredPortal>& portals);

// The same of those whose receipts a provider issues, too: agencies by code, a post by its block's name.
// Receipts that were issued before the block was there are not sent; what waits for a block that is gone
// waits.
void put_configured_receipt_providers(sql::Tx& tx, const std::vector<std::string>& issuers);

}  // namespace bccid
