#pragma once

#include "ports/carrier_port.hpp"

#include <string>
#include <string_view>

namespace bccid {

// The ends of an order as its row keeps them.
std::string party_json(const CarrierParty& party);
// Members that are missing are empty. Throws std::exception when the text is no JSON object.
CarrierParty party_of(std::string_view json);

}  // namespace bccid
