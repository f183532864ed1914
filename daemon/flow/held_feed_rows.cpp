#include "flow/held_feed_rows.hpp"

#include "base/limits.hpp"
#include "base/text.hpp"
#include "flow/attention.hpp"
#include "flow/scan_event.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <utility>

namespace bccid {
namespace {

namespace json = boost::json;

const sql::Query kHold{"feed_hold_rows", R"(
  INSERT INTO feed_row_held (carrier, row_id, code_source, raw_code, occurred_at)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[])
)"};

// A loose scan over the index: its cost is the number of codes, not of rows.
const sql::Query kHeldCodes{"feed_held_codes", R"(
  WITH RECURSIVE c AS (
    (SELECT code_source, raw_code FROM feed_row_held ORDER BY code_source, raw_code LIMIT 1)
    UNION ALL
    SELECT n.code_source, n.raw_code
      FROM c, LATERAL (
        SELECT h.code_source, h.raw_code FROM feed_row_held h
         WHERE (h.code_source, h.raw_code) > (c.code_source, c.raw_code)
         ORDER BY h.code_source, h.raw_code LIMIT 1) n)
  SELECT code_source, raw_code FROM c
)"};

const sql::Query kTake{"feed_take_held", R"(
  WITH due AS MATERIALIZED (
         SELECT h.carrier, h.row_id
           FROM feed_row_held h
           JOIN unnest($1::text[], $2::text[]) AS k(code_source, raw_code) USING (code_source, raw_code)
          ORDER BY h.occurred_at, h.row_id LIMIT $3::bigint FOR UPDATE OF h SKIP LOCKED),
       taken AS (
         DELETE FROM feed_row_held h USING due d WHERE h.carrier = d.carrier AND h.row_id = d.row_id
         RETURNING h.carrier, h.row_id, h.code_source, h.occurred_at)
  SELECT t.carrier, t.code_source, f.row_id, f.order_number, f.item_code, f.raw_code, f.raw_text, f.office,
         f.note, t.occurred_at
    FROM taken t JOIN feed_row f USING (carrier, row_id)
   ORDER BY t.occurred_at, f.row_id
)"};

using Code = std::pair<std::string, std::string>;  // source, raw code

std::string subject_of(std::string_view source, std::string_view code) {
  return "code:" + std::string(source) + "/" + std::string(code);
}

Attention question(const HeldFeedRow& row, Time now) {
  Attention item;
  item.kind = "unknown_code";
  item.subject = subject_of(row.scan.source, row.scan.code);
  item.detail = "the feed of " + row.carrier + " has code \"" + shown(row.scan.code) + "\" (" +
                shown(row.raw_text, 200) + "), for one on order " + row.scan.item;
  item.action =
      "Ask the post what the code means and add it to the code list; the rows are kept and applied then.";
  item.owner = "admin";
  item.due_at = now + std::chrono::hours(24);
  return item;
}

// Codes of held rows that the lists know by now.
std::vector<Code> known_codes(sql::Tx& tx) {
  std::vector<Code> known;
  for (const auto& row : tx.exec(kHeldCodes)) {
    Scan scan;
    scan.source = row.str(0);
    scan.code = row.str(1);
    if (scan_vocabulary(scan) != nullptr) known.emplace_back(row.str(0), row.str(1));
  }
  return known;
}

Scan scan_from(const sql::Row& row, Time now) {
  FeedRow feed;
  feed.row_id = row.str(2);
  feed.order_number = row.str(3);
  feed.item_code = row.str(4);
  feed.raw_code = row.str(5);
  feed.raw_text = row.str(6);
  feed.office = row.str(7);
  feed.note = row.str(8);
  feed.occurred_at = row.time(9);
  return feed_scan(row.text(0), row.text(1), feed, now);
}

void close_questions(sql::Tx& tx, const std::vector<Code>& asked) {
  const auto waiting = known_codes(tx);
  std::vector<std::string> answered;
  for (const auto& code : asked)
    if (std::find(waiting.begin(), waiting.end(), code) == waiting.end())
      answered.push_back(subject_of(code.first, code.second));
  Actor actor;
  actor.id = "job:known_codes";
  actor.role = "service";
  close_attention(tx, "unknown_code", answered, actor, "the code list has it; its rows were applied");
}

}  // namespace

Scan feed_scan(std::string_view carrier, std::string_view code_source, const FeedRow& row, Time now) {
  Scan scan;
  scan.key = uuid_from_name(carrier, row.row_id);
  scan.source = std::string(code_source);
  scan.code = row.raw_code;
  scan.item = row.order_number.empty() ? row.item_code : row.order_number;
  // A clock that runs ahead at the post must not push a parcel's history into the future.
  scan.occurred_at = row.occurred_at > now + limits::kScanFutureSkewMax ? now : row.occurred_at;
  scan.office = row.office;
  scan.device = "feed:" + std::string(carrier);
  scan.actor = scan.device;
  json::object detail;
  if (!row.raw_text.empty()) detail["text"] = row.raw_text;
  if (!row.note.empty()) detail["note"] = row.note;
  if (!row.item_code.empty()) detail["item_code"] = row.item_code;
  if (!detail.empty()) scan.detail = json::serialize(detail);
  return scan;
}

void hold_feed_rows(sql::Tx& tx, const std::vector<HeldFeedRow>& rows, Time now) {
  if (rows.empty()) return;
  sql::Params params;
  params.add_array(rows, &HeldFeedRow::carrier)
      .add_array(rows, &HeldFeedRow::row_id)
      .add_array(rows, [](const HeldFeedRow& row) { return row.scan.source; })
      .add_array(rows, [](const HeldFeedRow& row) { return row.scan.code; })
      .add_array(rows, [](const HeldFeedRow& row) { return row.scan.occurred_at; });
  tx.exec(kHold, params);
  std::vector<Attention> items;
  items.reserve(rows.size());
  for (const auto& row : rows) items.push_back(question(row, now));
  open_attention(tx, items);
}

std::size_t apply_known_codes(sql::Tx& tx, std::size_t rows_max, Time now) {
  const auto known = known_codes(tx);
  if (known.empty()) return 0;
  sql::Params params;
  params.add_array(known, &Code::first).add_array(known, &Code::second).add(rows_max);
  std::vector<Scan> scans;
  for (const auto& row : tx.exec(kTake, params)) scans.push_back(scan_from(row, now));
  accept_scans(tx, scans, now);
  close_questions(tx, known);
  return scans.size();
}

}  // namespace bccid
