#pragma once

#include "base/clock.hpp"
#include "base/money.hpp"
#include "ports/call_tag.hpp"
#include "ports/carrier_port.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace bccid {

// A step of a dossier's history, with the status that the dossier has from it on.
struct ReportedStep {
  Time at{};
  std::string text;       // Vietnamese sentence
  int portal_status = 0;  // the national portal's 1 to 10
};

// A phí or lệ phí that is collected with a parcel. Postage is the post's own revenue and is not told.
struct ReportedCharge {
  std::string kind;  // fee (phí), charge (lệ phí)
  std::string code, name;
  Money amount;
  bool on_return = false;  // collected when the result is given, not when the dossier is received
};

// What a system of the state hears of a dossier: as it is now, and its newest steps.
struct DossierReport {
  std::string agency, agency_name;
  std::string dossier_code;
  std::string procedure_code, procedure_name;
  int channel = 1;  // KenhThucHien: 1 direct, 2 online, 3 post
  std::string applicant_name;
  std::optional<Time> finished_at;
  bool result_by_post = false;  // HinhThuc 1
  CarrierParty recipient;       // of the result; without a name when it does not travel by post
  std::vector<ReportedCharge> charges;
  std::vector<ReportedStep> steps;   // oldest first, at least one, at most PortalPort::steps_max()
  int portal_status = 0;             // after the last step
  std::optional<Time> delivered_at;  // NgayTra; present exactly when portal_status is 10
  bool known = false;                // the system has taken something of this dossier already
  bool status_stated = false;        // one of the steps changed or confirmed the status
  std::string message_id;            // same id on every attempt
};

// A system of the state that hears of dossiers beside their own one-stop system: the national public service
// portal, the measuring system.
class PortalPort {
 public:
  PortalPort() = default;
  PortalPort(const PortalPort&) = delete;
  PortalPort& operator=(const PortalPort&) = delete;
  virtual ~PortalPort() = default;

  // Name of the block that this connection belongs to.
  virtual const std::string& name() const = 0;
  // How many steps one report may carry, 1 to 10.
  virtual std::size_t steps_max() const = 0;
  // Sending a report again after an unknown outcome does no harm.
  virtual boost::asio::awaitable<SendReport> report(const DossierReport& report, CallTag tag) = 0;
};

// The rule about "Đã trả kết quả", for every adapter: a report that breaks it must not leave.
inline bool returned_with_its_time(const DossierReport& report) {
  return (report.portal_status == 10) == report.delivered_at.has_value();
}

}  // namespace bccid
