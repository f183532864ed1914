#include "flow/waybills.hpp"

#include "base/csv.hpp"
#include "base/text.hpp"
#include "domain/parcel/item_code.hpp"
#include "flow/attention.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace bccid {
namespace {

constexpr std::size_t kErrorsMax = 50;  // as many as a person reads
constexpr const char* kLow = "waybills_low";
constexpr const char* kExhausted = "waybills_exhausted";

struct GivenCode {
  std::string code;
  std::size_t line = 0;
};

const sql::Query kUsed{"waybill_used", R"(
SELECT w.code, coalesce(b.carrier, ''), coalesce(p.order_number, '')
  FROM unnest($1::text[]) AS w(code)
  LEFT JOIN LATERAL (SELECT carrier FROM waybill WHERE item_code = w.code OFFSET 0) b ON true
  LEFT JOIN LATERAL (SELECT order_number FROM parcel WHERE item_code = w.code OFFSET 0) p ON true
 WHERE b.carrier <> $2::text OR (b.carrier IS NULL AND p.order_number IS NOT NULL)
 ORDER BY w.code)"};

const sql::Query kImport{"waybill_import", R"(
WITH put AS (
  INSERT INTO waybill (carrier, item_code, imported_by)
  SELECT $1::text, w.code, $3::text FROM unnest($2::text[]) WITH ORDINALITY AS w(code, at) ORDER BY w.at
  ON CONFLICT (item_code) DO NOTHING RETURNING 1),
noted AS (
  INSERT INTO audit (actor, role, action, subject, detail)
  SELECT $3, 'admin', 'waybill.import', 'carrier:' || $1, jsonb_build_object('numbers', n)
    FROM (SELECT count(*) AS n FROM put) x WHERE n > 0)
SELECT count(*) FROM put)"};

const sql::Query kWakeOrders{"waybill_wake_orders", R"(
UPDATE outbox SET next_at = now()
 WHERE target = 'carrier:' || $1::text AND state = 'scheduled' AND next_at > now() AND reason = $2::text)"};

const sql::Query kItsCode{"waybill_of_parcel", R"(
SELECT coalesce(item_code, '') FROM parcel WHERE order_number = $1::text)"};

// Two senders take two numbers and wait for nobody. A number that stands on another parcel already was stuck
// there by hand; it is passed over.
const sql::Query kLease{"waybill_lease", R"(
WITH free AS (
  SELECT w.id FROM waybill w
   WHERE w.carrier = $1::text AND w.order_id IS NULL
     AND (SELECT count(*) FROM parcel p WHERE p.item_code = w.item_code) = 0
   ORDER BY w.id LIMIT 1 FOR UPDATE SKIP LOCKED),
linked AS (
  UPDATE waybill w SET order_id = o.id, linked_at = $3::timestamptz
    FROM free, orders o WHERE w.id = free.id AND o.number = $2::text RETURNING w.item_code)
UPDATE parcel p SET item_code = l.item_code FROM linked l WHERE p.order_number = $2 RETURNING p.item_code)"};

const sql::Query kFree{"waybill_free", R"(
SELECT count(*) FROM (
  SELECT 1 FROM waybill w
   WHERE w.carrier = $1::text AND w.order_id IS NULL
     AND (SELECT count(*) FROM parcel p WHERE p.item_code = w.item_code) = 0 LIMIT $2) x)"};

const sql::Query kStocks{"waybill_stocks", R"(
SELECT w.carrier, count(*) FILTER (WHERE w.order_id IS NULL AND p.item_code IS NULL),
       count(*) FILTER (WHERE w.order_id IS NOT NULL OR p.item_code IS NOT NULL)
  FROM waybill w LEFT JOIN parcel p ON p.item_code = w.item_code
 GROUP BY w.carrier ORDER BY w.carrier)"};

// By the index of what is free: the numbers in use grow with the years.
const sql::Query kFreeByCarrier{"waybills_free_by_carrier", R"(
SELECT w.carrier, count(*) FROM waybill w
 WHERE w.order_id IS NULL AND NOT EXISTS (SELECT 1 FROM parcel p WHERE p.item_code = w.item_code)
 GROUP BY w.carrier)"};

std::string subject_of(std::string_view carrier) { return "carrier:" + std::string(carrier); }

FieldError at_line(std::size_t line, Errc code, std::string detail, std::string hint) {
  return {code, "/line/" + std::to_string(line), std::move(detail), std::move(hint)};
}

// The codes of the file in its order, or what is wrong with it.
Input<std::vector<GivenCode>> read_codes(std::string_view csv) {
  InputFailure wrong;
  const auto table = CsvTable::parse(csv);
  if (!table) {
    wrong.errors.push_back({table.error().code, "", table.error().detail, table.error().hint});
    return wrong;
  }
  if (!table->has("item_code")) {
    wrong.errors.push_back(
        {Errc::malformed, "", "the file has no column item_code", "Write item_code in its first row."});
    return wrong;
  }
  std::vector<GivenCode> codes;
  std::map<std::string, std::size_t> first;
  for (std::size_t row = 0; row < table->size() && wrong.errors.size() < kErrorsMax; ++row) {
    const auto line = table->line(row);
    const auto code = parse_item_code(table->at(row, "item_code"));
    if (!code) {
      wrong.errors.push_back(at_line(line, code.error().code, code.error().detail, code.error().hint));
      continue;
    }
    const auto [place, fresh] = first.try_emplace(code->text, line);
    if (!fresh)
      wrong.errors.push_back(at_line(
          line, Errc::duplicate, code->text + " stands on line " + std::to_string(place->second) + " already",
          "Take one of them out."));
    codes.push_back({code->text, line});
  }
  if (!wrong.errors.empty()) return wrong;
  return codes;
}

// What others have.
InputFailure taken_codes(sql::Tx& tx, std::string_view carrier, const std::vector<GivenCode>& codes) {
  std::map<std::string, std::size_t> lines;
  for (const auto& given : codes) lines[given.code] = given.line;
  InputFailure wrong;
  sql::Params params;
  params.add_array(codes, &GivenCode::code).add(carrier);
  for (const auto row : tx.exec(kUsed, params)) {
    if (wrong.errors.size() == kErrorsMax) break;
    const auto code = row.str(0), other = row.str(1), order = row.str(2);
    const auto owner = other.empty() ? "the parcel of order " + order : "the numbers of carrier " + other;
    wrong.errors.push_back(at_line(lines.at(code), Errc::duplicate, code + " belongs to " + owner,
                                   "Ask the post which range is yours."));
  }
  return wrong;
}

Attention about(std::string_view carrier, const char* kind, Time now) {
  Attention item;
  item.kind = kind;
  item.subject = subject_of(carrier);
  item.owner = "admin";
  item.action = "Get a new range from the post, then: bccid waybills import FILE --carrier " +
                std::string(carrier) + ".";
  item.due_at = now + std::chrono::hours(4);
  return item;
}

void say_exhausted(sql::Tx& tx, std::string_view carrier, std::string_view order, Time now) {
  auto item = about(carrier, kExhausted, now);
  item.detail = no_waybill_left(carrier) + "; order " + std::string(order) + " waits for one";
  open_attention(tx, {std::move(item)});
}

void say_low(sql::Tx& tx, std::string_view carrier, std::size_t low_water, Time now) {
  const auto left =
      static_cast<std::size_t>(tx.exec(kFree, sql::Params::of(carrier, low_water)).front().i64(0));
  if (left >= low_water) return;
  auto item = about(carrier, kLow, now);
  item.detail = std::to_string(left) + " waybill numbers of carrier " + std::string(carrier) +
                " are left, fewer than " + std::to_string(low_water);
  open_attention(tx, {std::move(item)});
}

}  // namespace

