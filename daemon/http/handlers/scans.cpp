#include "http/dto/scan_dto.hpp"
#include "http/handlers/handlers.hpp"
#include "http/json_body.hpp"

namespace bccid::http {

Answer post_scans(Api& api, const Request& request) {
  const auto body = json_body(request);
  if (!body) co_return problem(body.error(), request);
  std::vector<ScanItem> items;
  if (const auto bad = read_scan_batch(*body, *request.principal, api.clock.now(), items))
    co_return problem(*bad, request);
  std::vector<Scan> scans;
  scans.reserve(items.size());
  for (auto& item : items) {
    if (!item.scan) continue;
    item.scan->request_id = request.request_id;
    scans.push_back(std::move(*item.scan));
  }
  if (scans.size() < items.size())
    api.refusals.count("POST /v1/scans", "invalid_item", items.size() - scans.size());
  std::vector<ScanAnswer> answers;
  if (!scans.empty()) {
    auto taken = co_await api.scans.submit(std::move(scans), deadline_of(api, request));
    if (!taken) co_return problem(taken.error(), request);
    answers = std::move(*taken);
    for (const auto& answer : answers)
      if (answer.outcome == ScanOutcome::rejected) api.refusals.count("POST /v1/scans", answer.reason);
  }
  co_return json_text_response(200, scan_answers_json(items, answers));
}

}  // namespace bccid::http
