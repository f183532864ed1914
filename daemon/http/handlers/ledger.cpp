#include "flow/ledger_books.hpp"

#include "http/dto/null_values.hpp"
#include "http/handlers/handlers.hpp"
#include "http/pairs_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

template <Named Enum>
std::optional<Enum> optional_name(PairsReader& reader, std::string_view field) {
  const auto text = reader.optional_text(field, {.max = 20});
  if (!text) return {};
  const auto value = from_name<Enum>(*text);
  if (value) return value;
  std::string known;
  for (const auto one : EnumNames<Enum>::kNames) known += (known.empty() ? "" : ", ") + std::string(one);
  reader.fail(field, Failure(Errc::invalid_field, std::string(field) + " \"" + *text + "\" is not known",
                             "Use one of " + known + "."));
  return {};
}

Result<BalanceQuestion> balance_question_of(const Request& request) {
  PairsReader reader(request.query, "?");
  BalanceQuestion asked;
  asked.role = optional_name<AccountRole>(reader, "role");
  asked.kind = optional_name<ChargeKind>(reader, "kind");
  asked.agency = reader.optional_text("agency", {.max = 35}).value_or("");
  asked.holder = reader.optional_text("holder", {.max = 64}).value_or("");
  asked.until = reader.optional_time("until");
  if (const auto bad = reader.finish()) return bad->summary();
  return asked;
}

struct PostingQuestion {
  std::string account;
  std::optional<Time> until;
  PageOf page;
};

Result<PostingQuestion> posting_question_of(const Request& request) {
  PairsReader reader(request.query, "?");
  PostingQuestion asked;
  asked.account = reader.text("account", {.min = 1, .max = 200});
  asked.until = reader.optional_time("until");
  asked.page.after = reader.optional_text("after", {.max = 200}).value_or("");
  const NumberRule limit{.min = 1, .max = static_cast<std::int64_t>(limits::kPageItemsMax)};
  asked.page.limit = static_cast<std::size_t>(
      reader.optional_integer("limit", limit).value_or(static_cast<std::int64_t>(limits::kPageItemsDefault)));
  if (const auto bad = reader.finish()) return bad->summary();
  return asked;
}

json::object to_json(const PostingView& posting) {
  json::object out;
  out["journal"] = posting.journal;
  out["line"] = posting.line;
  out["kind"] = posting.journal_kind;
  out["account"] = posting.account;
  out["side"] = posting.side == Side::debit ? "debit" : "credit";
  out["amount_vnd"] = posting.amount.dong();
  out["occurred_at"] = to_rfc3339(posting.occurred_at);
  out["booked_at"] = to_rfc3339(posting.booked_at);
  out["actor"] = posting.actor;
  out["charge"] = or_null(posting.charge);
  out["charge_name"] = or_null(posting.charge_name);
  out["order_number"] = or_null(posting.order_number);
  out["dossier_code"] = or_null(posting.dossier_code);
  return out;
}

json::array to_json(const std::vector<PostingView>& postings) {
  json::array items;
  for (const auto& posting : postings) items.push_back(to_json(posting));
  return items;
}

}  // namespace

Answer get_balances(Api& api, const Request& request) {
  const auto asked = balance_question_of(request);
  if (!asked) co_return problem(asked.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &asked](sql::Tx& tx) { return ledger_balances(tx, actor, *asked); };
  JobSpec spec = report_job_of(api, request, "ledger_balances");
  spec.in_mode(TxMode::snapshot);
  const auto report = co_await api.db.run(std::move(spec), std::move(job));
  if (!report) co_return problem(report.error(), request);
  json::array accounts;
  for (const auto& one : report->accounts)
    accounts.push_back(json::object{
        {"account", one.account}, {"debit_vnd", one.debit.dong()}, {"credit_vnd", one.credit.dong()}});
  json::object body;
  body["accounts"] = std::move(accounts);
  body["debit_vnd"] = report->debit.dong();
  body["credit_vnd"] = report->credit.dong();
  co_return json_response(200, body);
}

Answer get_postings(Api& api, const Request& request) {
  const auto asked = posting_question_of(request);
  if (!asked) co_return problem(asked.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &asked](sql::Tx& tx) {
    return find_postings(tx, actor, asked->account, asked->until, asked->page);
  };
  JobSpec spec = report_job_of(api, request, "list_postings");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::object body;
  body["items"] = to_json(found->items);
  body["next"] = or_null(found->next);
  co_return json_response(200, body);
}

Answer get_journal(Api& api, const Request& request) {
  const auto id = number_param(request, "journal", "GET /v1/ledger/postings");
  if (!id) co_return problem(id.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &id](sql::Tx& tx) { return find_journal(tx, actor, *id); };
  JobSpec spec = job_of(api, request, "read_journal");
  spec.in_mode(TxMode::snapshot);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::object out;
  out["id"] = found->id;
  out["kind"] = found->kind;
  out["key"] = found->key;
  out["occurred_at"] = to_rfc3339(found->occurred_at);
  out["booked_at"] = to_rfc3339(found->booked_at);
  out["actor"] = found->actor;
  out["note"] = or_null(found->note);
  out["reverses"] = or_null(found->reverses);
  out["reversed_by"] = or_null(found->reversed_by);
  auto& parts = out["reversed_in_part_by"].emplace_array();
  for (const auto part : found->reversed_in_part_by) parts.push_back(part);
  out["postings"] = to_json(found->postings);
  co_return json_response(200, out);
}

}  // namespace bccid::http
