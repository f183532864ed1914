#pragma once

#include "app/demo/checks.hpp"

#include <vector>

namespace bccid::app {

// The part of check_demo_day that is about money: the postmen's notes, the post's cash on delivery, the
// bank's book, the ledger and the breaks.
std::vector<DemoCheck> check_demo_money(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes);

// Our standing receipts of phí and lệ phí against the books of those who issue their electronic documents.
DemoCheck receipts_are_at_their_providers(DemoStage& stage);

}  // namespace bccid::app
