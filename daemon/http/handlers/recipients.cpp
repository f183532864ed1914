#include "base/log.hpp"
#include "flow/recipient_check.hpp"
#include "http/dto/order_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"

#include <algorithm>

namespace bccid::http {
namespace {

// A CMND has 9 digits, a CCCD and the personal id number 12.
bool is_id_number(const std::string& text) {
  return (text.size() == 9 || text.size() == 12) &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

// The number goes into the question and nowhere else, so a refusal does not repeat it either.
std::string read_id_number(ObjectReader& reader) {
  std::string number = reader.text("id_number", {.max = 12});
  if (reader.ok() && !is_id_number(number))
    reader.fail("id_number", "must be 9 or 12 digits", "Take it from the paper that the recipient shows.");
  return number;
}

}  // namespace

// No Idempotency-Key: a kept answer would need a hash of the body, and a number of 12 digits can be found
// from its hash. Asking again is harmless.
Answer post_recipient_check(Api& api, const Request& request) {
  const auto id = order_id_of(request);
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  CitizenQuestion question;
  question.id_number = read_id_number(reader);
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  if (api.citizens == nullptr)
    co_return problem(Failure(Errc::not_found, "there is no citizen database to ask",
                              "Ask the operator for a [[citizen_db]] block; deliveries do not wait for it."),
                      request);
  const Actor actor = actor_of(request);
  auto read = [&actor, &id](sql::Tx& tx) { return read_recipient(tx, actor, *id); };
  JobSpec reading = job_of(api, request, "read_recipient");
  reading.in_mode(TxMode::read);
  const auto asked = co_await api.db.run(std::move(reading), std::move(read));
  if (!asked) co_return problem(asked.error(), request);
  question.name = asked->name;
  question.address = asked->address;
  const CitizenVerdict verdict = co_await api.citizens->verify(question, actor.request_id);
  if (verdict.answer == CitizenAnswer::unavailable)
    log::warn("citizen_db_unavailable", {{"reason", verdict.reason}});
  auto keep = [&actor, &id, &asked, &verdict, now = api.clock.now()](sql::Tx& tx) {
    return keep_recipient_check(tx, actor, *id, *asked, verdict, now);
  };
  JobSpec keeping = job_of(api, request, "keep_recipient_check");
  const auto order = co_await api.db.run(std::move(keeping), std::move(keep));
  if (!order) co_return problem(order.error(), request);
  co_return json_response(200, to_json(*order));
}

}  // namespace bccid::http
