#pragma once

#include "jobs/deliverer.hpp"
#include "ports/onestop_port.hpp"
#include "store/db.hpp"

#include <map>
#include <string>
#include <string_view>

namespace bccid {

// Tells one-stop systems about their dossiers (targets onestop:AGENCY) and keeps what they have confirmed.
class OnestopDeliverer final : public Deliverer {
 public:
  OnestopDeliverer(Db& db, const Clock& clock, std::chrono::milliseconds deadline = std::chrono::seconds(10));

  void add(OnestopPort& port);

  boost::asio::awaitable<Delivery> deliver(const LeasedMessage& held, Deadline lease_ends) override;

 private:
  boost::asio::awaitable<Status> confirm(const LeasedMessage& held, int portal_status);

  Db& db_;
  const Clock& clock_;
  std::chrono::milliseconds deadline_;
  std::map<std::string, OnestopPort*, std::less<>> ports_;
};

}  // namespace bccid
