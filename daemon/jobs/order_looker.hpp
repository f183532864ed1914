#pragma once

#include "base/service.hpp"
#include "flow/order_looks.hpp"
#include "jobs/wake.hpp"
#include "ports/carrier_port.hpp"
#include "store/db.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace bccid {

struct OrderLookerConfig {
  std::size_t in_flight_max = 4;            // orders that are asked for at one time
  std::chrono::milliseconds idle{5'000};    // how long nothing is looked for when nothing was due
  std::chrono::milliseconds lease{60'000};  // longer than two calls to the post may take
  std::chrono::milliseconds deadline{30'000};
  LookPace pace;
};

// Askings since the start, apart by what came of them, so that a post that answers nonsense and a network
// that is down are two different alarms.
struct LookCounts {
  std::uint64_t asked = 0;
  std::uint64_t known = 0;
  std::uint64_t absent = 0;
  std::uint64_t errors = 0;      // answers that prove nothing
  std::uint64_t no_answers = 0;  // the network
};

// Asks a post without a feed for its orders one by one, each when its time has come, the longest untried
// first, several side by side. Several daemons may do so for one post: an order is held by one of them.
class OrderLooker final : public Service {
 public:
  OrderLooker(boost::asio::any_io_executor executor, Db& db, const Clock& clock, CarrierPort& port,
              OrderLookerConfig config);

  const char* name() const override { return name_.c_str(); }
  boost::asio::awaitable<void> start() override;
  boost::asio::awaitable<void> stop() override;

  // Some order is due now.
  void wake();

  // Asks for one order, if one is due. False when none was. Errors: Db::run's.
  boost::asio::awaitable<Result<bool>> look_once();

  const LookCounts& counts() const { return counts_; }

 private:
  // One of those that ask side by side.
  struct Asker {
    explicit Asker(const boost::asio::any_io_executor& executor) : wake(executor) {}
    Wake wake;
    boost::asio::cancellation_signal cut;  // ends the call to the post that runs
  };

  boost::asio::awaitable<void> loop(Asker& asker);
  boost::asio::awaitable<Result<bool>> look(Asker& asker);
  boost::asio::awaitable<OrderReading> read(Asker& asker, std::string number);
  void count(const OrderReading& reading);

  boost::asio::any_io_executor executor_;
  Db& db_;
  const Clock& clock_;
  CarrierPort& port_;
  OrderLookerConfig config_;
  std::string name_;
  std::vector<std::unique_ptr<Asker>> askers_;
  Wake ended_;
  LookCounts counts_;
  std::size_t running_ = 0;
  bool stopping_ = false;
};

}  // namespace bccid
