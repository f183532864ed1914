#include "adapters/sim/bank.hpp"

#include "adapters/json_reply.hpp"
#include "adapters/sim/token_desk.hpp"

#include <algorithm>

namespace bccid::sim {
namespace {

namespace json = boost::json;

constexpr std::size_t kLinesMax = 100'000;
constexpr std::int64_t kAmountMax = 10'000'000'000;
constexpr std::int64_t kOpening = 1'000'000;
constexpr const char* kPost = "BUU DIEN TINH DONG THAP";

Failure unreadable(const std::string& what, const std::string& pointer) {
  return {Errc::invalid_field, what, "See adapters/sim/README.md.", pointer};
}

Answer refusal(const Failure& failure) {
  const int status = failure.code == Errc::too_large ? 507 : 400;
  return {status, "text/plain; charset=utf-8", failure.pointer + " " + failure.text()};
}

// Reads {"account","amount_vnd"}: the two that every entry must have in a form that a statement can carry.
Status read_credit(const json::object& wish, std::string& account, Money& amount) {
  account = text_member(wish, "account", 40);
  if (account.empty()) return unreadable("is missing", "/account");
  const auto dong = integer_member(wish, "amount_vnd");
  if (!dong || *dong <= 0 || *dong > kAmountMax) return unreadable("is not an amount", "/amount_vnd");
  amount = Money(*dong);
  return {};
}

const json::array* list_of(const json::object& wish, const char* name) {
  const auto* list = wish.if_contains(name);
  return list != nullptr && list->is_array() ? &list->get_array() : nullptr;
}

std::string quoted(const std::string& text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"') out += c;
    out += c;
  }
  return out + '"';
}

bool between(Day day, Day from, Day to) {
  const std::chrono::sys_days at{day};
  return at >= std::chrono::sys_days{from} && at <= std::chrono::sys_days{to};
}

// "yymmdd", as the bank's references carry the day.
std::string short_day(Day day) {
  const std::string text = to_text(day);
  return text.substr(2, 2) + text.substr(5, 2) + text.substr(8, 2);
}

}  // namespace

Money Bank::Account::closing() const {
  Money sum = opening;
  for (const auto& line : lines) sum += line.amount;
  return sum;
}

Answer Bank::transfer(const json::object& wish) {
  const auto* list = list_of(wish, "transfers");
  if (list == nullptr) return refusal(unreadable("must be a list", "/transfers"));
  if (lines_ + 2 * list->size() > kLinesMax) return {507, "text/plain", "books are full"};
  std::vector<Transfer> orders;
  for (const auto& value : *list) {
    Transfer order;
    if (!value.is_object()) return refusal(unreadable("holds something else than objects", "/transfers"));
    const auto read = read_credit(value.get_object(), order.account, order.amount);
    if (!read) return refusal(read.error());
    order.reference = text_member(value.get_object(), "reference", 25);
    if (order.reference.empty()) return refusal(unreadable("is missing", "/reference"));
    orders.push_back(std::move(order));
  }
  for (auto& order : orders) {
    const auto found = faults_.find(order.reference);
    const bool lost = found != faults_.end() && found->second.kind == FaultKind::lost;
    const bool twice = found != faults_.end() && found->second.kind == FaultKind::twice;
    const Money lacking = found == faults_.end() ? Money{} : found->second.by;
    for (int times = lost ? 0 : twice ? 2 : 1; times > 0; --times) credit(order, order.amount - lacking);
    if (found != faults_.end()) faults_.erase(found);
    transfers_.push_back(std::move(order));
  }
  json::object reply;
  reply["ordered"] = list->size();
  return json_answer(reply);
}

// The text as banks make it: their own number in front, the payer's words, and noise behind.
void Bank::credit(Transfer& order, Money amount) {
  if (amount <= Money{}) return;
  order.credited += amount;
  Line& line = add_line(order.account, amount);
  line.text = "CT DEN:" + line.bank_ref.substr(2) + " nop phi le phi " + order.reference + " buu dien";
  line.payer = kPost;
  line.transfer = order.reference;
}

Bank::Line& Bank::add_line(const std::string& account, Money amount) {
  const auto [at, added] = accounts_.try_emplace(account);
  if (added) at->second.opening = Money(kOpening);
  const Day today = business_day(clock_.now());
  Line line;
  line.bank_ref = "FT" + short_day(today) + std::to_string(next_serial_++);
  line.booked_on = today;
  line.amount = amount;
  ++lines_;
  at->second.lines.push_back(std::move(line));
  return at->second.lines.back();
}

