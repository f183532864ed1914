#include "flow/carrier_price.hpp"
#include "http/dto/quote_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"

namespace bccid::http {
namespace {

struct Quoted {
  PostageQuote ours;
  Result<std::vector<LegQuestion>> legs = std::vector<LegQuestion>();
};

// What the post answers stands beside our own price: whatever becomes of the question, that price is given.
boost::asio::awaitable<CarrierPrice> ask_beside(Api& api, const std::string& carrier, const Quoted& quoted) {
  CarrierPrice none;
  const auto port = api.carriers.find(carrier);
  if (port == api.carriers.end()) {
    none.reason = "no [[carrier]] block is named " + carrier;
    co_return none;
  }
  if (!quoted.legs) {
    none.reason = quoted.legs.error().detail;
    co_return none;
  }
  auto legs = *quoted.legs;
  co_return co_await ask_carrier_price(*port->second, std::move(legs), quoted.ours.total,
                                       api.settings.price_timeout);
}

}  // namespace

Answer post_quote(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const QuoteBody asked = read_quote_body(reader, api.settings.carrier, business_day(api.clock.now()));
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  auto job = [&asked](sql::Tx& tx) -> Result<Quoted> {
    auto ours = quote_journey(tx, asked.journey, asked.question);
    if (!ours) return ours.error();
    Quoted quoted;
    quoted.ours = std::move(*ours);
    if (asked.ask_carrier) quoted.legs = price_questions(tx, asked.journey, asked.question);
    return quoted;
  };
  JobSpec spec = job_of(api, request, "quote");
  spec.in_mode(TxMode::snapshot);
  const auto quoted = co_await api.db.run(std::move(spec), std::move(job));
  if (!quoted) co_return problem(quoted.error(), request);
  auto answer = to_json(quoted->ours);
  if (asked.ask_carrier) {
    const auto beside = co_await ask_beside(api, asked.journey.carrier, *quoted);
    answer["carrier"] = to_json(beside);
  }
  co_return json_response(200, answer);
}

}  // namespace bccid::http
