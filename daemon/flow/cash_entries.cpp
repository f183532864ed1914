#include "flow/cash_entries.hpp"

#include <iterator>
#include <utility>

namespace bccid {

static_assert(kJournalChargesMax * 2 <= kJournalPostingsMax);

std::string cash_subject(const Uuid& event, ChargeKind kind) {
  return "cash:" + event.to_text() + ":" + std::string(name(kind));
}

Journal without_claim(JournalKind kind, AccountRole held_as, const std::string& held_by,
                      const ChargeLine& line, const std::string& reason) {
  Journal journal{kind, {}, {}};
  journal.postings.push_back({Account{held_as, line.kind, line.agency, held_by}, Side::debit, line.amount});
  journal.postings.push_back(
      {Account{AccountRole::clearing, line.kind, line.agency, reason}, Side::credit, line.amount});
  return journal;
}

JournalEntry empty_entry(JournalKind kind, std::string key, Time at, std::string_view actor) {
  JournalEntry entry;
  entry.journal.kind = kind;
  entry.journal.key = std::move(key);
  entry.occurred_at = at;
  entry.actor = actor;
  return entry;
}

EntryChain::EntryChain(JournalKind kind, std::string key, Time at, std::string_view actor)
    : kind_(kind), key_(std::move(key)), at_(at), actor_(actor) {}

void EntryChain::append(const Journal& part, std::optional<std::int64_t> charge) {
  if (entries_.empty() || entries_.back().journal.postings.size() >= kJournalChargesMax * 2) {
    const std::string suffix = entries_.empty() ? "" : "#" + std::to_string(entries_.size() + 1);
    entries_.push_back(empty_entry(kind_, key_ + suffix, at_, actor_));
  }
  entries_.back().append(part, charge);
}

void EntryChain::finish_into(std::vector<JournalEntry>& all) {
  all.insert(all.end(), std::make_move_iterator(entries_.begin()), std::make_move_iterator(entries_.end()));
  entries_.clear();
}

}  // namespace bccid
