#include "flow/accept_scans.hpp"

#include "domain/parcel/item_code.hpp"
#include "flow/code_lists.hpp"
#include "flow/collect_cash.hpp"
#include "flow/counted_papers.hpp"
#include "flow/parcel_news.hpp"
#include "flow/scan_event.hpp"
#include "flow/transfer_promises.hpp"
#include "flow/unknown_parcels.hpp"
#include "store/parcel_store.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <unordered_map>

namespace bccid {
namespace {

// A scan on its way through the batch.
struct Entry {
  const Scan* scan = nullptr;
  std::size_t at = 0;  // position in the request
  FoldEvent event;
  std::int64_t event_id = 0;
  std::size_t parcel = 0;  // index into the locked parcels; kUnknown when there is none
  bool late = false;
};
constexpr std::size_t kUnknown = static_cast<std::size_t>(-1);

// A parcel of the batch and what becomes of it.
struct Touched {
  std::vector<std::size_t> entries;  // indexes, by (occurred_at, key)
  std::vector<FoldState> path;       // the fold after each step that the database may check one by one
  std::optional<EventRef> refold;
  std::string seal_no;
};

// The order in which events of one parcel count.
bool sorts_before(const Entry& left, const Entry& right) {
  return std::tie(left.event.occurred_at, left.event.key) <
         std::tie(right.event.occurred_at, right.event.key);
}

class ScanBatch {
 public:
  ScanBatch(sql::Tx& tx, std::span<const Scan> scans, Time now)
      : tx_(tx), scans_(scans), now_(now), answers_(scans.size()) {}

  std::vector<ScanAnswer> run() {
    screen();
    if (entries_.empty()) return std::move(answers_);
    drop_known();
    if (entries_.empty()) return std::move(answers_);
    find_parcels();
    load_for_refolding();
    fold_all();
    store_events();
    store_parcels();
    book_cash();
    tell();
    // Last, because a series of receipts is locked from here to the commit.
    issue_receipts(tx_, paid_, now_);
    return std::move(answers_);
  }

 private:
  void reject(std::size_t at, std::string reason) {
    refused_.insert(at);
    answers_[at].outcome = ScanOutcome::rejected;
    answers_[at].reason = std::move(reason);
  }

  // Vocabulary, and keys that occur twice in one request.
  void screen() {
    std::map<Uuid, std::size_t> first;
    entries_.reserve(scans_.size());
    for (std::size_t at = 0; at < scans_.size(); ++at) {
      const Scan& scan = scans_[at];
      const ScanCode* code = scan_vocabulary(scan);
      if (code == nullptr || !code->canonical) {
        reject(at, code == nullptr ? "unknown_code" : "code_says_nothing_about_the_parcel");
        continue;
      }
      const auto [earlier, fresh] = first.emplace(scan.key, at);
      if (!fresh) {
        repeats_.emplace_back(at, earlier->second);
        continue;
      }
      Entry entry;
      entry.scan = &scan;
      entry.at = at;
      entry.event = fold_event(scan, *code);
      entry.parcel = kUnknown;
      entries_.push_back(std::move(entry));
    }
  }

  // Keeps what is new; the rest is a duplicate, or a key that stands for something else.
  void drop_known() {
    std::vector<KeyWish> wishes;
    wishes.reserve(entries_.size());
    for (const auto& entry : entries_) wishes.push_back(KeyWish{entry.scan->key, entry.scan->content()});
    const auto keys = take_keys(tx_, wishes);
    std::vector<Entry> fresh;
    fresh.reserve(entries_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const auto& answer = keys.at(entries_[i].scan->key);
      if (answer.event_id) {
        entries_[i].event_id = *answer.event_id;
        fresh.push_back(std::move(entries_[i]));
      } else if (answer.content == wishes[i].content) {
        answers_[entries_[i].at].outcome = ScanOutcome::duplicate;
      } else {
        reject(entries_[i].at, "key_used_for_other_content");
      }
    }
    entries_ = std::move(fresh);
    answer_repeats();
  }

