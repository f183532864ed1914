#include "app/demo/checks.hpp"

#include "flow/verify_folds.hpp"
#include "store/direct.hpp"
#include "store/verify.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace bccid::app {
namespace {

namespace json = boost::json;

const sql::Query kOrderNumbers{"demo_order_numbers",
                               R"(SELECT number FROM orders WHERE state <> 'cancelled')"};
const sql::Query kEventCount{"demo_event_count",
                             R"(SELECT count(*) FROM parcel_event WHERE source = 'bccid')"};
const sql::Query kDossiers{"demo_dossiers", R"(
SELECT coalesce(code, ''), coalesce(confirmed_status, 0), coalesce(told_status, 0) FROM dossier)"};
const sql::Query kLedgerSums{"demo_ledger_sums", R"(
SELECT coalesce(sum(amount) FILTER (WHERE p.side = 'D'), 0),
       coalesce(sum(amount) FILTER (WHERE p.side = 'C'), 0),
       coalesce(sum(amount) FILTER (WHERE p.side = 'D' AND j.kind = 'collected'), 0)
  FROM posting p JOIN journal j ON j.id = p.journal_id)"};
const sql::Query kWebhooksDelivered{"demo_webhooks", R"(
SELECT count(*) FILTER (WHERE state = 'delivered'), count(*) FILTER (WHERE state <> 'delivered')
  FROM outbox WHERE target LIKE 'webhook:%')"};
const sql::Query kUnknownHeld{"demo_unknown", R"(
SELECT count(*) FROM attention WHERE kind = 'unknown_parcel' AND closed_at IS NULL)"};
const sql::Query kPapersDiffer{"demo_papers", R"(
SELECT count(*), count(*) FILTER (WHERE detail ~ '^paper_missing: [^;]+ \(listed 1, counted 0\)$')
  FROM attention WHERE kind = 'papers_differ')"};

sql::Rows ask(const DemoStage& stage, const sql::Query& query) {
  auto rows = run_directly<sql::Rows>(stage.dsn(),
                                      [&query](sql::Tx& tx) { return Result<sql::Rows>(tx.exec(query)); });
  if (!rows) throw std::runtime_error(rows.error().text());
  return std::move(*rows);
}

std::string pair_text(std::int64_t ours, const char* of_what, std::int64_t theirs) {
  return std::to_string(ours) + " " + of_what + " " + std::to_string(theirs);
}

// Everything of one paged book of the simulators.
json::array book(DemoStage& stage, const std::string& path, const char* list) {
  json::array all;
  for (;;) {
    const auto page = stage.sim().get(path + "?limit=1000&after=" + std::to_string(all.size()));
    const auto& items = page.body.at(list).as_array();
    if (items.empty()) return all;
    all.insert(all.end(), items.begin(), items.end());
  }
}

DemoCheck orders_once(DemoStage& stage, const DemoNotebook& notes) {
  std::set<std::string> wanted;
  for (const auto& row : ask(stage, kOrderNumbers)) wanted.insert(row.str(0));
  std::size_t twice = 0;
  std::set<std::string> created;
  for (const auto& order : book(stage, "/books/orders", "orders")) {
    created.insert(std::string(order.at("number").as_string()));
    if (order.at("times_created").as_int64() != 1) ++twice;
  }
  const std::size_t asked = notes.pickup_orders.size() + notes.delivery_orders.size();
  return {"orders exist at the post exactly once", wanted == created && twice == 0 && wanted.size() == asked,
          std::to_string(asked) + " wanted, " + std::to_string(created.size()) + " at the post, " +
              std::to_string(twice) + " created twice"};
}

int expected_status(const DemoDossier& dossier) {
  if (!dossier.delivery) return 0;
  return dossier.ending == Ending::refused || dossier.ending == Ending::failed_twice ? 9 : 10;
}

DemoCheck dossiers_agree(DemoStage& stage, const DemoWorld& world) {
  std::map<std::string, std::int64_t> theirs;
  for (const auto& dossier : book(stage, "/books/dossiers", "dossiers"))
    theirs[std::string(dossier.at("dossier_code").as_string())] =
        dossier.at("status").is_int64() ? dossier.at("status").as_int64() : 0;
  std::map<std::string, std::int64_t> ours;
  for (const auto& row : ask(stage, kDossiers)) ours[row.str(0)] = row.i64(1) == row.i64(2) ? row.i64(1) : -1;
  std::size_t wrong = 0, returned = 0, kept = 0;
  for (const auto& dossier : world.dossiers) {
    if (!dossier.delivery) continue;
    const int expected = expected_status(dossier);
    (expected == 10 ? returned : kept) += 1;
    if (theirs[dossier.code] != expected || ours[dossier.code] != expected) ++wrong;
  }
  return {"every dossier record says what happened", wrong == 0,
          std::to_string(returned) + " at 10, " + std::to_string(kept) + " at 9, " + std::to_string(wrong) +
              " wrong"};
}

DemoCheck scans_once(DemoStage& stage, const DemoNotebook& notes) {
  const auto stored = ask(stage, kEventCount).front().i64(0);
  const bool sums = notes.scans_sent ==
                    notes.scans_accepted + notes.scans_duplicate + notes.scans_held + notes.scans_rejected;
  return {"every acknowledged scan is stored once",
          stored == static_cast<std::int64_t>(notes.scans_known) && sums,
          pair_text(static_cast<std::int64_t>(notes.scans_known), "scanned, stored", stored) + ", " +
              std::to_string(notes.scans_duplicate) + " repeats answered, " +
              std::to_string(notes.scans_held) + " held, " + std::to_string(notes.scans_rejected) +
              " refused"};
}

DemoCheck unknown_held(DemoStage& stage) {
  const auto open = ask(stage, kUnknownHeld).front().i64(0);
  // The two planted strangers, and what the post's feed tells of orders that nobody here made.
  return {"unknown parcels wait on the attention list", open >= 2,
          std::to_string(open) + " unknown labels held"};
}

// The orders bring no list, so each count was compared with the one that was published for the procedure.
DemoCheck papers_are_counted(DemoStage& stage, const DemoWorld& world) {
  const auto planted = std::ranges::count_if(
      world.dossiers, [](const DemoDossier& dossier) { return dossier.pickup && dossier.paper_missing; });
  const auto rows = ask(stage, kPapersDiffer);
  const auto row = rows.front();
  return {"papers are counted against the procedure's list", row.i64(0) == planted && row.i64(1) == planted,
          pair_text(planted, "papers left out, asked about", row.i64(0))};
}

DemoCheck ledger_balances(DemoStage& stage, const DemoNotebook& notes) {
  const auto rows = ask(stage, kLedgerSums);
  const auto row = rows.front();
  const auto cash = notes.collected_total.dong();
  return {"the ledger balances and holds the postmen's cash", row.i64(0) == row.i64(1) && row.i64(2) == cash,
          pair_text(row.i64(0), "debit, credit", row.i64(1)) + "; " +
              pair_text(cash, "taken, booked", row.i64(2))};
}

DemoCheck money_is_remitted(const DemoNotebook& notes) {
  std::map<std::string, Money> sent;
  for (const auto& remittance : notes.remittances) sent[remittance.agency] += remittance.amount;
  Money total;
  for (const auto& [agency, amount] : sent) total += amount;
  return {"each agency gets what was taken for it", sent == notes.collected_by_agency,
          total.to_text() + " in " + std::to_string(notes.remittances.size()) + " remittances"};
}

DemoCheck breaks_are_the_planted_ones(DemoStage& stage, const DemoNotebook& notes) {
  const auto answer = stage.bccid().get("/v1/breaks?limit=200", stage.token("ketoan"));
  std::vector<std::string> found, wanted;
  std::string shown;
  for (const auto& item : answer.body.at("items").as_array()) {
    const std::string type(item.at("type").as_string());
    found.push_back(type + " " + std::to_string(item.at("amount_vnd").as_int64()));
    shown += (shown.empty() ? "" : "; ") + type + " " + Money(item.at("amount_vnd").as_int64()).to_text() +
             ", " + std::to_string(item.at("age_hours").as_int64()) + " h, " +
             std::string(item.at("owner").as_string());
  }
  for (const auto& planted : notes.planted)
    wanted.push_back(planted.type + " " + std::to_string(planted.amount.dong()));
  std::sort(found.begin(), found.end());
  std::sort(wanted.begin(), wanted.end());
  return {"the breaks are the planted differences, by name", found == wanted, shown};
}

DemoCheck webhooks_arrive(DemoStage& stage) {
  const auto rows = ask(stage, kWebhooksDelivered);
  const auto stats = stage.sim().get("/books/webhooks?limit=10000");
  const auto received = stats.body.at("distinct").as_int64();
  const auto bad = stats.body.at("refused").as_int64();
  const auto delivered = rows.front().i64(0);
  return {"subscribers got every event, signed",
          delivered == received && bad == 0 && rows.front().i64(1) == 0,
          pair_text(delivered, "delivered, received", received) + " distinct, " + std::to_string(bad) +
              " badly signed"};
}

DemoCheck invariants_hold(DemoStage& stage) {
  const auto report = run_verify(stage.dsn());
  if (!report) return {"schemas/sql/verify finds nothing", false, report.error().text()};
  std::string detail =
      std::to_string(report->checks) + " checks, " + std::to_string(report->violations) + " violations";
  for (std::size_t i = 0; i < std::min<std::size_t>(report->findings.size(), 5); ++i)
    detail += "; " + report->findings[i].check + ": " + report->findings[i].text;
  return {"schemas/sql/verify finds nothing", report->violations == 0, detail};
}

DemoCheck folds_hold(DemoStage& stage) {
  const auto report = verify_folds(stage.dsn());
  if (!report) return {"every stored state is the fold of its events", false, report.error().text()};
  std::string detail = std::to_string(report->checks) + " parcels folded again, " +
                       std::to_string(report->violations) + " differ";
  if (!report->findings.empty()) detail += "; " + report->findings.front().text;
  return {"every stored state is the fold of its events", report->violations == 0, detail};
}

}  // namespace

std::vector<DemoCheck> check_demo_day(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes) {
  return {orders_once(stage, notes),
          dossiers_agree(stage, world),
          scans_once(stage, notes),
          unknown_held(stage),
          papers_are_counted(stage, world),
          ledger_balances(stage, notes),
          money_is_remitted(notes),
          breaks_are_the_planted_ones(stage, notes),
          webhooks_arrive(stage),
          invariants_hold(stage),
          folds_hold(stage)};
}

}  // namespace bccid::app
