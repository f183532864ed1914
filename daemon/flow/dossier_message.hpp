#pragma once

#include "ports/onestop_port.hpp"

#include <string>
#include <string_view>

namespace bccid {

// Reads the payload of a dossier.status or dossier.report message: dossier_code, portal_status (0: the step
// alone), step_text, occurred_at, and delivered_at where there is one. Errors: malformed, naming the member.
Result<DossierStatus> read_dossier_status(std::string_view payload);

// Whose dossier the message is about. Errors: malformed.
Result<std::string> read_message_agency(std::string_view payload);

}  // namespace bccid
