#include "base/limits.hpp"
#include "flow/export_lists.hpp"
#include "flow/money_report.hpp"
#include "flow/settlement.hpp"
#include "http/dto/table_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/pairs_reader.hpp"
#include "paper/settlement_document.hpp"
#include "paper/table_csv.hpp"
#include "paper/table_xlsx.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <sstream>

namespace bccid::http {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

enum class TableFormat : std::uint8_t { json, csv, xlsx };

TableFormat format_in(PairsReader& reader) {
  const auto text = reader.optional_text("format", {.max = 10});
  if (!text || *text == "json") return TableFormat::json;
  if (*text == "csv") return TableFormat::csv;
  if (*text != "xlsx")
    reader.fail("format", Failure(Errc::invalid_field, "format \"" + *text + "\" is not known",
                                  "Use json, csv or xlsx."));
  return TableFormat::xlsx;
}

struct Period {
  Day from{}, to{};
};

// Both days are needed: a report about "all" would be another one tomorrow.
Period period_in(PairsReader& reader) {
  const auto from = reader.optional_day("from");
  const auto to = reader.optional_day("to");
  for (const auto& [name, day] : {std::pair{"from", from}, {"to", to}})
    if (!day)
      reader.fail(name, Failure(Errc::missing_field, std::string(name) + " is missing",
                                "Name the first and the last day, such as 2026-03-02."));
  if (!from || !to) return {};
  const auto days = std::chrono::sys_days{*to} - std::chrono::sys_days{*from};
  if (days.count() < 0)
    reader.fail("to", Failure(Errc::invalid_field, to_text(*to) + " is before " + to_text(*from),
                              "Name the first day in from and the last in to."));
  if (days.count() >= limits::kReportDaysMax)
    reader.fail("to",
                Failure(Errc::invalid_field, "the period has " + std::to_string(days.count() + 1) + " days",
                        "Ask for " + std::to_string(limits::kReportDaysMax) + " days at the most."));
  return {*from, *to};
}

// "agency,office"; each once, in any order.
std::set<ReportAxis> axes_in(PairsReader& reader) {
  std::set<ReportAxis> by;
  std::stringstream names(reader.optional_text("by", {.max = 60}).value_or(""));
  for (std::string one; std::getline(names, one, ',');) {
    const auto axis = from_name<ReportAxis>(one);
    if (axis && by.insert(*axis).second) continue;
    reader.fail("by",
                Failure(Errc::invalid_field, "\"" + one + "\" is " + (axis ? "named twice" : "not known"),
                        "Use some of agency, procedure, office, postman, day, with commas between."));
    break;
  }
  return by;
}

// What a caller asks of any table.
struct TableQuestion {
  ReportQuestion about;
  TableFormat format = TableFormat::json;
};

Result<TableQuestion> report_question_of(const Request& request) {
  PairsReader reader(request.query, "?");
  TableQuestion asked;
  const auto period = period_in(reader);
  asked.about.from = period.from;
  asked.about.to = period.to;
  asked.about.by = axes_in(reader);
  asked.about.agency = reader.optional_text("agency", {.max = 35}).value_or("");
  asked.format = format_in(reader);
  if (const auto bad = reader.finish()) return bad->summary();
  return asked;
}

asio::awaitable<Result<std::string>> write_job(const Table& table, TableFormat format) {
  if (format == TableFormat::csv) co_return table_csv(table);
  if (format == TableFormat::xlsx) co_return table_xlsx(table);
  co_return json::serialize(to_json(table));
}

constexpr std::string_view kXlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

// Writing a file is plain computing: on the worker pool, so that a long list stops nobody.
Answer answer_with(Api& api, const Request& request, const Table& table, TableFormat format) {
  auto writing = write_job(table, format);
  auto bytes = co_await asio::co_spawn(api.cpu.get_executor(), std::move(writing), asio::use_awaitable);
  if (!bytes) co_return problem(bytes.error(), request);
  if (format == TableFormat::json) co_return json_text_response(200, std::move(*bytes));
  const bool csv = format == TableFormat::csv;
  Response response(200, csv ? "text/csv; charset=utf-8" : std::string(kXlsx), std::move(*bytes));
  response.with("Content-Disposition",
                "attachment; filename=\"" + table.name + (csv ? ".csv" : ".xlsx") + "\"");
  co_return response;
}

template <typename Report>
Answer answer_report(Api& api, const Request& request, const char* name, Report report) {
  const auto asked = report_question_of(request);
  if (!asked) co_return problem(asked.error(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &asked, report](sql::Tx& tx) { return report(tx, actor, asked->about); };
  JobSpec spec = report_job_of(api, request, name);
  spec.in_mode(TxMode::snapshot);
  const auto table = co_await api.db.run(std::move(spec), std::move(job));
  if (!table) co_return problem(table.error(), request);
  co_return co_await answer_with(api, request, *table, asked->format);
}

}  // namespace

Answer get_money_report(Api& api, const Request& request) {
  co_return co_await answer_report(api, request, "money_report", &money_report);
}

Answer get_relief_report(Api& api, const Request& request) {
  co_return co_await answer_report(api, request, "relief_report", &relief_report);
}

Answer get_ageing_report(Api& api, const Request& request) {
  PairsReader reader(request.query, "?");
  const auto agency = reader.optional_text("agency", {.max = 35}).value_or("");
  const auto format = format_in(reader);
  if (const auto bad = reader.finish()) co_return problem(bad->summary(), request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &agency, now](sql::Tx& tx) { return ageing_report(tx, actor, agency, now); };
  JobSpec spec = report_job_of(api, request, "ageing_report");
  spec.in_mode(TxMode::snapshot);
  const auto table = co_await api.db.run(std::move(spec), std::move(job));
  if (!table) co_return problem(table.error(), request);
  co_return co_await answer_with(api, request, *table, format);
}

Answer get_export(Api& api, const Request& request) {
  const auto list = from_name<ExportList>(request.param("list"));
  if (!list)
    co_return problem(
        Failure(Errc::not_found, "there is no list \"" + std::string(request.param("list")) + '"',
                "Use receipts, remittances, statement-lines, breaks or postings."),
        request);
  PairsReader reader(request.query, "?");
  const auto period = period_in(reader);
  const auto agency = reader.optional_text("agency", {.max = 35}).value_or("");
  const auto format = format_in(reader);
  if (const auto bad = reader.finish()) co_return problem(bad->summary(), request);
  const Actor actor = actor_of(request);
  auto job = [&actor, &list, &period, &agency](sql::Tx& tx) {
    return export_list(tx, actor, *list, period.from, period.to, agency);
  };
  JobSpec spec = report_job_of(api, request, "export_list");
  spec.in_mode(TxMode::snapshot);
  const auto table = co_await api.db.run(std::move(spec), std::move(job));
  if (!table) co_return problem(table.error(), request);
  co_return co_await answer_with(api, request, *table, format);
}

Answer get_settlement_pdf(Api& api, const Request& request) {
  PairsReader reader(request.query, "?");
  const auto period = period_in(reader);
  const auto agency = reader.text("agency", {.min = 3, .max = 35});
  if (const auto bad = reader.finish()) co_return problem(bad->summary(), request);
  const Actor actor = actor_of(request);
  const Time now = api.clock.now();
  auto job = [&actor, &period, &agency, now](sql::Tx& tx) {
    return read_settlement(tx, actor, agency, period.from, period.to, now);
  };
  JobSpec spec = report_job_of(api, request, "read_settlement");
  spec.in_mode(TxMode::snapshot);
  const auto settlement = co_await api.db.run(std::move(spec), std::move(job));
  if (!settlement) co_return problem(settlement.error(), request);
  const auto named = api.settings.carrier_names.find(api.settings.carrier);
  const auto& post = named == api.settings.carrier_names.end() ? api.settings.carrier : named->second;
  auto paper = settlement_document(*settlement, post);
  co_return co_await answer_printed(api, request, std::move(paper), settlement_file_name(*settlement));
}

}  // namespace bccid::http
