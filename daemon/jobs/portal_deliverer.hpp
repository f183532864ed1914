#pragma once

#include "flow/portal_report.hpp"
#include "jobs/deliverer.hpp"
#include "ports/portal_port.hpp"
#include "store/db.hpp"

#include <map>
#include <string>
#include <string_view>

namespace bccid {

// Tells systems of the state about dossiers (targets portal:NAME) and keeps how far each has heard. Several
// steps of a dossier leave in one report; the messages behind the first then need no call.
class PortalDeliverer final : public Deliverer {
 public:
  PortalDeliverer(Db& db, const Clock& clock, std::chrono::milliseconds deadline = std::chrono::seconds(10));

  void add(PortalPort& port);

  boost::asio::awaitable<Delivery> deliver(const LeasedMessage& held, Deadline lease_ends) override;

 private:
  boost::asio::awaitable<Result<std::optional<PortalReport>>> read(const LeasedMessage& held,
                                                                   std::size_t steps_max);
  boost::asio::awaitable<Status> confirm(const LeasedMessage& held, const PortalReport& taken);

  Db& db_;
  const Clock& clock_;
  std::chrono::milliseconds deadline_;
  std::map<std::string, PortalPort*, std::less<>> ports_;
};

}  // namespace bccid
