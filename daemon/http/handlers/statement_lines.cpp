#include "flow/statement_lines.hpp"
#include "flow/why_not.hpp"

#include "http/dto/match_dto.hpp"
#include "http/dto/null_values.hpp"
#include "http/handlers/handlers.hpp"
#include "http/list_query.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

struct ListQuery {
  std::string account;
  bool open_only = true;
  PageOf page;
};

Result<ListQuery> list_query_of(const Request& request) {
  PairsReader reader(request.query, "?");
  ListQuery asked;
  asked.page = read_page(reader);
  asked.account = reader.optional_text("account", {.max = 34}).value_or("");
  asked.open_only = read_state(reader, {"open", "all"}) == "open";
  if (const auto bad = reader.finish()) return bad->summary();
  return asked;
}

json::value dong_or_null(const std::optional<Money>& amount) {
  return amount ? json::value(amount->dong()) : json::value(nullptr);
}

// Closing less what the lines make of the opening; nothing where there are no balances.
std::optional<Money> difference_of(const StatementFileView& file) {
  if (!file.opening || !file.closing) return {};
  return *file.closing - *file.opening - file.matched - file.open - file.ended;
}

Result<std::string> reference_of(const Request& request) {
  PairsReader reader(request.query, "?");
  auto reference = reader.text("reference", {.max = 150});
  if (const auto bad = reader.finish()) return bad->summary();
  return reference;
}

json::object to_json(const WhyNot& why) {
  json::array reasons;
  for (const auto& reason : why.reasons) {
    json::object values;
    for (const auto& [what, value] : reason.values)
      values[what] = std::visit([](const auto& known) { return json::value(known); }, value);
    reasons.push_back(
        json::object{{"rule", name(reason.rule)}, {"detail", reason.detail}, {"values", std::move(values)}});
  }
  json::object out;
  out["reference"] = or_null(why.reference);
  out["receipt"] = or_null(why.receipt);
  out["candidate"] = why.candidate;
  out["undone_before"] = why.undone_before;
  out["match"] = why.match ? json::value(why.match->to_text()) : json::value(nullptr);
  out["reasons"] = std::move(reasons);
  return out;
}

json::object to_json(const StatementFileView& file) {
  json::object out;
  out["id"] = file.id.to_text();
  out["kind"] = file.opening ? "statement" : "notification";
  out["bank"] = file.bank;
  out["account"] = file.account;
  out["from"] = to_text(file.from);
  out["to"] = to_text(file.to);
  out["opening_vnd"] = dong_or_null(file.opening);
  out["closing_vnd"] = dong_or_null(file.closing);
  out["lines"] = file.lines;
  out["fresh_lines"] = file.fresh_lines;
  out["imported_at"] = to_rfc3339(file.imported_at);
  out["imported_by"] = file.imported_by;
  out["matched_lines"] = file.matched_lines;
  out["matched_vnd"] = file.matched.dong();
  out["open_lines"] = file.open_lines;
  out["open_vnd"] = file.open.dong();
  out["ended_vnd"] = file.ended.dong();
  out["difference_vnd"] = dong_or_null(difference_of(file));
  return out;
}

}  // namespace

Answer get_statements(Api& api, const Request& request) {
  const auto page = page_of(request, "account");
  if (!page) co_return problem(page.error(), request);
  const std::string* asked = request.query.find("account");
  const std::string account = asked == nullptr ? std::string() : *asked;
  const Actor actor = actor_of(request);
  auto job = [&actor, &page, &account](sql::Tx& tx) { return find_statements(tx, actor, account, *page); };
  JobSpec spec = report_job_of(api, request, "list_statements");
  spec.in_mode(TxMode::snapshot);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& file : found->items) items.push_back(to_json(file));
  json::object body;
  body["items"] = std::move(items);
  body["next"] = or_null(found->next);
  co_return json_response(200, body);
}

Answer get_statement_lines(Api& api, const Request& request) {
  const auto asked = list_query_of(request);
  if (!asked) co_return problem(asked.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &asked](sql::Tx& tx) {
    return find_lines(tx, actor, asked->account, asked->open_only, asked->page);
  };
  JobSpec spec = report_job_of(api, request, "list_statement_lines");
  spec.in_mode(TxMode::read);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  json::array items;
  for (const auto& line : found->items) items.push_back(to_json(line));
  json::object body;
  body["items"] = std::move(items);
  body["next"] = or_null(found->next);
  co_return json_response(200, body);
}

Answer get_statement_line(Api& api, const Request& request) {
  const auto id = number_param(request, "statement line", "GET /v1/statement-lines");
  if (!id) co_return problem(id.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&api, &actor, &id](sql::Tx& tx) { return find_line(tx, actor, *id, api.settings.recon); };
  JobSpec spec = job_of(api, request, "read_statement_line");
  spec.in_mode(TxMode::snapshot);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  co_return json_response(200, to_json(*found));
}

Answer get_statement_line_why(Api& api, const Request& request) {
  const auto id = number_param(request, "statement line", "GET /v1/statement-lines");
  if (!id) co_return problem(id.error(), request);
  const auto reference = reference_of(request);
  if (!reference) co_return problem(reference.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&api, &actor, &id, &reference](sql::Tx& tx) {
    return why_not(tx, actor, *id, *reference, api.settings.recon);
  };
  JobSpec spec = job_of(api, request, "why_not_a_candidate");
  spec.in_mode(TxMode::snapshot);
  const auto found = co_await api.db.run(std::move(spec), std::move(job));
  if (!found) co_return problem(found.error(), request);
  co_return json_response(200, to_json(*found));
}

}  // namespace bccid::http
