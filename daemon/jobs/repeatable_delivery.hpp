#pragma once

#include "jobs/deliverer.hpp"
#include "ports/carrier_port.hpp"

namespace bccid {

// What came of a message that its counterpart recognises when it comes again: nothing but a definite no ends
// its tries.
Delivery delivery_of(const SendReport& report);

}  // namespace bccid
