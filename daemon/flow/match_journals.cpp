#include "flow/match_journals.hpp"

#include "flow/cash_entries.hpp"

#include <algorithm>
#include <iterator>

namespace bccid {
namespace {

// A match of more postings than this is booked alone.
constexpr std::size_t kSharedPostingsMax = kJournalPostingsMax / 2;

// Accounts that everybody shares get one posting a journal; what belongs to one remittance keeps its own.
bool shared(AccountRole role) { return role == AccountRole::bank || role == AccountRole::payable; }

void merge(JournalEntry& into, std::map<std::pair<Account, Side>, std::size_t>& places, const Journal& part) {
  auto& postings = into.journal.postings;
  for (const auto& posting : part.postings) {
    if (!shared(posting.account.role)) {
      postings.push_back(posting);
      continue;
    }
    const auto [place, fresh] = places.try_emplace({posting.account, posting.side}, postings.size());
    if (fresh)
      postings.push_back(posting);
    else
      postings[place->second].amount += posting.amount;
  }
}

Money sum_of(const MatchMoney& money) {
  Money sum;
  for (const auto amount : money.lines) sum += amount;
  return sum;
}

template <class Build>
Journal pair_by_pair(JournalKind kind, const MatchMoney& money, const Build& build) {
  Journal journal{kind, {}, {}};
  for (const auto amount : money.lines)
    for (const auto& [reference, expected] : money.remittances) {
      const Money came = money.remittances.size() > 1 ? expected.amount : amount;
      const Money due = money.lines.size() > 1 ? amount : expected.amount;
      const Journal part = build(reference, ChargeLine{expected.kind, expected.agency, due}, came);
      journal.postings.insert(journal.postings.end(), part.postings.begin(), part.postings.end());
    }
  return journal;
}

}  // namespace

Journal arrived_with(const MatchMoney& money) {
  return pair_by_pair(JournalKind::on_statement, money,
                      [&](const std::string& reference, const ChargeLine& due, Money came) {
                        return on_statement({}, reference, money.account, due, came);
                      });
}

Journal adjusted_with(const MatchMoney& money) {
  if (money.adjusted.zero()) return {JournalKind::adjusted, {}, {}};
  const auto& [reference, expected] = money.remittances.front();
  return adjusted({}, reference, money.account, expected, money.adjusted);
}

Journal settled_with(const MatchMoney& money) {
  if (!money.settles) return {JournalKind::settled, {}, {}};
  return pair_by_pair(JournalKind::settled, money, [&](const std::string&, ChargeLine due, Money came) {
    due.amount = std::min(due.amount, came);
    return settled({}, money.account, {&due, 1});
  });
}

std::string booking_key(JournalKind kind, const Uuid& booking) {
  return std::string(name(kind)) + ":" + booking.to_text();
}

MatchJournals::Booking& MatchJournals::booking_for(const Uuid& match, Time at, const MatchMoney& money) {
  const auto [place, fresh] = open_.try_emplace({at, money.account}, bookings_.size());
  if (!fresh) {
    auto& last = bookings_[place->second];
    const auto postings =
        last.arrived.journal.postings.size() + 2 * money.lines.size() * money.remittances.size();
    if (postings <= kSharedPostingsMax && sum_of(money) <= Money(Money::kAbsMax) - last.sum) return last;
    place->second = bookings_.size();
  }
  auto& made = bookings_.emplace_back();
  made.id = match;
  const auto empty = [&](JournalKind kind) {
    return empty_entry(kind, booking_key(kind, match), at, actor_);
  };
  made.arrived = empty(JournalKind::on_statement);
  made.adjusted = empty(JournalKind::adjusted);
  made.owned = empty(JournalKind::settled);
  return made;
}

Uuid MatchJournals::add(const Uuid& match, Time at, const MatchMoney& money) {
  auto& booking = booking_for(match, at, money);
  booking.sum += sum_of(money);
  merge(booking.arrived, booking.shared_arrived, arrived_with(money));
  merge(booking.adjusted, booking.shared_adjusted, adjusted_with(money));
  merge(booking.owned, booking.shared_owned, settled_with(money));
  return booking.id;
}

void MatchJournals::finish_into(std::vector<JournalEntry>& all) {
  for (auto& booking : bookings_) {
    for (auto* entry : {&booking.arrived, &booking.adjusted, &booking.owned})
      if (!entry->journal.postings.empty()) all.push_back(std::move(*entry));
  }
  bookings_.clear();
  open_.clear();
}

}  // namespace bccid
