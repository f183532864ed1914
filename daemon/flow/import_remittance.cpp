#include "flow/import_remittance.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"
#include "store/charge_store.hpp"
#include "store/remittance_file_store.hpp"
#include "store/remittance_store.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace bccid {
namespace {

constexpr std::size_t kProblemsMax = 50;  // as many as a person reads
constexpr std::size_t kReferenceCharsMax = 25;
constexpr std::string_view kAskThePost =
    "Nothing was taken over. Ask the post for the list again, or correct the named row.";

FieldError problem_at(std::size_t line, const std::string& reason) {
  const std::string place = line == 0 ? "" : "line " + std::to_string(line);
  return {Errc::statement_refused, place, (line == 0 ? "" : place + ": ") + reason, std::string(kAskThePost)};
}

// Why money that is not at an office cannot be forwarded.
std::string state_told(MoneyState state) {
  switch (state) {
    case MoneyState::due: return "nothing was taken for it";
    case MoneyState::collected: return "its cash was not handed in";
    case MoneyState::remitted:
    case MoneyState::on_statement:
    case MoneyState::settled: return "it was remitted before";
    default: return "its money is " + std::string(name(state));
  }
}

// Finds the charges of each row, and what speaks against them.
class ForwardedCharges {
 public:
  ForwardedCharges(sql::Tx& tx, const ForwardedMoney& money, StatementProblems& problems)
      : tx_(tx), money_(money), problems_(problems) {}

  // By kind, each of them locked.
  std::map<ChargeKind, std::vector<Charge>> find() {
    std::vector<NamedParcel> named;
    for (const auto& item : money_.items) named.push_back({item.order_number, item.item_code});
    const auto orders = orders_named(tx_, named);
    for (auto& charge : lock_charges_of_orders(tx_, known(orders)))
      if (charge.kind != ChargeKind::postage) of_order_[charge.order_id].push_back(std::move(charge));
    for (std::size_t at = 0; at < orders.size(); ++at) take(money_.items[at], orders[at]);
    return std::move(found_);
  }

 private:
  static std::vector<std::int64_t> known(std::vector<std::int64_t> orders) {
    std::ranges::sort(orders);
    orders.erase(std::unique(orders.begin(), orders.end()), orders.end());
    std::erase(orders, 0);
    return orders;
  }

  void refuse(const ForwardedItem& item, const std::string& reason) {
    if (problems_.size() < kProblemsMax) problems_.push_back(problem_at(item.line, reason));
  }

  const std::string& account_of(const Charge& charge) {
    if (!charge.destination.empty()) return charge.destination;
    const auto [known, first] = accounts_.try_emplace(charge.agency);
    if (first) known->second = bank_account_of(tx_, charge.agency).value_or("");
    return known->second;
  }

  void take(const ForwardedItem& item, std::int64_t order) {
    const auto& told = item.order_number.empty() ? item.item_code : item.order_number;
    if (order == 0) return refuse(item, "\"" + shown(told) + "\" is no parcel that is known");
    std::vector<const Charge*> wanted;
    std::string other_account;
    for (const auto& charge : of_order_[order]) {
      if (!item.kind.empty() && item.kind != name(charge.kind)) continue;
      if (account_of(charge) == money_.account)
        wanted.push_back(&charge);
      else
        other_account = account_of(charge);
    }
    if (wanted.empty())
      return refuse(item, other_account.empty()
                              ? "\"" + shown(told) + "\" has no such charge"
                              : "its money goes to account \"" + other_account + "\", not to this one");
    take_charges(item, wanted);
  }

  void take_charges(const ForwardedItem& item, const std::vector<const Charge*>& wanted) {
    Money taken;
    std::vector<const Charge*> ready;
    for (const auto* charge : wanted) {
      if (const auto [line, first] = lines_.try_emplace(charge->id, item.line); !first)
        return refuse(item, "line " + std::to_string(line->second) + " forwards it already");
      if (charge->state != MoneyState::handed_in) continue;
      taken += charge->taken;
      ready.push_back(charge);
    }
    if (ready.empty()) return refuse(item, state_told(wanted.front()->state));
    if (taken != item.amount)
      return refuse(item, "it says " + item.amount.to_text() + ", what was handed in is " + taken.to_text());
    for (const auto* charge : ready) {
      if (agency_.empty()) agency_ = charge->agency;
      if (charge->agency != agency_)
        return refuse(item, "its agency is " + charge->agency + ", that of the rows before " + agency_);
      found_[charge->kind].push_back(*charge);
    }
  }

