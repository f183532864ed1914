#include "http/dto/quote_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"

namespace bccid::http {

Answer post_quote(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const QuoteBody asked = read_quote_body(reader, api.settings.carrier, business_day(api.clock.now()));
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  auto job = [&asked](sql::Tx& tx) { return quote_journey(tx, asked.journey, asked.question); };
  JobSpec spec = job_of(api, request, "quote");
  spec.in_mode(TxMode::snapshot);
  const auto quote = co_await api.db.run(std::move(spec), std::move(job));
  if (!quote) co_return problem(quote.error(), request);
  co_return json_response(200, to_json(*quote));
}

}  // namespace bccid::http
