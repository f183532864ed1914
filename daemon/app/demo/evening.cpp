#include "app/demo/evening.hpp"

#include "app/demo/books.hpp"
#include "base/ids.hpp"
#include "base/time_text.hpp"
#include "domain/payment/vietqr.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <stdexcept>

namespace bccid::app {
namespace {

namespace json = boost::json;

constexpr const char* kOfficer = "ketoan";
constexpr const char* kSecondOfficer = "ketoan-2";
constexpr Money kDue{100'000}, kPaid{60'000}, kRefunded{80'000};
constexpr Money kFee{180'000}, kCharge{8'000}, kOnline{45'000};

const sql::Query kEveningCharges{"demo_evening_charges", R"(
SELECT o.number, coalesce(sum(c.taken) FILTER (WHERE c.state <> 'refunded'), 0)::bigint,
       coalesce(sum(c.amount) FILTER (WHERE c.state = 'waived'), 0)::bigint,
       coalesce(sum(c.amount) FILTER (WHERE c.state = 'refunded'), 0)::bigint,
       coalesce(sum(c.amount) FILTER (WHERE c.state = 'due'), 0)::bigint,
       (SELECT coalesce(sum(r.amount), 0)::bigint FROM receipt r
         WHERE r.order_id = o.id AND r.cancelled_at IS NULL)
  FROM orders o JOIN charge c ON c.order_id = o.id AND c.state <> 'split'
 GROUP BY o.id, o.number)"};

std::string text_at(const json::value& entry, const char* member) {
  return std::string(entry.at(member).as_string());
}

Money money_at(const json::value& entry, const char* member) { return Money(entry.at(member).as_int64()); }

// One whose account has nothing planted on it.
const DemoNotebook::Remittance& undisturbed(const DemoNotebook& notes) {
  for (const auto& sent : notes.remittances)
    if (std::ranges::find(notes.planted, sent.account, &DemoNotebook::Planted::account) ==
        notes.planted.end())
      return sent;
  throw std::runtime_error("the day has no account without a planted difference");
}

// Where the money of an order's charges is: taken, waived, refunded, still due, and on receipts that stand.
struct OrderMoney {
  Money taken, waived, refunded, due, receipted;
  bool operator==(const OrderMoney&) const = default;
};

OrderMoney money_of_order(const DemoStage& stage, const std::string& number) {
  for (const auto& row : ask(stage, kEveningCharges))
    if (row.str(0) == number) return {row.money(1), row.money(2), row.money(3), row.money(4), row.money(5)};
  throw std::runtime_error("order " + number + " has no charges");
}

}  // namespace

DemoEvening::DemoEvening(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes, const Say& say)
    : stage_(stage), world_(world), notes_(notes), say_(say), matched_(undisturbed(notes)) {}

std::vector<DemoCheck> DemoEvening::play() {
  take_late_cash();
  std::vector<DemoCheck> checks;
  checks.push_back(waive_the_rest());
  checks.push_back(match_by_hand());
  checks.push_back(refund_refused());
  checks.push_back(pay_by_phone());
  checks.push_back(pay_online());
  checks.push_back(close_period());
  checks.push_back(print_minutes());
  await_quiet(stage_, say_, "the evening's messages to leave");
  say_("act 7: two officers of finance waived, matched, refunded, closed and printed");
  return checks;
}

json::value DemoEvening::order(json::object body) {
  const auto& citizen = world_.dossiers.front();
  body["agency"] = world_.agencies.front().code;
  body["procedure_code"] = citizen.procedure;
  body["citizen"] = json::object{{"name", citizen.citizen},
                                 {"phone", citizen.phone},
                                 {"address", citizen.address},
                                 {"province_code", world_.province},
                                 {"commune_code", citizen.commune}};
  const auto reply = stage_.bccid().post("/v1/orders", stage_.token(world_.postmen.front().id), body);
  if (reply.status != 200 && reply.status != 201) throw std::runtime_error("evening order: " + reply.text);
  return reply.body;
}

json::object DemoEvening::scan(const std::string& item, const char* code, int second) {
  json::object out;
  out["event_id"] = new_uuid_v7(SystemClock().now()).to_text();
  out["device"] = "pda-evening";
  out["item"] = item;
  out["code"] = code;
  out["occurred_at"] = to_rfc3339(began_ + std::chrono::seconds(second));
  out["office"] = world_.postmen.front().office;
  return out;
}

// After the day was closed a result is paid for in part, and papers are collected that the agency then
// refuses.
void DemoEvening::take_late_cash() {
  began_ = SystemClock().now() - std::chrono::seconds(10);
  const auto& agency = world_.agencies.front();
  refused_slip_ = "PG82" + to_portal_text(began_).substr(2, 6) + "90002";
  part_paid_ = text_at(
      order({{"leg", "delivery"},
             {"dossier_code", agency.code + "-" + to_portal_text(began_).substr(2, 6) + "-9001"},
             {"portal_status", 9},
             {"charges", json::array{json::object{{"kind", "charge"}, {"amount_vnd", kDue.dong()}}}}}),
      "number");
  refused_ = text_at(
      order({{"leg", "pickup"},
             {"slip_no", refused_slip_},
             {"charges", json::array{json::object{{"kind", "fee"}, {"amount_vnd", kRefunded.dong()}}}}}),
      "number");
  auto given = scan(part_paid_, "delivered", 3);
  given["recipient"] = json::object{{"kind", "self"}, {"id_checked", true}};
  given["cash"] = json::object{{"charge_vnd", kPaid.dong()}};
  auto fetched = scan(refused_, "collected", 2);
  fetched["cash"] = json::object{{"fee_vnd", kRefunded.dong()}};
  const auto& postman = world_.postmen.front();
  const json::array items{scan(part_paid_, "collected", 1), std::move(fetched), std::move(given)};
  const auto answer =
      stage_.bccid().expect(200, "/v1/scans", stage_.token(postman.id), json::object{{"items", items}});
  if (answer.at("accepted").as_int64() != 3)
    throw std::runtime_error("evening scans: " + json::serialize(answer));
  stage_.bccid().expect(
      201, "/v1/cash/hand-ins", stage_.token(postman.id),
      json::object{
          {"collector", postman.id}, {"office", postman.office}, {"counted_vnd", (kPaid + kRefunded).dong()}},
      "hand-in-evening");
  order({{"leg", "pickup"}, {"slip_no", refused_slip_}, {"portal_status", 3}});
}

int DemoEvening::status_of(const std::string& who, const std::string& path, const json::value& body) {
  return stage_.bccid().post(path, stage_.token(who), body, "evening-" + std::to_string(next_key_++)).status;
}

json::value DemoEvening::open_break(const std::string& type, const std::string& order_number) {
  const auto open = stage_.bccid().get("/v1/breaks?limit=200&type=" + type, stage_.token(kOfficer));
  for (const auto& item : open.body.at("items").as_array())
    if (item.at("order_number").is_string() && text_at(item, "order_number") == order_number) return item;
  return nullptr;
}

bool DemoEvening::decide(const json::value& found, json::object proposal) {
  if (found.is_null()) return false;
  const std::string path = "/v1/breaks/" + text_at(found, "id");
  const json::object yes{{"approve", true}};
  return status_of(kOfficer, path + "/proposal", std::move(proposal)) == 201 &&
         status_of(kOfficer, path + "/decision", yes) == 409 &&
         status_of(kSecondOfficer, path + "/decision", yes) == 200 &&
         stage_.bccid().get(path, stage_.token(kOfficer)).body.at("resolved_at").is_string();
}

// What was paid is receipted; the rest is a break that one proposes to waive and another decides.
DemoCheck DemoEvening::waive_the_rest() {
  const OrderMoney before = money_of_order(stage_, part_paid_);
  const auto found = open_break("amount_differs", part_paid_);
  const bool asked = !found.is_null() && money_at(found, "amount_vnd") == kPaid - kDue;
  const bool decided = decide(found, {{"action", "waive"}, {"note", "the applicant is of a poor household"}});
  const OrderMoney after = money_of_order(stage_, part_paid_);
  const OrderMoney part{kPaid, {}, {}, kDue - kPaid, kPaid}, whole{kPaid, kDue - kPaid, {}, {}, kPaid};
  return {"a part payment is receipted, and two persons waive the rest",
          asked && decided && before == part && after == whole,
          kPaid.to_text() + " of " + kDue.to_text() + " paid and receipted, " + after.waived.to_text() +
              " waived, " + after.due.to_text() + " due" + (decided ? "" : "; not decided")};
}

DemoEvening::Balances DemoEvening::balances() {
  Balances net;
  const auto answer = stage_.bccid().get("/v1/ledger/balances", stage_.token(kOfficer));
  for (const auto& entry : answer.body.at("accounts").as_array()) {
    const Money rest = money_at(entry, "debit_vnd") - money_at(entry, "credit_vnd");
    if (!rest.zero()) net[text_at(entry, "account")] = rest;
  }
  return net;
}

// A rule's match is taken apart, made by hand, taken apart and made again: the ledger stands where it stood.
DemoCheck DemoEvening::match_by_hand() {
  const auto before = balances();
  const auto find = [this]() -> json::value {
    const auto all = stage_.bccid().get("/v1/matches?limit=200", stage_.token(kOfficer));
    for (const auto& match : all.body.at("items").as_array())
      for (const auto& side : match.at("remittances").as_array())
        if (text_at(side, "reference") == matched_.reference) return match;
    return nullptr;
  };
  const auto undo = [this](const json::value& match) {
    return status_of(kOfficer, "/v1/matches/" + text_at(match, "id") + "/undo",
                     json::object{{"reason", "looked at once more"}}) == 200;
  };
  const auto ruled = find();
  const std::string name = "a match is taken apart and made by hand, and the ledger stands as before";
  if (ruled.is_null() || ruled.at("lines").as_array().size() != 1U)
    return {name, false, matched_.reference + " is not matched with one line"};
  const json::object wish{{"lines", json::array{ruled.at("lines").at(0).at("id")}},
                          {"remittances", json::array{matched_.reference}},
                          {"note", "the amount and the day agree"}};
  const bool apart = undo(ruled);
  const auto between = balances();
  const bool made = status_of(kOfficer, "/v1/matches", wish) == 201;
  const auto by_hand = find();
  const bool again =
      !by_hand.is_null() && undo(by_hand) && status_of(kSecondOfficer, "/v1/matches", wish) == 201;
  const auto last = find();
  const bool told = !last.is_null() && text_at(last, "rule") == "by_person";
  const auto after = balances();
  return {name, apart && made && again && told && between != before && after == before,
          matched_.reference + " over " + matched_.amount.to_text() + ", first by rule " +
              text_at(ruled, "rule") + "; " + std::to_string(after.size()) + " balances, " +
              (after == before ? "none" : "some") + " moved"};
}

// The agency refused the papers whose fee was paid: the till gives the money back, the receipt is cancelled.
DemoCheck DemoEvening::refund_refused() {
  const OrderMoney before = money_of_order(stage_, refused_);
  const auto held = balances();
  const auto found = open_break("receipt_for_refused_dossier", refused_);
  const auto& office = world_.postmen.front().office;
  const bool decided =
      decide(found, {{"action", "refund"}, {"note", "the agency refused the papers"}, {"office", office}});
  const OrderMoney after = money_of_order(stage_, refused_);
  auto wanted = held;
  const std::string till = "office/fee/" + world_.agencies.front().code + "/" + office;
  wanted[till] -= kRefunded;
  if (wanted[till].zero()) wanted.erase(till);
  auto now = balances();
  const bool paid =
      (now.contains(till) ? now[till] : Money()) == (wanted.contains(till) ? wanted[till] : Money());
  const OrderMoney taken{kRefunded, {}, {}, {}, kRefunded}, back{{}, {}, kRefunded, {}, {}};
  return {"the receipt of a refused dossier is refunded by two persons",
          decided && paid && before == taken && after == back,
          after.refunded.to_text() + " out of the till of " + office + ", " + after.receipted.to_text() +
              " on receipts that stand" + (found.is_null() ? "; no break" : "")};
}

// A citizen scans the code of his order; the bank's statement brings what he sent, and his receipts follow.
DemoCheck DemoEvening::pay_by_phone() {
  const std::string name = "a citizen pays by VietQR, and the bank line finds his order again";
  const auto& agency = world_.agencies.front();
  const auto placed =
      order({{"leg", "delivery"},
             {"dossier_code", agency.code + "-" + to_portal_text(began_).substr(2, 6) + "-9003"},
             {"portal_status", 9},
             {"charges", json::array{json::object{{"kind", "fee"}, {"amount_vnd", kFee.dong()}},
                                     json::object{{"kind", "charge"}, {"amount_vnd", kCharge.dong()}}}}});
  const std::string path = "/v1/orders/" + text_at(placed, "id");
  const auto slip = stage_.bccid().get(path + "/payment", stage_.token(world_.postmen.front().id)).body;
  const auto& codes = slip.at("codes").as_array();
  if (codes.size() != 1U || !codes.front().at("vietqr").is_string()) return {name, false, "there is no code"};
  const auto code = decode_vietqr(codes.front().at("vietqr").as_string());
  if (!code || code->amount != kFee + kCharge) return {name, false, "the code does not ask for what is due"};
  stage_.sim().expect(
      200, "/bank/transfers", "",
      json::object{{"transfers", json::array{json::object{{"reference", code->purpose},
                                                          {"account", code->account},
                                                          {"amount_vnd", code->amount->dong()}}}}});
  const Time sent = notes_.remittances.front().sent_at;
  const auto file =
      stage_.sim().get("/bank/statement?account=" + code->account + "&from=" + to_text(business_day(sent)) +
                       "&to=" + to_text(business_day(sent + std::chrono::hours(24))));
  const auto imported = stage_.bccid().send(net::Verb::post, "/v1/statements?account=" + code->account,
                                            stage_.token(kOfficer), file.text, "text/csv");
  const auto money = money_of_order(stage_, text_at(placed, "number"));
  bool by_transfer = true;
  const auto after = stage_.bccid().get(path, stage_.token(kOfficer)).body;
  for (const auto& charge : after.at("charges").as_array())
    by_transfer = by_transfer && text_at(charge, "state") == "settled" && charge.at("paid_by") == "transfer";
  const OrderMoney wanted{kFee + kCharge, {}, {}, {}, kFee + kCharge};
  return {name, imported.status == 201 && money == wanted && by_transfer,
          code->amount->to_text() + " sent as " + code->purpose + ", " + money.receipted.to_text() +
              " on receipts, " + money.due.to_text() + " due"};
}

// What was paid on the platform is in the books, and nobody is shown a code for it.
DemoCheck DemoEvening::pay_online() {
  const auto& agency = world_.agencies.front();
  json::object line{{"kind", "fee"}, {"amount_vnd", kOnline.dong()}};
  line["paid_online"] = json::object{{"reference", "PF-DEMO-9004"}, {"paid_at", to_rfc3339(began_)}};
  const auto placed =
      order({{"leg", "delivery"},
             {"dossier_code", agency.code + "-" + to_portal_text(began_).substr(2, 6) + "-9004"},
             {"portal_status", 9},
             {"charges", json::array{std::move(line)}}});
  const auto& charge = placed.at("charges").at(0);
  const auto slip =
      stage_.bccid().get("/v1/orders/" + text_at(placed, "id") + "/payment", stage_.token(kOfficer)).body;
  return {"what was paid online is never asked for at the door",
          text_at(charge, "state") == "remitted" && charge.at("paid_by") == "online" &&
              slip.at("codes").as_array().empty() && slip.at("to_the_post").as_array().empty(),
          kOnline.to_text() + " under way to " + agency.code + ", no code and no cash left for the order"};
}

// The account is closed up to its statement's last day, and then nothing in it moves.
DemoCheck DemoEvening::close_period() {
  Money sent, opening, closing;
  for (const auto& each : notes_.remittances)
    if (each.account == matched_.account) sent += each.amount;
  const auto bank = stage_.sim().get("/books/bank").body;
  for (const auto& account : bank.at("accounts").as_array()) {
    if (text_at(account, "account") != matched_.account) continue;
    opening = money_at(account, "opening_vnd");
    closing = money_at(account, "closing_vnd");
  }
  const Day last = business_day(notes_.remittances.front().sent_at + std::chrono::hours(24));
  const auto proposed = stage_.bccid().expect(
      201, "/v1/periods", stage_.token(kOfficer),
      json::object{{"account", matched_.account}, {"to", to_text(last)}, {"note", "the day is whole"}},
      "evening-period");
  const std::string path = "/v1/periods/" + text_at(proposed, "id");
  const json::object yes{{"approve", true}};
  const bool own = status_of(kOfficer, path + "/sign-off", yes) == 409;
  const bool second = status_of(kSecondOfficer, path + "/sign-off", yes) == 200;
  const auto period = stage_.bccid().get(path, stage_.token("kiemtoan")).body;
  const auto matches = stage_.bccid().get("/v1/matches?limit=200", stage_.token(kOfficer));
  bool stands = false;
  for (const auto& match : matches.body.at("items").as_array())
    if (text_at(match.at("remittances").at(0), "reference") == matched_.reference)
      stands = status_of(kOfficer, "/v1/matches/" + text_at(match, "id") + "/undo",
                         json::object{{"reason", "too late"}}) == 409;
  const bool adds_up = money_at(period, "opening_vnd") == opening &&
                       money_at(period, "closing_vnd") == closing &&
                       money_at(period, "matched_vnd") == sent && money_at(period, "unmatched_vnd").zero() &&
                       money_at(period, "difference_vnd").zero();
  return {"a period is closed and signed, adds up, and nothing in it moves",
          own && second && stands && adds_up && text_at(period, "state") == "signed",
          matched_.account + " from " + money_at(period, "opening_vnd").to_text() + " with " +
              money_at(period, "matched_vnd").to_text() + " to " + money_at(period, "closing_vnd").to_text()};
}

// The minutes that the post and the agency sign.
DemoCheck DemoEvening::print_minutes() {
  const std::string day = to_text(business_day(began_));
  const auto paper = stage_.bccid().get(
      "/v1/reports/settlement/pdf?agency=" + matched_.agency + "&from=" + day + "&to=" + day,
      stage_.token(kOfficer));
  const bool printed = paper.status == 200 && paper.text.starts_with("%PDF-");
  return {"the minutes of the settlement are printed", printed,
          printed ? std::to_string(paper.text.size()) + " bytes for " + matched_.agency
                  : "HTTP status " + std::to_string(paper.status) + ": " + paper.text.substr(0, 200)};
}

}  // namespace bccid::app
