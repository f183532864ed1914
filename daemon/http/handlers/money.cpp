#include "flow/hand_on_money.hpp"
#include "flow/import_statement.hpp"
#include "flow/platform_payments.hpp"
#include "http/dto/file_problems.hpp"
#include "http/dto/office_dto.hpp"
#include "http/dto/remittance_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"
#include "http/object_reader.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

json::object to_json(const HandInView& view) {
  return json::object{{"id", view.id.to_text()},
                      {"collector", view.collector},
                      {"office", view.office},
                      {"expected_vnd", view.expected.dong()},
                      {"counted_vnd", view.counted.dong()},
                      {"charges", view.charges}};
}

json::object to_json(const StatementReport& report) {
  json::object out{{"already_imported", report.already_imported},
                   {"lines", report.lines},
                   {"fresh_lines", report.fresh_lines},
                   {"known_lines", report.lines - report.fresh_lines},
                   {"matched", report.matched},
                   {"breaks_opened", report.breaks_opened}};
  if (!report.warnings.empty()) out["warnings"] = json::value_from(report.warnings);
  if (report.id != Uuid{}) out["id"] = report.id.to_text();
  if (!report.head) return out;
  out["account"] = report.head->account;
  out["from"] = to_text(report.head->from);
  out["to"] = to_text(report.head->to);
  out["kind"] = report.head->notification ? "notification" : "statement";
  if (report.head->notification) return out;
  out["opening_vnd"] = report.head->opening.dong();
  out["closing_vnd"] = report.head->closing.dong();
  return out;
}

json::object to_json(const PlatformReport& report) {
  json::object out{{"already_imported", report.already_imported},
                   {"agreed", report.agreed},
                   {"booked", report.booked},
                   {"breaks_opened", report.breaks_opened}};
  if (report.id != Uuid{}) out["id"] = report.id.to_text();
  if (!report.head) return out;
  out["from"] = to_text(report.head->from);
  out["to"] = to_text(report.head->to);
  out["payments"] = report.head->payments;
  out["total_vnd"] = report.head->total.dong();
  return out;
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
  const auto dry_run = flag_param(request, "dry_run");
  if (!dry_run) co_return problem(dry_run.error(), request);
  const Sha256 digest = request.file->digest();
  StatementUpload upload{bank->second->name(), *account, digest, {}, *dry_run, api.settings.import_timeout};
  upload.read = [&request, &bank](LineSink& lines) {
    const auto bytes = request.file->source();
    return bank->second->read(*bytes, lines);
  };
  StatementProblems problems;
  const Actor actor = actor_of(request);
  auto job = [&api, &actor, &upload, &problems, now = api.clock.now()](sql::Tx& tx) {
    return import_statement(tx, actor, upload, problems, now, api.settings.recon);
  };
  JobSpec spec(Lane::background, request.received_at + api.settings.import_timeout, "import_statement");
  spec.with_key().for_request(request.request_id);
  const auto report = co_await api.db.run(std::move(spec), std::move(job));
  if (!report) co_return file_refusal(report.error(), problems, request);
  auto body = to_json(*report);
  if (*dry_run) body["refusals"] = to_json(problems);
  co_return json_response(*dry_run || report->already_imported ? 200 : 201, body);
}

Answer post_platform_file(Api& api, const Request& request) {
  const std::string* name = request.query.find("platform");
  const auto platform = api.platforms.find(name ? *name : "");
  if (platform == api.platforms.end())
    co_return problem(Failure(Errc::invalid_field,
                              "payment platform \"" + (name ? *name : std::string{}) + "\" is not configured",
                              "Name a [[payment_platform]] block.", "?platform"),
                      request);
  const auto dry_run = flag_param(request, "dry_run");
  if (!dry_run) co_return problem(dry_run.error(), request);
  const Sha256 digest = request.file->digest();
  PlatformUpload upload{*name, digest, {}, *dry_run, api.settings.import_timeout};
  upload.read = [&request, &platform](PlatformSink& payments) {
    const auto bytes = request.file->source();
    return platform->second->read(*bytes, payments);
  };
  std::vector<FieldError> problems;
  const Actor actor = actor_of(request);
  auto job = [&actor, &upload, &problems, now = api.clock.now()](sql::Tx& tx) {
    return import_platform_file(tx, actor, upload, problems, now);
  };
  JobSpec spec(Lane::background, request.received_at + api.settings.import_timeout, "import_platform_file");
  spec.with_key().for_request(request.request_id);
  const auto report = co_await api.db.run(std::move(spec), std::move(job));
  if (!report) co_return file_refusal(report.error(), problems, request);
  auto body = to_json(*report);
  if (*dry_run) body["refusals"] = to_json(problems);
  co_return json_response(*dry_run || report->already_imported ? 200 : 201, body);
}

}  // namespace bccid::http
