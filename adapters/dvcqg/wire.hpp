#pragma once

#include "adapters/blocks.hpp"
#include "adapters/portal_reply.hpp"
#include "ports/portal_port.hpp"

#include <boost/json/array.hpp>

#include <string>
#include <string_view>

// Bytes of the national portal's dossier exchange to our values and back. Pure: no socket, no clock.
namespace bccid::dvcqg {

// A progress message carries at most so many steps.
inline constexpr std::size_t kStepsMax = 10;

// The services of the portal's adapter.
enum class Service { add, update, progress };

// One element of DongBoHoSoMC: the dossier as it is now, NgayTra exactly when TrangThaiHoSo is 10.
boost::json::array dossier_data(const DossierReport& report);
// CapNhatTienDoHoSoMC: one element for each step.
boost::json::array progress_data(const DossierReport& report, const PortalBlock& block);

// The body of a call: the bare array, or with a session the object around it.
std::string plain_body(const boost::json::array& data);
std::string session_body(Service service, const boost::json::array& data, std::string_view session,
                         std::string_view unit_code);

// True when an answer says that the session has ended: 401, a code that the block lists, or words.
bool session_is_stale(const PortalReply& reply, const PortalBlock& block);

}  // namespace bccid::dvcqg