  void answer_repeats() {
    for (const auto& [at, first] : repeats_) {
      if (scans_[at].content() != scans_[first].content())
        reject(at, "key_used_for_other_content");
      else if (refused_.contains(first))
        answers_[at] = answers_[first];
      else
        answers_[at].outcome = ScanOutcome::duplicate;
    }
  }

  void find_parcels() {
    std::vector<std::string> items, numbers;
    for (const auto& entry : entries_)
      (parse_item_code(entry.scan->item) ? items : numbers).push_back(entry.scan->item);
    parcels_ = lock_parcels(tx_, items, numbers);
    std::unordered_map<std::string_view, std::size_t> by_name;
    for (std::size_t i = 0; i < parcels_.size(); ++i) {
      by_name.emplace(parcels_[i].order_number, i);
      if (!parcels_[i].item_code.empty()) by_name.emplace(parcels_[i].item_code, i);
    }
    touched_.resize(parcels_.size());
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      const auto found = by_name.find(entries_[i].scan->item);
      if (found == by_name.end()) continue;
      entries_[i].parcel = found->second;
      touched_[found->second].entries.push_back(i);
    }
    for (auto& parcel : touched_)
      std::sort(parcel.entries.begin(), parcel.entries.end(),
                [this](std::size_t a, std::size_t b) { return sorts_before(entries_[a], entries_[b]); });
  }

  // A parcel whose newest event this batch does not simply extend is folded from all its events.
  bool needs_refold(std::size_t parcel) const {
    const FoldState& before = parcels_[parcel].fold;
    for (const auto i : touched_[parcel].entries) {
      const auto& event = entries_[i].event;
      if (event.retracts || before.open_retractions > 0) return true;
      if (before.events > 0 &&
          std::tie(event.occurred_at, event.key) <= std::tie(before.last_at, before.last_key))
        return true;
    }
    return false;
  }

  void load_for_refolding() {
    std::vector<std::int64_t> ids;
    for (std::size_t i = 0; i < parcels_.size(); ++i)
      if (needs_refold(i)) ids.push_back(parcels_[i].id);
    if (!ids.empty()) history_ = load_events(tx_, ids);
    refolded_ = {ids.begin(), ids.end()};
  }

  void fold_all() {
    for (std::size_t i = 0; i < parcels_.size(); ++i) {
      if (std::binary_search(refolded_.begin(), refolded_.end(), parcels_[i].id))
        fold_whole(i);
      else
        fold_onto(i);
      for (const auto entry : touched_[i].entries)
        if (!entries_[entry].scan->seal_no.empty()) touched_[i].seal_no = entries_[entry].scan->seal_no;
    }
  }

  void fold_onto(std::size_t parcel) {
    FoldState state = parcels_[parcel].fold;
    for (const auto i : touched_[parcel].entries) {
      auto next = append(code_lists().parcel, state, entries_[i].event);
      if (!next) throw std::logic_error("an event in order could not be appended to its fold");
      state = std::move(*next);
      touched_[parcel].path.push_back(state);
    }
  }

  void fold_whole(std::size_t parcel) {
    auto& events = history_[parcels_[parcel].id];
    const FoldState& before = parcels_[parcel].fold;
    const std::size_t stored = events.size();
    for (const auto i : touched_[parcel].entries) {
      auto& entry = entries_[i];
      entry.late =
          std::tie(entry.event.occurred_at, entry.event.key) <= std::tie(before.last_at, before.last_key);
      // The database asks which event made the re-fold necessary: a retraction explains every move.
      if (!touched_[parcel].refold || entry.event.retracts)
        touched_[parcel].refold = EventRef{entry.event_id, {}};
      events.push_back(entry.event);
    }
    for (const auto i : touched_[parcel].entries)
      if (before.open_retractions > 0) entries_[i].late = true;
    prefer_late_cause(touched_[parcel]);
    const bool complete = stored >= static_cast<std::size_t>(before.events);
    touched_[parcel].path.push_back(complete ? fold(code_lists().parcel, events)
                                             : set_aside(before, std::span(events).subspan(stored)));
  }

