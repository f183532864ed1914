#include "app/demo/checks.hpp"

#include "app/demo/books.hpp"
#include "app/demo/checks_money.hpp"
#include "base/time_text.hpp"
#include "flow/code_lists.hpp"
#include "flow/verify_folds.hpp"
#include "store/verify.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <iterator>

namespace bccid::app {
namespace {

namespace json = boost::json;

const sql::Query kOrderNumbers{"demo_order_numbers",
                               R"(SELECT number FROM orders WHERE state <> 'cancelled')"};
const sql::Query kEventCount{"demo_event_count",
                             R"(SELECT count(*) FROM parcel_event WHERE source = 'bccid')"};
const sql::Query kDossiers{"demo_dossiers", R"(
SELECT coalesce(code, ''), coalesce(confirmed_status, 0), coalesce(told_status, 0) FROM dossier)"};
const sql::Query kWebhooksDelivered{"demo_webhooks", R"(
SELECT count(*) FILTER (WHERE state = 'delivered'), count(*) FILTER (WHERE state <> 'delivered')
  FROM outbox WHERE target LIKE 'webhook:%')"};
const sql::Query kAttention{"demo_attention", R"(
SELECT kind, subject, detail FROM attention WHERE closed_at IS NULL)"};
const sql::Query kForms{"demo_forms", R"(
SELECT count(*) FILTER (WHERE send AND NOT receive), count(*) FILTER (WHERE receive AND NOT send),
       count(*) FILTER (WHERE send AND receive)
  FROM (SELECT bool_or(leg = 'pickup') AS send, bool_or(leg = 'delivery') AS receive
          FROM orders WHERE state <> 'cancelled' GROUP BY dossier_id) AS legs)"};

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
  return dossier.ending == Ending::refused || dossier.ending == Ending::failed_twice ? 9 : 10;
}

// What the one-stop systems must have heard of one result, step by step. Empty when they did; else what is
// wrong.
std::string wrong_in_record(const json::value& record, const DemoDossier& dossier,
                            const DemoNotebook& notes) {
  const auto& texts = code_lists().dossier_steps;
  const std::string& given = texts.at(Leg::delivery, "delivered_proved").vi;
  const std::string& corrected = texts.at(Leg::delivery, "corrected").vi;
  const auto& steps = record.at("steps").as_array();
  const int expected = expected_status(dossier);
  if (record.at("status").as_int64() != expected) return "status";
  const bool ten = expected == 10;
  const std::string returned = ten ? to_portal_text(notes.delivered_at.at(dossier.code)) : "";
  if (record.at("returned_at").as_string() != returned) return "delivery time";
  std::size_t corrections = 0;
  for (const auto& step : steps) {
    const std::string text(step.at("text").as_string());
    const bool says_given = text == given;
    if ((step.at("status").as_int64() == 10) != says_given) return "a step at 10 without proof";
    if (says_given && !ten) return "a step at 10";
    if (text.starts_with(corrected)) ++corrections;
  }
  if (steps.empty()) return "no step";
  const auto& last = steps.back().at("text").as_string();
  if (last != (ten ? given : texts.at(Leg::delivery, "returned").vi)) return "last step";
  const std::int64_t taken_back = dossier.ending == Ending::corrected ? 1 : 0;
  if (record.at("times_taken_back").as_int64() != taken_back) return "times taken back";
  if (corrections != static_cast<std::size_t>(taken_back)) return "corrections";
  return {};
}

DemoCheck dossiers_agree(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes) {
  std::map<std::string, json::value> theirs;
  for (const auto& dossier : book(stage, "/books/dossiers", "dossiers"))
    theirs[std::string(dossier.at("dossier_code").as_string())] = dossier;
  std::map<std::string, std::int64_t> ours;
  for (const auto& row : ask(stage, kDossiers)) ours[row.str(0)] = row.i64(1) == row.i64(2) ? row.i64(1) : -1;
  std::size_t wrong = 0, returned = 0, kept = 0, taken_back = 0;
  std::string first;
  for (const auto& dossier : world.dossiers) {
    if (!dossier.delivery) continue;
    const int expected = expected_status(dossier);
    (expected == 10 ? returned : kept) += 1;
    if (dossier.ending == Ending::corrected) ++taken_back;
    const auto record = theirs.find(dossier.code);
    std::string why = record == theirs.end() ? "no record" : wrong_in_record(record->second, dossier, notes);
    if (why.empty() && ours[dossier.code] != expected) why = "confirmed status";
    if (why.empty()) continue;
    ++wrong;
    if (first.empty())
      first = "; " + dossier.code + " (" + std::string(ending_text(dossier.ending)) + "): " + why;
  }
  return {"every dossier record says what happened, step by step", wrong == 0 && kept > 0 && taken_back > 0,
          std::to_string(returned) + " at 10 with the delivery's time, " + std::to_string(kept) + " at 9, " +
              std::to_string(taken_back) + " taken back once, " + std::to_string(wrong) + " wrong" + first};
}

DemoCheck proof_comes_first(const DemoNotebook& notes) {
  return {"nothing stands at 10 before its proof", notes.awaiting_proof > 0 && notes.ten_without_proof == 0,
          std::to_string(notes.awaiting_proof) + " deliveries looked up while their proof was on its way, " +
              std::to_string(notes.ten_without_proof) + " not at 9"};
}

DemoCheck forms_are_there(DemoStage& stage, const DemoWorld& world) {
  const auto rows = ask(stage, kForms);
  const auto row = rows.front();
  const auto count = [&row](std::size_t column) { return static_cast<std::size_t>(row.i64(column)); };
  const DemoForms stored{count(0), count(1), count(2)}, played = forms_of(world);
  return {"the day has the three forms of QĐ 45/2016 Điều 5",
          stored == played && played.send > 0 && played.receive > 0 && played.both > 0,
          std::to_string(stored.send) + " send papers, " + std::to_string(stored.receive) +
              " receive the result, " + std::to_string(stored.both) + " do both"};
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

// The open items of one kind, subject by subject.
std::map<std::string, std::string> open_items(DemoStage& stage, std::string_view kind) {
  std::map<std::string, std::string> items;
  for (const auto& row : ask(stage, kAttention))
    if (row.str(0) == kind) items[row.str(1)] = row.str(2);
  return items;
}

// The two planted labels, and the orders that the post's feed made up, as its own book counts them.
DemoCheck unknown_held(DemoStage& stage, const DemoNotebook& notes) {
  std::int64_t labels = 0, strangers = 0, others = 0;
  for (const auto& [subject, detail] : open_items(stage, "unknown_parcel")) {
    const std::string_view item = std::string_view(subject).substr(subject.find(':') + 1);
    if (std::find(notes.unknown_labels.begin(), notes.unknown_labels.end(), item) !=
        notes.unknown_labels.end())
      ++labels;
    else
      ++(item.starts_with("LA-") ? strangers : others);
  }
  const auto told = stage.sim().get("/books/stats").body.at("post").at("feed_strangers").as_int64();
  const auto planted = static_cast<std::int64_t>(notes.unknown_labels.size());
  return {"unknown parcels wait on the attention list",
          labels == planted && strangers == told && told > 0 && others == 0,
          pair_text(planted, "unknown labels scanned, held", labels) + "; " +
              pair_text(told, "strangers in the feed, held", strangers) + "; " + std::to_string(others) +
              " others"};
}

DemoCheck missing_papers_are_asked_for(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes) {
  auto items = open_items(stage, "papers_differ");
  const std::size_t open = items.size();
  std::size_t planted = 0, named = 0;
  for (const auto& dossier : world.dossiers) {
    if (!dossier.pickup || !dossier.paper_missing) continue;
    ++planted;
    const auto item = items.find("parcel:" + notes.pickup_orders.at(dossier.slip_no));
    if (item == items.end()) continue;
    if (item->second.find(dossier.papers.front()) != std::string::npos) ++named;
  }
  return {"each missing paper is asked for", planted > 0 && named == planted && open == planted,
          std::to_string(planted) + " lists with a missing paper, " + std::to_string(open) + " items, " +
              std::to_string(named) + " name it"};
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
  std::vector<DemoCheck> checks{orders_once(stage, notes),
                                forms_are_there(stage, world),
                                dossiers_agree(stage, world, notes),
                                proof_comes_first(notes),
                                scans_once(stage, notes),
                                unknown_held(stage, notes),
                                missing_papers_are_asked_for(stage, world, notes)};
  auto money = check_demo_money(stage, world, notes);
  std::move(money.begin(), money.end(), std::back_inserter(checks));
  return checks;
}

std::vector<DemoCheck> check_demo_end(DemoStage& stage) {
  return {receipts_are_at_their_providers(stage), webhooks_arrive(stage), invariants_hold(stage),
          folds_hold(stage)};
}

}  // namespace bccid::app
