#pragma once

#include "base/money.hpp"

#include <string>

namespace bccid {

// An amount as a Vietnamese receipt spells it: "Một trăm hai mươi nghìn đồng chẵn". "chẵn" (even) follows
// when whole thousands were spelled, so that nothing can be written behind them. Northern forms: "linh",
// "nghìn". Any amount from 0 to Money::kAbsMax; std::invalid_argument for a negative one, which no receipt
// has.
std::string amount_in_words(Money amount);

}  // namespace bccid
