#pragma once

#include "adapters/blocks.hpp"
#include "ports/citizen_port.hpp"

#include <string>
#include <string_view>

// Bytes of the gateway's comparison to our values and back. Pure: no socket, no clock.
namespace bccid::citizen {

std::string question_body(const CitizenQuestion& question, const CitizenDbBlock& block);

// Only a 2xx whose verdict the block lists is an answer; everything else is "unavailable", with a reason that
// repeats nothing of what was received.
CitizenVerdict read_verdict(int http_status, std::string_view body, const CitizenDbBlock& block);

}  // namespace bccid::citizen
