#include "app/demo/checks_money.hpp"

#include "app/demo/books.hpp"
#include "base/time_text.hpp"
#include "domain/ledger/account.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace bccid::app {
namespace {

namespace json = boost::json;

// Cash that was booked with a scan that turned out wrong is in the ledger twice: there and in its reversal.
const sql::Query kLedgerSums{"demo_ledger_sums", R"(
SELECT coalesce(sum(amount) FILTER (WHERE p.side = 'D'), 0),
       coalesce(sum(amount) FILTER (WHERE p.side = 'C'), 0),
       coalesce(sum(amount) FILTER (WHERE p.side = 'D' AND j.kind = 'collected'), 0),
       coalesce(sum(amount) FILTER (WHERE p.side = 'D' AND j.kind = 'collected'
                                      AND EXISTS (SELECT 1 FROM journal r WHERE r.reverses = j.id)), 0)
  FROM posting p JOIN journal j ON j.id = p.journal_id)"};
const sql::Query kOrderCharges{"demo_order_charges", R"(
SELECT o.number, coalesce(sum(c.amount) FILTER (WHERE c.kind IN ('fee', 'charge')), 0)
  FROM orders o LEFT JOIN charge c ON c.order_id = o.id AND c.state <> 'split'
 WHERE o.state <> 'cancelled' GROUP BY o.number)"};
const sql::Query kStandingReceipts{"demo_standing_receipts", R"(
SELECT count(*), coalesce(sum(r.amount), 0)::bigint, count(*) FILTER (WHERE e.state = 'issued')
  FROM receipt r LEFT JOIN e_receipt e ON e.receipt_id = r.id
 WHERE r.kind <> 'postage' AND r.cancelled_at IS NULL)"};
const sql::Query kStatementLines{"demo_statement_lines", R"(
SELECT account_no, count(*), sum(amount) FROM statement_line WHERE split_id IS NULL GROUP BY account_no)"};

std::string text_of(const json::value& entry, const char* member) {
  return std::string(entry.at(member).as_string());
}

Money money_of(const json::value& entry, const char* member) { return Money(entry.at(member).as_int64()); }

DemoCheck ledger_balances(DemoStage& stage, const DemoNotebook& notes) {
  const auto rows = ask(stage, kLedgerSums);
  const auto row = rows.front();
  const auto cash = notes.collected_total.dong(), back = notes.taken_back_total.dong();
  return {"the ledger balances and holds the postmen's cash",
          row.i64(0) == row.i64(1) && row.i64(2) == cash + back && row.i64(3) == back && back > 0,
          pair_text(row.i64(0), "debit, credit", row.i64(1)) + "; " +
              pair_text(cash, "taken, booked", row.i64(2) - row.i64(3)) + "; " +
              pair_text(back, "of wrong scans, reversed", row.i64(3))};
}

// Receipts, closed days and hand-ins are three ways to the same money.
DemoCheck days_hold_the_receipts(const DemoNotebook& notes) {
  const auto& closed = notes.closed;
  return {"the closed days hold every receipt and all cash",
          closed.collected - closed.taken_back == notes.collected_total &&
              closed.taken_back == notes.taken_back_total && closed.counted == notes.collected_total &&
              closed.still_held.zero() && closed.receipts > 0,
          std::to_string(closed.receipts) + " receipts of " + closed.collected.to_text() + " in " +
              std::to_string(closed.days) + " days, " + closed.taken_back.to_text() + " of it taken back; " +
              closed.counted.to_text() + " counted"};
}

DemoCheck money_is_remitted(const DemoNotebook& notes) {
  std::map<std::string, Money> sent;
  for (const auto& remittance : notes.remittances) sent[remittance.agency] += remittance.amount;
  Money total;
  for (const auto& [agency, amount] : sent) total += amount;
  return {"each agency gets what was taken for it", sent == notes.collected_by_agency,
          total.to_text() + " in " + std::to_string(notes.remittances.size()) + " remittances"};
}

// What the post was told to collect for others: our charges without its own postage.
DemoCheck cash_on_delivery_agrees(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes) {
  using Amounts = std::map<std::string, Money>;
  Amounts wanted, charged, at_post;
  for (const auto& dossier : world.dossiers) {
    if (dossier.pickup) wanted[notes.pickup_orders.at(dossier.slip_no)] = dossier.pickup_fee;
    if (dossier.delivery) wanted[notes.delivery_orders.at(dossier.code)] = dossier.delivery_charge;
  }
  for (const auto& row : ask(stage, kOrderCharges)) charged[row.str(0)] = row.money(1);
  Money total;
  for (const auto& order : book(stage, "/books/orders", "orders")) {
    at_post[text_of(order, "number")] = money_of(order, "cod_amount");
    total += money_of(order, "cod_amount");
  }
  std::size_t wrong = 0;
  for (const auto& [number, amount] : wanted)
    if (charged[number] != amount || at_post[number] != amount) ++wrong;
  return {"the post collects what the charges say", wanted == charged && wanted == at_post && !total.zero(),
          total.to_text() + " cash on delivery of " + std::to_string(at_post.size()) + " orders, " +
              std::to_string(wrong) + " differ"};
}

struct BankLine {
  std::string bank_ref, transfer, booked_on;
};

// One account as somebody's book has it.
struct AccountSide {
  std::int64_t lines = 0;
  Money credited;
  bool operator==(const AccountSide&) const = default;
};
using Sides = std::map<std::string, AccountSide>;
using Sums = std::map<std::string, Money>;

// The ledger's two sides of every bank account: what came in, and what was settled with the agency.
void read_bank_accounts(DemoStage& stage, Sums& came_in, Sums& settled) {
  const auto balances = stage.bccid().get("/v1/ledger/balances", stage.token("ketoan"));
  for (const auto& entry : balances.body.at("accounts").as_array()) {
    const auto account = parse_account(text_of(entry, "account"));
    if (!account || account->role != AccountRole::bank) continue;
    came_in[account->holder] += money_of(entry, "debit_vnd");
    settled[account->holder] += money_of(entry, "credit_vnd");
  }
}

// Every transfer has arrived as ordered, but for the planted difference of its reference.
bool transfers_arrived(const json::value& bank, const DemoNotebook& notes) {
  Sums off;
  for (const auto& planted : notes.planted)
    if (!planted.reference.empty()) off[planted.reference] = planted.amount;
  Sums ordered, arrived, wanted_ordered, wanted_arrived;
  for (const auto& transfer : bank.at("transfers").as_array()) {
    ordered[text_of(transfer, "reference")] += money_of(transfer, "amount_vnd");
    arrived[text_of(transfer, "reference")] += money_of(transfer, "credited_vnd");
  }
  for (const auto& sent : notes.remittances) {
    wanted_ordered[sent.reference] = sent.amount;
    wanted_arrived[sent.reference] = sent.amount + off[sent.reference];
  }
  return ordered == wanted_ordered && arrived == wanted_arrived;
}

DemoCheck bank_agrees(DemoStage& stage, const DemoNotebook& notes) {
  const auto bank = stage.sim().get("/books/bank").body;
  Sides theirs, imported;
  Sums balance, came_in, settled, wanted_in, wanted_settled;
  for (const auto& account : bank.at("accounts").as_array()) {
    auto& side = theirs[text_of(account, "account")];
    for (const auto& line : account.at("lines").as_array()) {
      ++side.lines;
      side.credited += money_of(line, "amount_vnd");
    }
    balance[text_of(account, "account")] =
        money_of(account, "closing_vnd") - money_of(account, "opening_vnd");
  }
  for (const auto& row : ask(stage, kStatementLines))
    imported[row.str(0)] = AccountSide{row.i64(1), row.money(2)};
  read_bank_accounts(stage, came_in, settled);
  std::set<std::string> not_settled;  // matched short, or not at all
  Money planted_sum, ordered;
  for (const auto& planted : notes.planted) {
    wanted_in[planted.account] += planted.amount;
    planted_sum += planted.amount;
    if (planted.amount < Money()) not_settled.insert(planted.reference);
  }
  for (const auto& sent : notes.remittances) {
    wanted_in[sent.account] += sent.amount;
    wanted_settled[sent.account] += not_settled.contains(sent.reference) ? Money() : sent.amount;
    ordered += sent.amount;
  }
  std::int64_t lines = 0;
  Money total;
  for (const auto& [account, side] : theirs) {
    lines += side.lines;
    total += side.credited;
  }
  const bool held = theirs == imported && balance == came_in && came_in == wanted_in &&
                    settled == wanted_settled && transfers_arrived(bank, notes);
  return {"the bank's book and the ledger agree but for what was planted", held,
          ordered.to_text() + " ordered, " + total.to_text() + " on " + std::to_string(lines) + " lines of " +
              std::to_string(theirs.size()) + " accounts, " + planted_sum.to_text() + " of it planted"};
}

// The line that made a planted difference: the stranger's one, or the last of its transfer.
BankLine line_of(const json::value& bank, const DemoNotebook::Planted& planted) {
  BankLine found;
  for (const auto& account : bank.at("accounts").as_array()) {
    if (text_of(account, "account") != planted.account) continue;
    for (const auto& line : account.at("lines").as_array())
      if (text_of(line, "transfer") == planted.reference)
        found = {text_of(line, "bank_ref"), planted.reference, text_of(line, "booked_on")};
  }
  return found;
}

// A break as it must be told. Money on a line should have agreed on the day of the line, a transfer that
// never came when it was sent.
std::string wanted_break(const json::value& bank, const DemoNotebook& notes,
                         const DemoNotebook::Planted& planted) {
  std::string subject = "remittance:" + planted.reference, since, names = planted.reference;
  if (planted.type == "missing") {
    for (const auto& sent : notes.remittances)
      if (sent.reference == planted.reference) since = to_rfc3339(sent.sent_at);
  } else {
    const auto line = line_of(bank, planted);
    const auto day = parse_day(line.booked_on);
    if (day) since = to_rfc3339(start_of_day(*day));
    if (planted.type != "short") subject = "line:" + planted.account + "|" + line.bank_ref;
  }
  return planted.type + " " + subject + " names " + names + " " + planted.amount.to_text() + " owner " +
         planted.owner + " since " + since;
}

// The remittance that a break is about: in its subject, or in what it advises about a second line.
std::string named_remittance(const json::value& item, const DemoNotebook& notes) {
  for (const auto& sent : notes.remittances) {
    if (text_of(item, "subject") == "remittance:" + sent.reference) return sent.reference;
    if (text_of(item, "action").ends_with(" It names " + sent.reference + ".")) return sent.reference;
  }
  return {};
}

DemoCheck breaks_are_the_planted_ones(DemoStage& stage, const DemoNotebook& notes) {
  const auto bank = stage.sim().get("/books/bank").body;
  const auto hours_since = [](Time since) {
    return std::chrono::duration_cast<std::chrono::hours>(SystemClock().now() - since).count();
  };
  const auto answer = stage.bccid().get("/v1/breaks?limit=200", stage.token("ketoan"));
  std::vector<std::string> found, wanted;
  std::string shown;
  bool ages = true;
  for (const auto& item : answer.body.at("items").as_array()) {
    const std::string since = text_of(item, "since");
    const auto amount = money_of(item, "amount_vnd").to_text();
    found.push_back(text_of(item, "type") + " " + text_of(item, "subject") + " names " +
                    named_remittance(item, notes) + " " + amount + " owner " + text_of(item, "owner") +
                    " since " + since);
    const auto age = item.at("age_hours").as_int64();
    const auto hours = hours_since(parse_rfc3339(since).value());
    ages = ages && (age == hours || age == hours - 1);  // an hour may have passed since the answer
    shown += (shown.empty() ? "" : "; ") + text_of(item, "type") + " " + amount + ", " + std::to_string(age) +
             " h, " + text_of(item, "owner");
  }
  for (const auto& planted : notes.planted) wanted.push_back(wanted_break(bank, notes, planted));
  std::sort(found.begin(), found.end());
  std::sort(wanted.begin(), wanted.end());
  const bool held = found == wanted && ages;
  if (!held)
    for (const auto& one : wanted) shown += "; wanted: " + one;
  if (!held)
    for (const auto& one : found) shown += "; found: " + one;
  return {"the breaks are the planted differences, by name, owner and age", held, shown};
}

}  // namespace

