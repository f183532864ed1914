#include "flow/hand_on_money.hpp"
#include "flow/import_statement.hpp"
#include "http/dto/office_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

json::object to_json(const HandInView& view) {
  return json::object{{"id", view.id.to_text()},
                      {"collector", view.collector},
                      {"office", view.office},
                      {"expected_vnd", view.expected.dong()},
                      {"counted_vnd", view.counted.dong()},
                      {"charges", view.charges}};
}

json::object to_json(const RemittanceView& view) {
  return json::object{
      {"id", view.id.to_text()}, {"reference", view.reference},        {"agency", view.agency},
      {"kind", view.kind},       {"bank_account", view.bank_account},  {"amount_vnd", view.amount.dong()},
      {"charges", view.charges}, {"sent_at", to_rfc3339(view.sent_at)}};
}

json::object to_json(const StatementReport& report) {
  return json::object{{"id", report.id.to_text()}, {"already_imported", report.already_imported},
                      {"lines", report.lines},     {"fresh_lines", report.fresh_lines},
                      {"matched", report.matched}, {"breaks_opened", report.breaks_opened}};
}

struct ReadFile {
  ReadFile() : statement(BankStatement{}), digest{} {}  // co_spawn asks for one
  ReadFile(Result<BankStatement> statement_in, const Sha256& digest_in)
      : statement(std::move(statement_in)), digest(digest_in) {}
  Result<BankStatement> statement;
  Sha256 digest;
};

// Reading a file is plain computing: on the worker pool, so that a 64 MiB statement stops nobody.
asio::awaitable<ReadFile> read_job(const BankFilePort& bank, std::string_view bytes) {
  co_return ReadFile(bank.parse(bytes), sha256(bytes));
}

}  // namespace

Answer post_hand_in(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string collector = reader.text("collector", {.max = 64});
  const std::string office = optional_office(reader).value_or(request.principal->office);
  if (office.empty() && reader.ok())
    reader.fail("office", "is required", "You belong to no office: name the one that took the cash.",
                Errc::missing_field);
  const bool foreign = request.principal->role == Role::post_clerk && office != request.principal->office;
  if (foreign && reader.ok())
    reader.fail("office", "is not yours",
                "A clerk counts into the till of his own office, " + request.principal->office + ".");
  const Money counted = reader.money("counted_vnd", limits::kChargeDongMax, true);
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&actor, &collector, &office, counted, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto view = hand_in(tx, actor, collector, office, counted, now);
    if (!view) return view.error();
    return KeptAnswer{201, json::serialize(to_json(*view)), "", false};
  };
  co_return co_await answer_once(api, request, "hand_in", true, std::move(effect));
}

Answer post_remittances(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  ObjectReader reader(*body);
  const std::string agency = reader.text("agency", {.min = 3, .max = 35});
  if (const auto bad = reader.finish()) co_return problem(*bad, request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  OnceEffect effect = [&api, &actor, &agency, now](sql::Tx& tx) -> Result<KeptAnswer> {
    const auto views = remit(tx, actor, agency, api.settings.province, now);
    if (!views) return views.error();
    json::array items;
    for (const auto& view : *views) items.push_back(to_json(view));
    return KeptAnswer{201, json::serialize(json::object{{"items", std::move(items)}}), "", false};
  };
  co_return co_await answer_once(api, request, "remit", true, std::move(effect));
}

Answer post_statement(Api& api, const Request& request) {
  const std::string* account = request.query.find("account");
  const auto bank = api.banks.find(account ? *account : "");
  if (bank == api.banks.end())
    co_return problem(Failure(Errc::invalid_field,
                              "account \"" + (account ? *account : std::string{}) + "\" is not configured",
                              "Name an account of a [[bank]] block.", "?account"),
                      request);
  auto reading = read_job(*bank->second, request.body);
  const auto file = co_await asio::co_spawn(api.cpu.get_executor(), std::move(reading), asio::use_awaitable);
  const auto& statement = file.statement;
  if (!statement) co_return problem(statement.error(), request);
  if (statement->account != *account)
    co_return problem(Failure(Errc::statement_refused,
                              "the file is about account " + statement->account + ", not " + *account,
                              "Send it to the account that it is about."),
                      request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&api, &actor, &bank, &statement, &file, now](sql::Tx& tx) {
    return import_statement(tx, actor, bank->second->name(), *statement, file.digest, now,
                            api.settings.recon);
  };
  JobSpec spec = report_job_of(api, request, "import_statement");
  spec.with_key();
  const auto report = co_await api.db.run(std::move(spec), std::move(job));
  if (!report) co_return problem(report.error(), request);
  co_return json_response(report->already_imported ? 200 : 201, to_json(*report));
}

}  // namespace bccid::http
