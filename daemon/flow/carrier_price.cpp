#include "flow/carrier_price.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <map>
#include <memory>
#include <utility>

namespace bccid {
namespace {

namespace asio = boost::asio;

const sql::Query kProvinces{"price_provinces_of", R"(
  SELECT code, province_code FROM commune WHERE code = ANY ($1::text[])
)"};

CarrierPrice no_price(std::string reason) {
  CarrierPrice none;
  none.reason = std::move(reason);
  return none;
}

// Ends the call to the post when its time is over, the fetching of a token included.
class TimeLimit {
 public:
  TimeLimit(const asio::any_io_executor& executor, Duration limit)
      : cut_(std::make_shared<asio::cancellation_signal>()), timer_(executor) {
    timer_.expires_after(limit);
    timer_.async_wait([cut = cut_](const boost::system::error_code& error) {
      if (!error) cut->emit(asio::cancellation_type::terminal);
    });
  }
  asio::cancellation_slot slot() { return cut_->slot(); }
  bool over() const { return timer_.expiry() <= asio::steady_timer::clock_type::now(); }

 private:
  std::shared_ptr<asio::cancellation_signal> cut_;
  asio::steady_timer timer_;
};

asio::awaitable<CarrierPrice> ask_all(CarrierPort& port, std::vector<LegQuestion> legs, Money ours) {
  CarrierPrice all;
  for (auto& leg : legs) {
    PriceQuestion question = std::move(leg.question);
    const auto price = co_await port.ask_price(std::move(question));
    if (!price) co_return no_price(price.error().detail);
    const LegPrice told{leg.leg, *price};
    all.legs.push_back(told);
    all.total += *price;
  }
  all.difference = all.total - ours;
  co_return all;
}

}  // namespace

Result<std::vector<LegQuestion>> price_questions(sql::Tx& tx, const Journey& journey,
                                                 const PostageQuestion& asked) {
  std::map<std::string, std::string> provinces;
  const std::vector<std::string> communes{journey.citizen_commune, journey.agency_commune};
  for (const auto& row : tx.exec(kProvinces, sql::Params().add_array(communes)))
    provinces[row.str(0)] = row.str(1);
  for (const auto& commune : communes)
    if (!provinces.contains(commune))
      return Failure(Errc::invalid_field, "commune " + commune + " is in no province of today",
                     "Ask with the code that holds now.");
  std::vector<LegQuestion> legs;
  const auto add = [&](Leg leg, std::optional<int> weight, const std::string& from, const std::string& to) {
    if (!weight) return;
    LegQuestion made;
    made.leg = leg;
    made.question = {provinces[from], from, provinces[to], to, *weight, Duration(0)};
    legs.push_back(std::move(made));
  };
  add(Leg::pickup, asked.receipt_g, journey.citizen_commune, journey.agency_commune);
  add(Leg::delivery, asked.result_g, journey.agency_commune, journey.citizen_commune);
  return legs;
}

asio::awaitable<CarrierPrice> ask_carrier_price(CarrierPort& port, std::vector<LegQuestion> legs, Money ours,
                                                Duration limit) {
  if (!port.abilities().price) co_return no_price(not_able(port.name(), "gives no prices").detail);
  for (auto& leg : legs) leg.question.time_limit = limit;
  const auto executor = co_await asio::this_coro::executor;
  TimeLimit time(executor, limit);
  auto asking = ask_all(port, std::move(legs), ours);
  auto until_over = asio::bind_cancellation_slot(time.slot(), asio::use_awaitable);
  try {
    co_return co_await asio::co_spawn(executor, std::move(asking), std::move(until_over));
  } catch (const boost::system::system_error&) {
    if (!time.over()) throw;
  }
  co_return no_price("the post gave no price in time");
}

}  // namespace bccid