Input<std::size_t> import_waybills(sql::Tx& tx, std::string_view carrier, std::string_view csv,
                                   std::string_view by) {
  const auto codes = read_codes(csv);
  if (!codes) return codes.error();
  if (auto wrong = taken_codes(tx, carrier, *codes); !wrong.errors.empty()) return wrong;
  sql::Params params = sql::Params::of(carrier);
  params.add_array(*codes, &GivenCode::code).add(by);
  const auto stored = static_cast<std::size_t>(tx.exec(kImport, params).front().i64(0));
  if (stored > 0) {
    tx.exec(kWakeOrders, sql::Params::of(carrier, no_waybill_left(carrier)));
    const Actor actor{std::string(by), "admin", "", "", ""};
    for (const auto* kind : {kLow, kExhausted})
      close_attention(tx, kind, {subject_of(carrier)}, actor, std::to_string(stored) + " numbers came");
  }
  return stored;
}

std::string lease_waybill(sql::Tx& tx, std::string_view carrier, std::string_view order_number,
                          std::size_t low_water, Time now) {
  const auto parcel = tx.exec(kItsCode, sql::Params::of(order_number));
  if (!parcel.empty() && !parcel.front().text(0).empty()) return parcel.front().str(0);
  const auto leased = tx.exec(kLease, sql::Params::of(carrier, order_number, now));
  if (leased.empty()) {
    say_exhausted(tx, carrier, order_number, now);
    return {};
  }
  say_low(tx, carrier, low_water, now);
  return leased.front().str(0);
}

std::string no_waybill_left(std::string_view carrier) {
  return "no waybill number of carrier " + std::string(carrier) + " is left";
}

std::vector<WaybillStock> waybill_stocks(sql::Tx& tx) {
  std::vector<WaybillStock> stocks;
  for (const auto row : tx.exec(kStocks))
    stocks.push_back(
        {row.str(0), static_cast<std::size_t>(row.i64(1)), static_cast<std::size_t>(row.i64(2))});
  return stocks;
}

std::map<std::string, std::size_t> free_waybills(sql::Tx& tx) {
  std::map<std::string, std::size_t> free;
  for (const auto& row : tx.exec(kFreeByCarrier)) free[row.str(0)] = static_cast<std::size_t>(row.i64(1));
  return free;
}

}  // namespace bccid
