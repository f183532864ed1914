#include "flow/online_payments.hpp"
#include "flow/payment_codes.hpp"
#include "http/dto/order_dto.hpp"
#include "http/dto/payment_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "paper/payment_slip_document.hpp"
#include "paper/qr_code.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace bccid::http {
namespace {

namespace json = boost::json;

Failure no_order(const Request& request) {
  return Failure(Errc::not_found, "there is no order \"" + std::string(request.param("id")) + "\"",
                 "Use the id that POST /v1/orders answered.");
}

boost::asio::awaitable<Result<PaymentSlip>> slip_of(Api& api, const Request& request) {
  const auto id = parse_uuid(request.param("id"));
  if (!id) co_return no_order(request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &id, now](sql::Tx& tx) { return payment_slip(tx, actor, *id, now); };
  JobSpec spec = job_of(api, request, "read_payment_slip");
  spec.in_mode(TxMode::snapshot);
  co_return co_await api.db.run(std::move(spec), std::move(job));
}

}  // namespace

Answer get_payment_slip(Api& api, const Request& request) {
  const auto slip = co_await slip_of(api, request);
  if (!slip) co_return problem(slip.error(), request);
  co_return json_response(200, to_json(*slip));
}

Answer get_payment_slip_pdf(Api& api, const Request& request) {
  const auto slip = co_await slip_of(api, request);
  if (!slip) co_return problem(slip.error(), request);
  auto paper = payment_slip_document(*slip);
  co_return co_await answer_printed(api, request, std::move(paper), payment_slip_file_name(*slip));
}

Answer get_payment_qr(Api& api, const Request& request) {
  const auto slip = co_await slip_of(api, request);
  if (!slip) co_return problem(slip.error(), request);
  const auto reference = request.param("reference");
  const auto code = std::ranges::find_if(slip->codes, [reference](const PaymentCode& one) {
    return one.references.front() == reference && !one.vietqr.empty();
  });
  if (code == slip->codes.end())
    co_return problem(Failure(Errc::not_found,
                              "order " + slip->order_number + " has no payment code \"" +
                                  std::string(reference) + "\" that is still to be paid",
                              "Read GET /v1/orders/{id}/payment for the codes that it has now."),
                      request);
  const auto picture = QrCode::of(code->vietqr);
  if (!picture) co_return problem(picture.error(), request);
  const std::string title = "VietQR " + code->purpose + ", " + code->amount.to_text();
  Response response(200, "image/svg+xml", qr_svg(*picture, title));
  co_return response;
}

Answer post_online_payment(Api& api, const Request& request) {
  const auto id = parse_uuid(request.param("id"));
  if (!id) co_return problem(no_order(request), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const LatePayment late = read_late_payment(reader);
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &id, &late, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto order = record_online_payment(tx, actor, *id, late, now);
    if (!order) return order.error();
    KeptAnswer answer;
    answer.status = order->existed ? 200 : 201;
    answer.body = json::serialize(to_json(*order));
    return answer;
  };
  co_return co_await answer_once(api, request, "record_online_payment", false, std::move(effect));
}

}  // namespace bccid::http
