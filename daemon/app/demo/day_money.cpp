#include "app/demo/day.hpp"

#include "base/time_text.hpp"

#include <boost/json.hpp>

#include <stdexcept>

namespace bccid::app {
namespace {

namespace json = boost::json;

std::string field(const json::value& body, const char* name) {
  return std::string(body.at(name).as_string());
}

}  // namespace

// Act 6: cash is handed in at the offices and remitted to the agencies.
void DemoDay::settle_money() {
  for (const auto& postman : world_.postmen) {
    const auto found = notes_.collected.find(postman.id);
    if (found == notes_.collected.end()) continue;
    const json::object body{
        {"collector", postman.id}, {"office", postman.office}, {"counted_vnd", found->second.dong()}};
    stage_.bccid().expect(201, "/v1/cash/hand-ins", stage_.token(postman.id), body, "hand-in-" + postman.id);
  }
  close_days();
  for (const auto& agency : world_.agencies) {
    const auto answer = stage_.bccid().expect(201, "/v1/remittances", stage_.token("ketoan"),
                                              json::object{{"agency", agency.code}}, "remit-" + agency.code);
    for (const auto& item : answer.at("items").as_array())
      notes_.remittances.push_back(DemoNotebook::Remittance{
          field(item, "reference"), agency.code, agency.bank_account, Money(item.at("amount_vnd").as_int64()),
          parse_rfc3339(field(item, "sent_at")).value()});
  }
  say_("act 6: cash of " + std::to_string(notes_.collected.size()) + " postmen handed in, " +
       std::to_string(notes_.closed.days) + " office days closed, " +
       std::to_string(notes_.remittances.size()) + " remittances sent");
}

// Each office closes its day: one cut, and the sums of its receipts.
void DemoDay::close_days() {
  for (const auto& office : world_.offices) {
    const auto day = stage_.bccid().expect(201, "/v1/days", stage_.token("ketoan"),
                                           json::object{{"office", office.code}}, "day-" + office.code);
    notes_.closed.days += 1;
    notes_.closed.collected += Money(day.at("collected_vnd").as_int64());
    notes_.closed.taken_back += Money(day.at("taken_back_vnd").as_int64());
    notes_.closed.counted += Money(day.at("hand_ins").at("counted_vnd").as_int64());
    notes_.closed.still_held += Money(day.at("still_held_vnd").as_int64());
    for (const auto& line : day.at("lines").as_array())
      notes_.closed.receipts += static_cast<std::size_t>(line.at("receipts").as_int64());
  }
}

// The post's finance department orders the transfers. The bank credits one short, loses one, books one twice,
// and a stranger's money comes to one of the accounts.
void DemoDay::order_transfers() {
  constexpr std::int64_t kShort = 10'000, kForeign = 123'456;
  const auto& sent = notes_.remittances;
  if (sent.size() < 4) throw std::runtime_error("the day needs four remittances to spoil");
  notes_.planted.push_back({"short", sent[0].reference, sent[0].account, "post_finance", Money(-kShort)});
  notes_.planted.push_back({"missing", sent[1].reference, sent[1].account, "post_finance", -sent[1].amount});
  notes_.planted.push_back({"double", sent[2].reference, sent[2].account, "agency_finance", sent[2].amount});
  notes_.planted.push_back(
      {"remitted_without_receipt", "", sent[3].account, "post_finance", Money(kForeign)});
  json::array faults;
  faults.push_back(json::object{{"kind", "short"}, {"reference", sent[0].reference}, {"by_vnd", kShort}});
  faults.push_back(json::object{{"kind", "lost"}, {"reference", sent[1].reference}});
  faults.push_back(json::object{{"kind", "twice"}, {"reference", sent[2].reference}});
  faults.push_back(json::object{{"kind", "foreign"},
                                {"account", sent[3].account},
                                {"amount_vnd", kForeign},
                                {"text", "hoan tien hop dong 12/2026"},
                                {"payer", "CTY TNHH AN PHAT"}});
  stage_.sim().expect(200, "/control/bank", "", json::object{{"faults", std::move(faults)}});
  json::array transfers;
  for (const auto& remittance : sent)
    transfers.push_back(json::object{{"reference", remittance.reference},
                                     {"account", remittance.account},
                                     {"amount_vnd", remittance.amount.dong()}});
  stage_.sim().expect(200, "/bank/transfers", "", json::object{{"transfers", std::move(transfers)}});
}

// The bank's files arrive: of the next morning, so that they cover the day of the remittances completely.
void DemoDay::send_statements() {
  std::set<std::string> accounts;
  for (const auto& remittance : notes_.remittances) accounts.insert(remittance.account);
  const Time sent = notes_.remittances.front().sent_at;
  const std::string days =
      "&from=" + to_text(business_day(sent)) + "&to=" + to_text(business_day(sent + std::chrono::hours(24)));
  std::size_t matched = 0;
  for (const auto& account : accounts) {
    const auto file = stage_.sim().get("/bank/statement?account=" + account + days);
    if (file.status != 200)
      throw std::runtime_error("the bank has no statement of " + account + ": " + file.text);
    const std::string path = "/v1/statements?account=" + account;
    const auto first =
        stage_.bccid().send(net::Verb::post, path, stage_.token("ketoan"), file.text, "text/csv");
    if (first.status != 201) throw std::runtime_error("statement of " + account + ": " + first.text);
    matched += static_cast<std::size_t>(first.body.at("matched").as_int64());
    const auto again =
        stage_.bccid().send(net::Verb::post, path, stage_.token("ketoan"), file.text, "text/csv");
    if (again.status != 200 || !again.body.at("already_imported").as_bool())
      throw std::runtime_error("the same statement again was not recognised: " + again.text);
  }
  say_("  " + std::to_string(accounts.size()) + " bank files imported, " + std::to_string(matched) +
       " remittances matched");
}

}  // namespace bccid::app
