#include "base/text.hpp"
#include "flow/accept_scans.hpp"
#include "flow/attention.hpp"
#include "flow/carrier_orders.hpp"
#include "flow/held_feed_rows.hpp"
#include "flow/order_events.hpp"

#include <algorithm>
#include <map>
#include <set>

namespace bccid {
namespace {

const sql::Query kStoreRows{"feed_store_rows", R"(
  INSERT INTO feed_row
         (carrier, row_id, order_number, item_code, raw_code, raw_text, office, note, occurred_at)
  SELECT $1::text, r.row_id, r.order_number, r.item_code, r.raw_code, r.raw_text, r.office, r.note,
         r.occurred_at
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[],
                $9::timestamptz[])
           AS r(row_id, order_number, item_code, raw_code, raw_text, office, note, occurred_at)
   ORDER BY r.row_id
  ON CONFLICT (carrier, row_id) DO NOTHING
  RETURNING row_id
)"};

const sql::Query kParcelsOf{"feed_parcels_of", R"(
  SELECT order_number, coalesce(item_code, ''), agency_code FROM parcel
   WHERE order_number = ANY ($1::text[]) OR item_code = ANY ($2::text[])
   ORDER BY id FOR NO KEY UPDATE
)"};

const sql::Query kLearnItems{"feed_learn_items", R"(
  UPDATE parcel p SET item_code = i.item_code
    FROM unnest($1::text[], $2::text[]) AS i(order_number, item_code)
   WHERE p.order_number = i.order_number AND p.item_code IS NULL
)"};

// Moves only from where the page was asked: a slower reader beside us must not take the cursor back.
const sql::Query kMoveCursor{"feed_move_cursor", R"(
  INSERT INTO feed_cursor AS c (carrier, cursor, read_at, end_seen_at, rows_read)
  VALUES ($1::text, $3::text, $4::timestamptz, $5::timestamptz, $6::bigint)
  ON CONFLICT (carrier) DO UPDATE
     SET cursor = excluded.cursor, read_at = excluded.read_at, rows_read = c.rows_read + excluded.rows_read,
         end_seen_at = greatest(c.end_seen_at, excluded.end_seen_at)
   WHERE c.cursor = $2::text
)"};

const sql::Query kCursor{"feed_cursor", R"(
  SELECT cursor FROM feed_cursor WHERE carrier = $1::text
)"};

constexpr std::size_t kItemCodeCharsMin = 6;
constexpr std::size_t kItemCodeCharsMax = 40;

// PostgreSQL holds no NUL, and one row with it must not stop the feed for ever.
std::string clean(const std::string& text) {
  std::string out = text;
  std::erase(out, '\0');
  return out;
}

std::vector<FeedRow> cleaned(const std::vector<FeedRow>& rows) {
  std::vector<FeedRow> out = rows;
  for (auto& row : out) {
    for (auto* text : {&row.row_id, &row.order_number, &row.raw_code, &row.raw_text, &row.office, &row.note})
      *text = clean(*text);
    row.item_code = to_upper_ascii(trim(clean(row.item_code)));
  }
  return out;
}

std::vector<FeedRow> store_rows(sql::Tx& tx, const std::string& carrier, std::vector<FeedRow> rows) {
  sql::Params params;
  params.add(carrier)
      .add_array(rows, &FeedRow::row_id)
      .add_array(rows, &FeedRow::order_number)
      .add_array(rows, &FeedRow::item_code)
      .add_array(rows, &FeedRow::raw_code)
      .add_array(rows, &FeedRow::raw_text)
      .add_array(rows, &FeedRow::office)
      .add_array(rows, &FeedRow::note)
      .add_array(rows, &FeedRow::occurred_at);
  std::set<std::string> fresh;
  for (const auto& row : tx.exec(kStoreRows, params)) fresh.insert(row.str(0));
  // The same row twice in one page was stored once, so it goes on once.
  std::erase_if(rows, [&fresh](const FeedRow& row) { return fresh.erase(row.row_id) == 0; });
  return rows;
}

Attention odd_item(std::string kind, const FeedRow& row, const std::string& agency, Time now) {
  Attention item;
  item.kind = std::move(kind);
  item.subject = "order:" + row.order_number;
  item.agency_code = agency;
  item.owner = "clerk";
  item.due_at = now + std::chrono::hours(4);
  return item;
}

// What the feed's item codes mean for the parcels that we know.
class ItemCodes {
 public:
  ItemCodes(sql::Tx& tx, const std::vector<FeedRow>& rows, Time now) : now_(now) {
    std::vector<std::string> numbers, codes;
    for (const auto& row : rows) {
      if (row.item_code.empty()) continue;
      numbers.push_back(row.order_number);
      codes.push_back(row.item_code);
    }
    if (codes.empty()) return;
    for (const auto& row : tx.exec(kParcelsOf, sql::Params().add_array(numbers).add_array(codes))) {
      parcels_[row.str(0)] = Parcel{row.str(1), row.str(2)};
      if (!row.text(1).empty()) owners_[row.str(1)] = row.str(0);
    }
    for (const auto& row : rows) judge(row);
    learn(tx);
  }

  // The codes that belong to a parcel since this page.
  const std::vector<std::string>& learned() const { return codes_; }

 private:
  struct Parcel {
    std::string item_code;
    std::string agency;
  };