DemoCheck receipts_are_at_their_providers(DemoStage& stage) {
  const auto rows = ask(stage, kStandingReceipts);
  const auto ours = rows.front();
  std::int64_t standing = 0, gone = 0, twice = 0;
  Money total;
  for (const auto& document : book(stage, "/books/receipts", "documents")) {
    if (document.at("times_issued").as_int64() != 1) ++twice;
    if (document.at("status").as_int64() != 1) {
      ++gone;
      continue;
    }
    ++standing;
    total += money_of(document, "amount_vnd");
  }
  return {"each receipt has one electronic document at its provider",
          standing == ours.i64(0) && standing == ours.i64(2) && total == ours.money(1) && twice == 0 &&
              standing > 0 && gone > 0,
          pair_text(ours.i64(0), "receipts, documents", standing) + " of " + total.to_text() + ", " +
              std::to_string(gone) + " cancelled, " + std::to_string(twice) + " issued twice"};
}

std::vector<DemoCheck> check_demo_money(DemoStage& stage, const DemoWorld& world, const DemoNotebook& notes) {
  return {ledger_balances(stage, notes), days_hold_the_receipts(notes),
          money_is_remitted(notes),      cash_on_delivery_agrees(stage, world, notes),
          bank_agrees(stage, notes),     breaks_are_the_planted_ones(stage, notes)};
}

}  // namespace bccid::app
