#include "flow/receipts.hpp"

#include "http/dto/receipt_dto.hpp"
#include "http/dto/receipt_paper.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/list_query.hpp"
#include "http/object_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

struct ListQuery {
  ReceiptQuestion question;
  PageOf page;
};

Result<ListQuery> list_query_of(const Request& request) {
  PairsReader reader(request.query, "?");
  ListQuery asked;
  asked.page = read_page(reader);
  asked.question.order_number = reader.optional_text("order", {.max = 64}).value_or("");
  asked.question.dossier_code =
      reader.optional_text("dossier", {.max = limits::kDossierCodeCharsMax}).value_or("");
  asked.question.collector = reader.optional_text("collector", {.max = 64}).value_or("");
  const auto state = read_state(reader, {"all", "unsent", "refused"});
  asked.question.unsent = state == "unsent";
  asked.question.refused = state == "refused";
  asked.question.day = reader.optional_day("day");
  if (asked.question.day && (asked.question.unsent || asked.question.refused))
    reader.fail("day", Failure(Errc::invalid_field, "only all receipts are listed by their day",
                               "Leave out the state, or the day."));
  if (const auto bad = reader.finish()) return bad->summary();
  return asked;
}

Result<std::int64_t> receipt_id(const Request& request) {
  return number_param(request, "receipt", "GET /v1/receipts");
}

}  // namespace

Answer get_receipts(Api& api, const Request& request) {
  const auto asked = list_query_of(request);
  if (!asked) co_return problem(asked.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&api, &actor, &asked](sql::Tx& tx) {
    return find_receipts(tx, actor, asked->question, asked->page, api.settings.recon);
  };
  JobSpec spec = report_job_of(api, request, "list_receipts");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& receipt : found->items) items.push_back(to_json(receipt));
  json::object body;
  body["items"] = std::move(items);
  body["next"] = found->next.empty() ? json::value(nullptr) : json::value(found->next);
  co_return json_response(200, body);
}

Answer get_receipt(Api& api, const Request& request) {
  const auto id = receipt_id(request);
  if (!id) co_return problem(id.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&api, &actor, &id](sql::Tx& tx) { return find_receipt(tx, actor, *id, api.settings.recon); };
  JobSpec spec = job_of(api, request, "read_receipt");
  spec.in_mode(TxMode::snapshot);
  const auto receipt = co_await api.db.run(std::move(spec), std::move(job));
  if (!receipt) co_return problem(receipt.error(), request);
  co_return json_response(200, to_json(*receipt));
}

Answer get_receipt_pdf(Api& api, const Request& request) {
  const auto id = receipt_id(request);
  if (!id) co_return problem(id.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&api, &actor, &id](sql::Tx& tx) {
    return find_named_receipt(tx, actor, *id, api.settings.recon);
  };
  JobSpec spec = job_of(api, request, "read_named_receipt");
  spec.in_mode(TxMode::snapshot);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  const auto receipt = printed_receipt(*found, api.settings.carrier_names);
  if (!receipt) co_return problem(receipt.error(), request);
  auto paper = receipt_document(*receipt);
  co_return co_await answer_printed(api, request, std::move(paper), receipt_file_name(*receipt));
}

Answer post_receipt_replace(Api& api, const Request& request) {
  const auto id = receipt_id(request);
  if (!id) co_return problem(id.error(), request);
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string payer = reader.text("payer", {.max = 200});
  const std::string reason = reader.text("reason", {.min = 3, .max = 300});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&api, &actor, &id, &payer, &reason, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto receipt = replace_receipt_of(tx, actor, *id, payer, reason, now, api.settings.recon);
    if (!receipt) return receipt.error();
    return KeptAnswer{201, json::serialize(to_json(*receipt)), "", false};
  };
  co_return co_await answer_once(api, request, "replace_receipt", true, std::move(effect));
}

}  // namespace bccid::http