  void judge(const FeedRow& row) {
    const auto found = parcels_.find(row.order_number);
    if (row.item_code.empty() || found == parcels_.end()) return;
    auto& parcel = found->second;
    if (parcel.item_code == row.item_code) return;
    const auto owner = owners_.find(row.item_code);
    const auto chars = code_points(row.item_code);
    if (chars < kItemCodeCharsMin || chars > kItemCodeCharsMax) {
      ask("odd_item_code", row, parcel, "the post names item code \"" + shown(row.item_code) + "\"");
    } else if (!parcel.item_code.empty()) {
      ask("two_item_codes", row, parcel,
          "the post names item codes " + parcel.item_code + " and " + row.item_code + " for one order");
    } else if (owner != owners_.end()) {
      ask_owner(row, parcel, owner->second);
    } else {
      parcel.item_code = row.item_code;
      owners_[row.item_code] = row.order_number;
      numbers_.push_back(row.order_number);
      codes_.push_back(row.item_code);
    }
  }

  void ask(std::string kind, const FeedRow& row, const Parcel& parcel, std::string detail) {
    auto item = odd_item(std::move(kind), row, parcel.agency, now_);
    item.detail = std::move(detail);
    item.action = "Ask the post which parcel carries the papers, then close the item.";
    items_.push_back(std::move(item));
  }

  // An order of another agency is named only to those who see the items of all of them.
  void ask_owner(const FeedRow& row, const Parcel& parcel, const std::string& order) {
    const auto other = parcels_.find(order);
    const bool ours = other != parcels_.end() && other->second.agency == parcel.agency;
    ask("item_code_taken", row, ours ? parcel : Parcel{parcel.item_code, {}},
        "the post names item code " + row.item_code + ", which belongs to order " + order);
  }

  void learn(sql::Tx& tx) {
    if (!codes_.empty()) tx.exec(kLearnItems, sql::Params().add_array(numbers_).add_array(codes_));
    open_attention(tx, items_);
  }

  Time now_;
  std::map<std::string, Parcel> parcels_;      // by order number
  std::map<std::string, std::string> owners_;  // order number by item code
  std::vector<std::string> numbers_, codes_;
  std::vector<Attention> items_;
};

void pass_on(sql::Tx& tx, const std::string& carrier, const std::string& code_source,
             const std::vector<FeedRow>& fresh, FeedApplied& applied, Time now) {
  std::vector<Scan> scans;
  scans.reserve(fresh.size());
  // The feed's clock is coarse. Rows of one order that bear the same instant keep the feed's order, which is
  // the best that is known; otherwise chance would decide which of them is the latest.
  std::map<std::pair<std::string_view, Time>, int> same_instant;
  for (const auto& row : fresh) {
    auto scan = feed_scan(carrier, code_source, row, now);
    scan.occurred_at += Duration(same_instant[{row.order_number, scan.occurred_at}]++);
    scans.push_back(std::move(scan));
  }
  const auto answers = accept_scans(tx, scans, now);
  std::vector<HeldFeedRow> unknown;
  for (std::size_t at = 0; at < answers.size(); ++at) {
    if (answers[at].outcome == ScanOutcome::accepted) ++applied.events;
    if (answers[at].outcome == ScanOutcome::held_unknown_parcel) ++applied.held;
    if (answers[at].reason == "unknown_code")
      unknown.push_back(HeldFeedRow{carrier, fresh[at].row_id, scans[at], fresh[at].raw_text});
  }
  hold_feed_rows(tx, unknown, now);
}

std::vector<std::string> numbers_in(const std::vector<FeedRow>& rows) {
  std::set<std::string> numbers;
  for (const auto& row : rows) numbers.insert(row.order_number);
  return {numbers.begin(), numbers.end()};
}

}  // namespace

FeedApplied take_carrier_rows(sql::Tx& tx, const std::string& carrier, const std::string& code_source,
                              const std::vector<FeedRow>& rows, Time now) {
  FeedApplied applied;
  applied.rows = rows.size();
  const auto fresh = store_rows(tx, carrier, cleaned(rows));
  applied.fresh = fresh.size();
  if (fresh.empty()) return applied;
  // Parcels before dossiers before orders, as every scan locks them.
  const ItemCodes items(tx, fresh, now);
  pass_on(tx, carrier, code_source, fresh, applied, now);
  if (!items.learned().empty()) applied.adopted = adopt_held_scans(tx, items.learned(), now);
  move_orders(tx, numbers_in(fresh), OrderEvent::found, now);
  return applied;
}

FeedApplied apply_feed_page(sql::Tx& tx, const FeedRead& read, Time now) {
  const auto applied = take_carrier_rows(tx, read.carrier, read.code_source, read.page.rows, now);
  const auto end_seen = read.page.at_end ? std::optional(read.began) : std::nullopt;
  tx.exec(kMoveCursor, sql::Params::of(read.carrier, clean(read.from), clean(read.page.next_cursor), now,
                                       end_seen, applied.fresh));
  return applied;
}

std::string feed_cursor(sql::Tx& tx, std::string_view carrier) {
  const auto rows = tx.exec(kCursor, sql::Params::of(carrier));
  return rows.empty() ? std::string() : rows.front().str(0);
}

}  // namespace bccid
