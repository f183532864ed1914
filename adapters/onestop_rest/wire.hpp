#pragma once

#include "adapters/blocks.hpp"
#include "base/input_failure.hpp"
#include "ports/onestop_port.hpp"

#include <string>
#include <string_view>
#include <vector>

// Bytes of a one-stop system's REST messages to our values and back. Pure: no socket, no clock.
namespace bccid::onestop {

// Reads a trigger. Errors: all that is wrong with it, by JSON pointer. Members that we do not know are left
// alone: the message is the agency's.
Input<OrderWish> parse_trigger(std::string_view body);

// As OnestopPort::trigger_pointer.
std::string trigger_pointer(std::string_view order_pointer);

// The step for the dossier's history (CapNhatTienDoHoSoMC).
std::string progress_body(const DossierStatus& status, const OnestopBlock& block);
// The dossier's status, with NgayTra exactly when it is 10.
std::string status_body(const DossierStatus& status);

// What an answer proves. error_code 0 or 00 accepts; so do 3, -3 and "đã tồn tại", which say that an
// earlier try arrived. HTML, 5xx and everything unreadable stay unknown; sending again is safe.
SendReport read_status_reply(int http_status, std::string_view body);

}  // namespace bccid::onestop
