#pragma once

#include "adapters/blocks.hpp"
#include "ports/portal_port.hpp"

#include <string>

// The measuring system's event as bytes. Pure: no socket, no clock.
namespace bccid::emc {

// One event: the dossier's status after the report's last step.
std::string event_body(const DossierReport& report, const PortalBlock& block);

}  // namespace bccid::emc
