#pragma once

#include "app/demo/day.hpp"

#include <string>
#include <vector>

namespace bccid::app {

struct DemoCheck {
  std::string name;
  bool held = false;
  std::string detail;  // the figures that were compared
};

// Compares three sets of books: what the people of the day wrote down, what the counterparts' simulators
// hold, and what the daemon says.
std::vector<DemoCheck> check_demo_day(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes);

// What must hold when everything is over: the providers' books of receipts, what subscribers got,
// schemas/sql/verify and the folds.
std::vector<DemoCheck> check_demo_end(DemoStage& stage);

}  // namespace bccid::app
