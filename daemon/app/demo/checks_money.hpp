#pragma once

#include "app/demo/checks.hpp"

#include <vector>

namespace bccid::app {

// The part of check_demo_day that is about money: the postmen's notes, the post's cash on delivery, the
// bank's book, the ledger and the breaks.
std::vector<DemoCheck> check_demo_money(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes);

}  // namespace bccid::app
