#include "domain/recon/credit_index.hpp"

#include <algorithm>

namespace bccid {
namespace {

Day sent_of(const Wanted* wanted) { return wanted->credit->sent; }

}  // namespace

CreditIndex::CreditIndex(std::span<const ExpectedCredit> expected) {
  wanted_.reserve(expected.size());
  for (const auto& credit : expected)
    wanted_.push_back({&credit, ReferenceText(credit.reference), credit.met, credit.waiting, credit.waiting});
  std::ranges::sort(wanted_, {},
                    [](const Wanted& wanted) { return std::string_view(wanted.credit->reference); });
  for (auto& wanted : wanted_) {
    const auto& signs = wanted.reference.signs();
    if (signs.empty()) continue;
    by_signs_[signs].push_back(&wanted);
    lengths_.insert(signs.size());
    if (!wanted.met) by_amount_[{wanted.credit->account, wanted.credit->amount}].push_back(&wanted);
  }
  for (auto& [key, credits] : by_amount_) std::ranges::stable_sort(credits, {}, sent_of);
}

Wanted* CreditIndex::with_id_of(const CreditLine& line) const {
  if (line.end_to_end.empty()) return nullptr;
  const ReferenceText id(line.end_to_end);
  const auto found = by_signs_.find(id.signs());
  if (found == by_signs_.end() || found->second.size() != 1) return nullptr;
  return refused(line, *found->second.front()->credit) ? nullptr : found->second.front();
}

Credits CreditIndex::named_in(const CreditLine& line) const {
  const ReferenceText text(line.text);
  std::set<Wanted*> named;  // by address, which is by reference
  for (const auto length : lengths_)
    for (std::size_t at = 0; at + length <= text.signs().size(); ++at) {
      const auto found = by_signs_.find(std::string_view(text.signs()).substr(at, length));
      if (found != by_signs_.end()) named.insert(found->second.begin(), found->second.end());
    }
  const auto begins = [](const Wanted& shorter, const Wanted& longer) {
    return longer.reference.signs().starts_with(shorter.reference.signs());
  };
  Credits found;
  for (auto* wanted : named) {
    if (refused(line, *wanted->credit) || !text.mentions(wanted->reference)) continue;
    std::erase_if(found, [&](const Wanted* other) { return begins(*other, *wanted); });
    if (std::ranges::none_of(found, [&](const Wanted* other) { return begins(*wanted, *other); }))
      found.push_back(wanted);
  }
  return found;
}

Credits CreditIndex::booked_of(const CreditLine& line) const {
  Credits found;
  for (const auto& reference : line.booked_as) {
    const auto known = by_signs_.find(ReferenceText(reference).signs());
    if (known == by_signs_.end() || known->second.size() != 1) continue;
    if (!refused(line, *known->second.front()->credit)) found.push_back(known->second.front());
  }
  return found;
}

Credits CreditIndex::of_amount(const CreditLine& line, int window_days) const {
  Credits found;
  const auto equal = by_amount_.find({line.account, line.amount});
  if (equal == by_amount_.end()) return found;
  const Day first{std::chrono::sys_days{line.booked} - std::chrono::days{window_days}};
  const auto begin = std::ranges::lower_bound(equal->second, first, {}, sent_of);
  for (auto at = begin; at != equal->second.end() && in_window(line, sent_of(*at), window_days); ++at)
    if (!(*at)->met && !refused(line, *(*at)->credit)) found.push_back(*at);
  return found;
}

void CreditIndex::sum_windows() {
  windows_.clear();
  std::map<std::pair<std::string_view, Day>, Credits> days;
  for (auto& wanted : wanted_)
    if (!wanted.met && !wanted.named) days[{wanted.credit->account, wanted.credit->sent}].push_back(&wanted);
  for (auto& [day, members] : days) {
    if (members.size() < 2) continue;
    const Money sum = sum_of(members);
    windows_[{day.first, sum}].push_back({day.second, sum, std::move(members)});
  }
}

std::vector<const Credits*> CreditIndex::windows_of(const CreditLine& line, int window_days) const {
  std::vector<const Credits*> found;
  const auto equal = windows_.find({line.account, line.amount});
  if (equal == windows_.end()) return found;
  for (const auto& window : equal->second) {
    if (!in_window(line, window.sent, window_days)) continue;
    if (std::ranges::none_of(window.members, [&](const Wanted* one) { return refused(line, *one->credit); }))
      found.push_back(&window.members);
  }
  return found;
}

bool in_window(const CreditLine& line, Day sent, int window_days) {
  const std::chrono::sys_days booked{line.booked}, first{sent};
  return booked >= first && booked <= first + std::chrono::days{window_days};
}

bool refused(const CreditLine& line, const ExpectedCredit& credit) {
  return std::ranges::find(line.refused, credit.reference) != line.refused.end();
}

Money sum_of(const Credits& credits) {
  Money sum;
  for (const auto* wanted : credits) sum += wanted->credit->amount;
  return sum;
}

}  // namespace bccid