  void prefer_late_cause(Touched& parcel) {
    for (const auto i : parcel.entries)
      if (entries_[i].event.retracts) return;
    for (const auto i : parcel.entries)
      if (entries_[i].late) parcel.refold = EventRef{entries_[i].event_id, {}};
  }

  void store_events() {
    std::vector<NewEvent> rows;
    rows.reserve(entries_.size());
    for (const auto& entry : entries_) rows.push_back(row_of(entry));
    received_at_ = insert_events(tx_, rows);
    for (auto& parcel : touched_)
      if (parcel.refold) parcel.refold->received_at = received_at_;
  }

  NewEvent row_of(const Entry& entry) const {
    NewEvent row = event_row(*entry.scan, entry.event);
    if (entry.parcel != kUnknown) row.parcel_id = parcels_[entry.parcel].id;
    row.id = entry.event_id;
    row.late = entry.late;
    return row;
  }

  ParcelUpdate update_of(std::size_t parcel, const FoldState& state) const {
    ParcelUpdate update;
    update.id = parcels_[parcel].id;
    update.fold = state;
    update.step = name(state.step);
    // Money that was settled stays settled as long as the delivery stands.
    if (parcels_[parcel].step == "closed" && state.step == OutcomeStep::proved) update.step = "closed";
    update.refold = touched_[parcel].refold;
    update.seal_no = touched_[parcel].seal_no.empty() ? parcels_[parcel].seal_no : touched_[parcel].seal_no;
    const auto* clock = parcel_clock(state.state);
    update.due_at =
        (is_final(state.state) ? state.last_at : now_) + (clock ? clock->silent : std::chrono::hours(0));
    return update;
  }

  // The database checks each statement's moves. Several events of one parcel in one batch may need more than
  // one legal move, so what cannot be reached directly is walked, a statement for each step.
  void store_parcels() {
    for (std::size_t round = 0;; ++round) {
      std::vector<ParcelUpdate> updates;
      for (std::size_t i = 0; i < parcels_.size(); ++i) {
        const auto& path = touched_[i].path;
        if (path.empty()) continue;
        const bool direct = touched_[i].refold || path.size() == 1 || one_move(i);
        if (direct && round == 0) updates.push_back(update_of(i, path.back()));
        if (!direct && round < path.size()) updates.push_back(update_of(i, path[round]));
      }
      if (updates.empty()) return;
      update_parcels(tx_, updates);
    }
  }

  bool one_move(std::size_t parcel) const {
    const auto from = parcels_[parcel].fold.state;
    const auto to = touched_[parcel].path.back().state;
    if (from == to) return true;
    for (std::size_t event = 0; event < kCount<ParcelEvent>; ++event)
      if (code_lists().parcel.find(from, static_cast<ParcelEvent>(event)) == to) return true;
    return false;
  }

  // What was retracted of these parcels, now or before: a retraction may come before what it names. Never an
  // event of another parcel, whatever key a scan of this one names.
  std::vector<Uuid> retracted() const {
    std::vector<Uuid> keys;
    for (const auto& [parcel, events] : history_)
      for (const auto& key : retracted_events(events)) keys.push_back(key);
    return keys;
  }

  void book_cash() {
    std::vector<CashTaken> cash;
    for (const auto& entry : entries_) {
      if (entry.parcel == kUnknown) continue;
      const Scan& scan = *entry.scan;
      if (scan.by_transfer) pointless_.insert(parcels_[entry.parcel].order_id);
      if (scan.fee.zero() && scan.charge.zero() && scan.postage.zero()) continue;
      const auto& parcel = parcels_[entry.parcel];
      cash.push_back(CashTaken{scan.key, parcel.order_id, parcel.agency, "", parcel.order_number, scan.actor,
                               scan.office, scan.fee, scan.charge, scan.postage, scan.occurred_at});
    }
    paid_ = collect_cash(tx_, cash, now_);
    forget_paid(paid_, reverse_cash(tx_, retracted(), "job:scan", now_));
    pointless_ = owing_no_transfer(tx_, std::move(pointless_));
  }