  sql::Tx& tx_;
  const ForwardedMoney& money_;
  StatementProblems& problems_;
  std::map<std::int64_t, std::vector<Charge>> of_order_;
  std::map<std::string, std::string> accounts_;  // by agency
  std::map<std::int64_t, std::size_t> lines_;    // charge -> line that forwards it
  std::map<ChargeKind, std::vector<Charge>> found_;
  std::string agency_;
};

// The transfer's own reference for one kind; with a number for each of two.
std::vector<RemittancePlan> plans_of(const ForwardedMoney& money,
                                     std::map<ChargeKind, std::vector<Charge>> by_kind) {
  std::vector<RemittancePlan> plans;
  const bool several = by_kind.size() > 1;
  for (auto& [kind, charges] : by_kind) {
    const std::string number = several ? "/" + std::to_string(plans.size() + 1) : "";
    plans.push_back({money.reference + number, money.account, std::move(charges)});
  }
  return plans;
}

void judge_references(sql::Tx& tx, const ForwardedMoney& money, const std::vector<RemittancePlan>& plans,
                      StatementProblems& problems) {
  std::vector<std::string> references{money.reference};
  for (const auto& plan : plans) {
    if (plan.reference.size() > kReferenceCharsMax && references.size() == 1)
      problems.push_back(problem_at(
          0, "the reference \"" + shown(money.reference) + "\" leaves no room to tell phí and lệ phí apart"));
    if (plan.reference != money.reference) references.push_back(plan.reference);
  }
  for (const auto& used : used_references(tx, references))
    problems.push_back(problem_at(0, "the transfer \"" + shown(used) + "\" was told before"));
}

std::optional<ForwardedMoney> read_file(const RemittanceUpload& upload, StatementProblems& problems) {
  std::vector<Failure> found;
  auto money = upload.read(found);
  if (!money && found.empty()) found.push_back(money.error());
  for (const auto& failure : found)
    problems.push_back({failure.code, failure.pointer, failure.detail, failure.hint});
  return problems.empty() && money ? std::optional(*std::move(money)) : std::nullopt;
}

ForwardedReport report_of(const KnownRemittanceFile& known) {
  ForwardedReport report{known.id,  true,        known.reference, known.account,
                         known.day, known.total, known.items,     {}};
  for (const auto& one : known.remittances)
    report.remittances.push_back(
        {one.id, one.reference, one.agency, one.kind, one.account, one.amount, one.charges, one.sent_at});
  return report;
}

}  // namespace

Result<ForwardedReport> import_remittance(sql::Tx& tx, const Actor& actor, const RemittanceUpload& upload,
                                          StatementProblems& problems, Time now) {
  problems.clear();
  lock_remittance_files(tx);
  if (const auto known = find_remittance_file(tx, upload.digest)) return report_of(*known);
  ForwardedReport report;
  std::vector<RemittancePlan> plans;
  if (const auto money = read_file(upload, problems)) {
    report = {{}, false, money->reference, money->account, money->day, money->total, money->items.size(), {}};
    if (std::chrono::sys_days{money->day} > std::chrono::sys_days{business_day(now)})
      problems.push_back(problem_at(0, "the transfer is of " + to_text(money->day) + ", in the future"));
    plans = plans_of(*money, ForwardedCharges(tx, *money, problems).find());
    judge_references(tx, *money, plans, problems);
  }
  if (!problems.empty() && problems.back().code != Errc::statement_refused)
    return Failure(problems.back().code, problems.back().detail, problems.back().hint);
  if (upload.dry_run) return report;
  if (!problems.empty()) {
    const auto& first = problems.front();
    return Failure(first.code, first.detail, first.hint, first.pointer);
  }
  report.remittances = send_remittances(tx, actor, std::move(plans), now);
  report.id = new_uuid_v7(now);
  std::vector<Uuid> made;
  for (const auto& view : report.remittances) made.push_back(view.id);
  insert_remittance_file(tx,
                         {report.id, upload.digest, std::string(upload.carrier), report.reference,
                          report.account, report.day, report.total, report.items, actor.id},
                         made, now);
  return report;
}

}  // namespace bccid
