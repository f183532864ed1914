#pragma once

#include "base/clock.hpp"
#include "base/service.hpp"
#include "store/db.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace bccid::http {

// How often input was refused, by route and reason, per Vietnamese business day: the only thing that bad
// input leaves behind. Counted in memory and added to the table every few seconds, so that a flood of bad
// requests costs the database nothing. Io thread only.
class Refusals final : public Service {
 public:
  Refusals(boost::asio::any_io_executor executor, Db& db, const Clock& clock,
           std::chrono::milliseconds every = std::chrono::seconds(5));

  const char* name() const override { return "refusal_counts"; }
  boost::asio::awaitable<void> start() override;
  boost::asio::awaitable<void> stop() override;

  void count(std::string_view route, std::string_view reason, std::uint64_t times = 1);
  std::uint64_t total() const { return total_; }
  // Adds what was counted to the table. Errors: as Db::run; the counts stay for the next time.
  boost::asio::awaitable<Status> flush();

 private:
  boost::asio::awaitable<void> run();

  boost::asio::any_io_executor executor_;
  Db& db_;
  const Clock& clock_;
  std::chrono::milliseconds every_;
  std::map<std::pair<std::string, std::string>, std::uint64_t> counts_;
  std::uint64_t total_ = 0;
  boost::asio::steady_timer timer_;
  bool running_ = false;
};

}  // namespace bccid::http
