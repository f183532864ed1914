#pragma once

#include "flow/carrier_orders.hpp"
#include "jobs/deliverer.hpp"
#include "ports/carrier_port.hpp"
#include "store/db.hpp"

#include <functional>
#include <map>
#include <string>

namespace bccid {

struct CarrierDelivererConfig {
  // How long a request whose answer was lost may still take effect at the post: at least its deadline.
  std::chrono::milliseconds settle{60'000};
  // How soon an order whose outcome is unknown is looked at again.
  std::chrono::milliseconds ask_every{2'000};
  std::chrono::milliseconds deadline{10'000};  // of one database job
  // How soon a post without a feed is asked for an order after its sending began.
  std::chrono::milliseconds first_look{60'000};
  // How soon an order that lacks a number for its label is looked at again, though an import wakes it.
  std::chrono::milliseconds number_every{300'000};
};

// Places and cancels orders at the posts (targets carrier:NAME, subjects order:NUMBER): decides in the
// database, sends, records what the answer proves. A number whose fate is unknown is never sent again before
// the post was asked for it, by its feed or by number.
class CarrierDeliverer final : public Deliverer {
 public:
  CarrierDeliverer(Db& db, const Clock& clock, CarrierDelivererConfig config);

  // `ask_now` is called when what this post knows of an order is waited for, to read it soon. With fewer
  // than `waybills_low` numbers left for a post that wants them, an administrator is told.
  void add(CarrierPort& port, std::function<void()> ask_now, std::size_t waybills_low = 0);

  boost::asio::awaitable<Delivery> deliver(const LeasedMessage& held, Deadline lease_ends) override;

 private:
  struct Post {
    CarrierPort* port = nullptr;
    std::function<void()> ask_now;
    std::size_t waybills_low = 0;
  };

  boost::asio::awaitable<Delivery> place(Post& post, std::string number, CallTag tag, Deadline lease_ends);
  boost::asio::awaitable<Delivery> cancel(Post& post, std::string number, CallTag tag);
  Delivery unsent(const SendPlan& plan, Post& post) const;
  Delivery judged(const SendReport& report, Post& post) const;

  Db& db_;
  const Clock& clock_;
  CarrierDelivererConfig config_;
  std::map<std::string, Post, std::less<>> posts_;
};

}  // namespace bccid