  void tell() {
    std::vector<ParcelNews> news;
    news.reserve(entries_.size());
    for (std::size_t i = 0; i < parcels_.size(); ++i) add_news(i, news);
    compare_all_papers(news);
    if (!news.empty()) spread_parcel_news(tx_, news, now_);
    std::vector<const Scan*> unknown;
    for (const auto& entry : entries_)
      if (entry.parcel == kUnknown) unknown.push_back(entry.scan);
    hold_unknown(tx_, unknown, now_);
    answer();
  }

  // Events that were appended are told one by one; those of a re-fold have only one result together.
  void add_news(std::size_t parcel, std::vector<ParcelNews>& news) const {
    const auto& [entries, path, refold, seal_no] = touched_[parcel];
    const FoldState* before = &parcels_[parcel].fold;
    for (std::size_t step = 0; step < path.size(); ++step) {
      const auto& entry = entries_[refold ? entries.back() : entries[step]];
      news.push_back(ParcelNews{&parcels_[parcel],
                                before,
                                &path[step],
                                entry.scan->key,
                                name(entry.event.event),
                                entry.scan->request_id,
                                {}});
      before = &path[step];
    }
  }

  bool has_event(std::size_t parcel, const Uuid& key) const {
    const auto& events = history_.at(parcels_[parcel].id);
    return std::any_of(events.begin(), events.end(), [&key](const auto& one) { return one.key == key; });
  }

  void compare_all_papers(std::vector<ParcelNews>& news);

  void answer() {
    for (const auto& entry : entries_) {
      auto& answer = answers_[entry.at];
      if (entry.parcel == kUnknown) {
        answer.outcome = ScanOutcome::held_unknown_parcel;
        continue;
      }
      const auto& after = touched_[entry.parcel].path.back();
      answer.outcome = ScanOutcome::accepted;
      answer.parcel_state = name(after.state);
      if (after.anomalies > parcels_[entry.parcel].fold.anomalies)
        answer.reason = "illegal_move_kept_for_a_person";
      else if (entry.event.retracts && !has_event(entry.parcel, *entry.event.retracts))
        answer.reason = "retracted_event_not_seen_on_this_parcel";
      else if (entry.scan->by_transfer && pointless_.contains(parcels_[entry.parcel].order_id))
        answer.reason = "nothing_that_a_transfer_can_pay";
    }
  }

  sql::Tx& tx_;
  std::span<const Scan> scans_;
  Time now_;
  Time received_at_{};
  std::vector<ScanAnswer> answers_;
  std::set<std::size_t> refused_;
  std::vector<std::pair<std::size_t, std::size_t>> repeats_;
  std::vector<Entry> entries_;
  std::vector<PaidLine> paid_;
  std::set<std::int64_t> pointless_;  // orders whose transfer was promised though none can pay anything
  std::vector<ParcelRow> parcels_;
  std::vector<Touched> touched_;
  std::vector<std::int64_t> refolded_;
  std::map<std::int64_t, std::vector<FoldEvent>> history_;  // of refolded parcels, with this batch's events
};

// QĐ 45/2016: the papers are counted and compared with the procedure's published list before sealing.
void ScanBatch::compare_all_papers(std::vector<ParcelNews>& news) {
  std::map<std::int64_t, std::vector<Paper>> counted;
  for (const auto& entry : entries_)
    if (entry.parcel != kUnknown && !entry.scan->papers.empty())
      counted[parcels_[entry.parcel].order_id] = entry.scan->papers;
  if (counted.empty()) return;
  auto differences = paper_differences(tx_, counted);
  for (auto& one : news)
    if (auto found = differences.extract(one.parcel->order_id))
      one.paper_differences = std::move(found.mapped());
}

}  // namespace

std::vector<ScanAnswer> accept_scans(sql::Tx& tx, std::span<const Scan> scans, Time now) {
  return ScanBatch(tx, scans, now).run();
}

}  // namespace bccid
