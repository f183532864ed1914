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
// requests costs the database nothing; an orderly stop writes what is left. `route` and `reason` must come
// from our own vocabulary, never from the request: they are the keys that a flood would multiply.
// Io thread only.
class Refusals final : public Service {
 public:
  Refusals(boost::asio::any_io_executor executor, Db& db, const Clock& clock,
           std::chrono::milliseconds every = std::chrono::seconds(5));

  // What is counted when there are too many kinds already.
  static constexpr std::string_view kOther = "(other)";

  const char* name() const override { return "refusal_counts"; }
  boost::asio::awaitable<void> start() override;
  boost::asio::awaitable<void> stop() override;

  void count(std::string_view route, std::string_view reason, std::uint64_t times = 1);
  std::uint64_t total() const { return total_; }
  // Adds what was counted to the table, one call at a time. Errors: as Db::run; the counts stay for the
  // next time.
  boost::asio::awaitable<Status> flush();

 private:
  using Kind = std::pair<std::string, std::string>;  // route, reason
  // Compares with views, so that counting a known kind allocates nothing.
  struct KindOrder {
    using is_transparent = void;
    using View = std::pair<std::string_view, std::string_view>;
    bool operator()(const View& left, const View& right) const { return left < right; }
  };
  using Counts = std::map<Kind, std::uint64_t, KindOrder>;

  boost::asio::awaitable<void> run();
  boost::asio::awaitable<Status> write();
  void add(std::string_view route, std::string_view reason, std::uint64_t times);

  boost::asio::any_io_executor executor_;
  Db& db_;
  const Clock& clock_;
  std::chrono::milliseconds every_;
  Counts counts_;
  std::uint64_t total_ = 0;
  boost::asio::steady_timer timer_;
  boost::asio::steady_timer written_;  // cancelled when a write has ended
  bool writing_ = false;
  bool running_ = false;
};

}  // namespace bccid::http