Answer Bank::plant(const json::object& wish) {
  const auto* list = list_of(wish, "faults");
  if (list == nullptr) return refusal(unreadable("must be a list", "/faults"));
  for (const auto& value : *list) {
    const Status planted = value.is_object()
                               ? plant_one(value.get_object())
                               : Status(unreadable("holds something else than objects", "/faults"));
    if (!planted) return refusal(planted.error());
  }
  return json_answer(json::object{});
}

Status Bank::plant_one(const json::object& wish) {
  if (lines_ + faults_.size() >= kLinesMax) return Failure(Errc::too_large, "books are full", "Start anew.");
  const std::string kind = text_member(wish, "kind", 20);
  if (kind == "foreign") {
    std::string account;
    Money amount;
    const auto read = read_credit(wish, account, amount);
    if (!read) return read;
    Line& line = add_line(account, amount);
    line.text = text_member(wish, "text", 200);
    line.payer = text_member(wish, "payer", 100);
    return {};
  }
  const std::string reference = text_member(wish, "reference", 25);
  if (reference.empty()) return unreadable("is missing", "/reference");
  if (kind == "lost") {
    faults_[reference] = Fault{FaultKind::lost, Money{}};
  } else if (kind == "twice") {
    faults_[reference] = Fault{FaultKind::twice, Money{}};
  } else if (kind == "short") {
    const auto by = integer_member(wish, "by_vnd");
    if (!by || *by <= 0 || *by > kAmountMax) return unreadable("is not an amount", "/by_vnd");
    faults_[reference] = Fault{FaultKind::short_paid, Money(*by)};
  } else {
    return unreadable("\"" + kind + "\" is not a fault", "/kind");
  }
  return {};
}

Answer Bank::statement(const Call& call) const {
  const auto account = accounts_.find(std::string(call.parameter("account")));
  if (account == accounts_.end()) return {404, "text/plain", "no such account"};
  const auto from = parse_day(call.parameter("from"));
  const auto to = parse_day(call.parameter("to"));
  if (!from) return refusal(unreadable(from.error().detail, "?from"));
  if (!to) return refusal(unreadable(to.error().detail, "?to"));
  Money opening = account->second.opening, sum;
  std::size_t count = 0;
  std::string rows;
  for (const auto& line : account->second.lines) {
    if (std::chrono::sys_days{line.booked_on} < std::chrono::sys_days{*from}) opening += line.amount;
    if (!between(line.booked_on, *from, *to)) continue;
    sum += line.amount;
    ++count;
    rows += to_text(line.booked_on) + "," + line.bank_ref + "," + std::to_string(line.amount.dong()) + "," +
            quoted(line.text) + "," + quoted(line.payer) + "\n";
  }
  const std::string head = "tai_khoan," + account->first + "\ntu_ngay," + to_text(*from) + "\nden_ngay," +
                           to_text(*to) + "\nso_du_dau," + std::to_string(opening.dong()) + "\nso_du_cuoi," +
                           std::to_string((opening + sum).dong()) +
                           "\nngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n";
  const std::string total = "tong," + std::to_string(count) + "," + std::to_string(sum.dong()) + ",,\n";
  return {200, "text/csv; charset=utf-8", head + rows + total};
}

json::object Bank::book() const {
  json::array accounts;
  for (const auto& [number, account] : accounts_) {
    json::array lines;
    for (const auto& line : account.lines)
      lines.push_back(json::object{{"bank_ref", line.bank_ref},
                                   {"booked_on", to_text(line.booked_on)},
                                   {"amount_vnd", line.amount.dong()},
                                   {"text", line.text},
                                   {"transfer", line.transfer}});
    accounts.push_back(json::object{{"account", number},
                                    {"opening_vnd", account.opening.dong()},
                                    {"closing_vnd", account.closing().dong()},
                                    {"lines", std::move(lines)}});
  }
  json::array transfers;
  for (const auto& order : transfers_)
    transfers.push_back(json::object{{"reference", order.reference},
                                     {"account", order.account},
                                     {"amount_vnd", order.amount.dong()},
                                     {"credited_vnd", order.credited.dong()}});
  return json::object{{"accounts", std::move(accounts)}, {"transfers", std::move(transfers)}};
}

}  // namespace bccid::sim
