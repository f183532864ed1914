#pragma once

#include "flow/send_receipt.hpp"
#include "jobs/deliverer.hpp"
#include "ports/receipt_port.hpp"
#include "store/db.hpp"

#include <chrono>
#include <map>
#include <string>

namespace bccid {

// Gives receipts to the providers that issue their electronic documents (targets receipt:ISSUER). Providers
// recognise no repetition: while an outcome is unknown they are asked by key, and nothing is sent.
class ReceiptDeliverer final : public Deliverer {
 public:
  ReceiptDeliverer(Db& db, const Clock& clock, std::chrono::milliseconds deadline = std::chrono::seconds(10));

  // `settle`: for how long a request that was not answered may still take effect; longer than it may take.
  void add(ReceiptPort& port, Duration settle);

  boost::asio::awaitable<Delivery> deliver(const LeasedMessage& held, Deadline lease_ends) override;

 private:
  struct Provider {
    ReceiptPort* port = nullptr;
    Duration settle{};
  };

  boost::asio::awaitable<Delivery> work(Provider& provider, std::int64_t receipt_id, CallTag tag,
                                        Deadline lease_ends);
  // Nothing when the provider's answer lets the next step be decided.
  boost::asio::awaitable<std::optional<Delivery>> ask(Provider& provider, ReceiptPlan& plan,
                                                      const CallTag& tag);
  boost::asio::awaitable<Delivery> send(Provider& provider, ReceiptPlan& plan, const CallTag& tag);

  Db& db_;
  const Clock& clock_;
  std::chrono::milliseconds deadline_;
  std::map<std::string, Provider, std::less<>> providers_;
};

}  // namespace bccid
