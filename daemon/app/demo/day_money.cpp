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
  for (const auto& agency : world_.agencies) {
    const auto answer = stage_.bccid().expect(201, "/v1/remittances", stage_.token("ketoan"),
                                              json::object{{"agency", agency.code}}, "remit-" + agency.code);
    for (const auto& item : answer.at("items").as_array())
      notes_.remittances.push_back(DemoNotebook::Remittance{
          field(item, "reference"), agency.code, agency.bank_account, Money(item.at("amount_vnd").as_int64()),
          parse_rfc3339(field(item, "sent_at")).value()});
  }
  say_("act 6: cash of " + std::to_string(notes_.collected.size()) + " postmen handed in, " +
       std::to_string(notes_.remittances.size()) + " remittances sent");
}

namespace {

struct BankEntry {
  std::string reference, text;
  Money amount;
};

std::string statement_csv(const std::string& account, const std::vector<BankEntry>& entries, Time sent) {
  Money sum;
  for (const auto& entry : entries) sum += entry.amount;
  const std::string day = to_text(business_day(sent));
  // The file of the next morning: it covers the day of the remittance completely.
  const std::string next = to_text(business_day(sent + std::chrono::hours(24)));
  std::string out = "tai_khoan," + account + "\ntu_ngay," + day + "\nden_ngay," + next +
                    "\nso_du_dau,1000000\nso_du_cuoi," + std::to_string(1'000'000 + sum.dong()) +
                    "\nngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n";
  for (const auto& entry : entries)
    out += day + "," + entry.reference + "," + std::to_string(entry.amount.dong()) + ",\"" + entry.text +
           "\",BUU DIEN TINH DONG THAP\n";
  out += "tong," + std::to_string(entries.size()) + "," + std::to_string(sum.dong()) + ",,\n";
  return out;
}

}  // namespace

// The bank's files arrive. One amount is short, one transfer is missing, one was booked twice.
void DemoDay::send_statements() {
  std::map<std::string, std::vector<BankEntry>> by_account;
  std::size_t serial = 1;
  for (std::size_t i = 0; i < notes_.remittances.size(); ++i) {
    const auto& remittance = notes_.remittances[i];
    auto& entries = by_account[remittance.account];
    const std::string text =
        "CT DEN:26112200" + std::to_string(i) + " nop phi le phi " + remittance.reference + " buu dien";
    BankEntry entry{"FT2611" + std::to_string(700000 + serial++), text, remittance.amount};
    if (i == 0) {
      entry.amount -= Money(10'000);
      notes_.planted.push_back({"short", remittance.reference, Money(-10'000)});
    }
    if (i == 1) {
      notes_.planted.push_back({"missing", remittance.reference, -remittance.amount});
      continue;
    }
    entries.push_back(entry);
    if (i == 2) {
      entry.reference = "FT2611" + std::to_string(700000 + serial++);
      entries.push_back(entry);
      notes_.planted.push_back({"double", remittance.reference, remittance.amount});
    }
  }
  std::size_t matched = 0;
  for (const auto& [account, entries] : by_account) {
    const std::string csv = statement_csv(account, entries, notes_.remittances.front().sent_at);
    const std::string path = "/v1/statements?account=" + account;
    const auto first = stage_.bccid().send(net::Verb::post, path, stage_.token("ketoan"), csv, "text/csv");
    if (first.status != 201) throw std::runtime_error("statement of " + account + ": " + first.text);
    matched += static_cast<std::size_t>(first.body.at("matched").as_int64());
    const auto again = stage_.bccid().send(net::Verb::post, path, stage_.token("ketoan"), csv, "text/csv");
    if (again.status != 200 || !again.body.at("already_imported").as_bool())
      throw std::runtime_error("the same statement again was not recognised: " + again.text);
  }
  say_("  " + std::to_string(by_account.size()) + " bank files imported, " + std::to_string(matched) +
       " remittances matched");
}

}  // namespace bccid::app
