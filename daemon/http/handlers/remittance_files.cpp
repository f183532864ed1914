#include "flow/import_remittance.hpp"
#include "http/dto/file_problems.hpp"
#include "http/dto/remittance_dto.hpp"
#include "http/handlers/handlers.hpp"

#include <boost/json.hpp>

namespace bccid::http {
namespace {

namespace json = boost::json;

json::object to_json(const ForwardedReport& report) {
  json::array made;
  for (const auto& view : report.remittances) made.push_back(http::to_json(view));
  json::object out{{"already_imported", report.already_imported},
                   {"rows", report.items},
                   {"remittances", std::move(made)}};
  if (report.id != Uuid{}) out["id"] = report.id.to_text();
  if (report.reference.empty()) return out;
  out["reference"] = report.reference;
  out["account"] = report.account;
  out["day"] = to_text(report.day);
  out["total_vnd"] = report.total.dong();
  return out;
}

}  // namespace

Answer post_remittance_file(Api& api, const Request& request) {
  const std::string* named = request.query.find("carrier");
  const std::string& carrier = named ? *named : api.settings.carrier;
  const auto reader = api.remittance_files.find(carrier);
  if (reader == api.remittance_files.end())
    co_return problem(Failure(Errc::invalid_field, "carrier \"" + carrier + "\" is not configured",
                              "Name the account of a [[carrier]] block.", "?carrier"),
                      request);
  const auto dry_run = flag_param(request, "dry_run");
  if (!dry_run) co_return problem(dry_run.error(), request);
  const Sha256 digest = request.file->digest();
  RemittanceUpload upload{carrier, digest, {}, *dry_run};
  upload.read = [&request, &reader](std::vector<Failure>& found) {
    const auto bytes = request.file->source();
    return reader->second->read(*bytes, found);
  };
  StatementProblems problems;
  const Actor actor = actor_of(request);
  auto job = [&actor, &upload, &problems, now = api.clock.now()](sql::Tx& tx) {
    return import_remittance(tx, actor, upload, problems, now);
  };
  JobSpec spec(Lane::background, request.received_at + api.settings.import_timeout, "import_remittance");
  spec.with_key().for_request(request.request_id);
  const auto report = co_await api.db.run(std::move(spec), std::move(job));
  if (!report) co_return file_refusal(report.error(), problems, request);
  auto body = to_json(*report);
  if (*dry_run) body["refusals"] = to_json(problems);
  co_return json_response(*dry_run || report->already_imported ? 200 : 201, body);
}

}  // namespace bccid::http
