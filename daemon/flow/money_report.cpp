#include "flow/money_report.hpp"

#include "flow/report_columns.hpp"

#include <array>
#include <chrono>
#include <string_view>
#include <utility>

namespace bccid {
namespace {

// What payers sent to the fee account themselves is collected and remitted in one. A journal that was taken
// back counts against the kind of the one that it takes back. What a statement brought is booked by
// remittance; where it agrees to the dong, the remittance's charges say whose it is, and what is left over
// for a journal stays without a place. So the sums over any axes are those of the ledger.
const sql::Query kMoneyReport{"report_money", R"(
WITH entry AS (
  SELECT j.id, j.occurred_at, coalesce(o.kind, j.kind) AS event, coalesce(o.key, j.key) AS key, j.part
    FROM journal j LEFT JOIN journal o ON o.id = j.reverses
   WHERE j.occurred_at >= $3 AND j.occurred_at < $4),
booked AS (
  SELECT e.id, e.occurred_at, e.event, e.key, e.part, a.role, a.kind, a.agency_code, a.holder, p.charge_id,
         CASE p.side WHEN 'D' THEN p.amount ELSE -p.amount END AS amount
    FROM entry e
    JOIN posting p ON p.journal_id = e.id
    JOIN account a ON a.id = p.account_id
   WHERE (e.event, a.role) IN (('charge_raised', 'receivable'), ('waived', 'receivable'),
                               ('collected', 'cash'), ('transferred', 'transit'),
                               ('handed_in', 'office'), ('remitted', 'transit'), ('on_statement', 'bank'),
                               ('unexplained', 'bank'), ('settled', 'payable'),
                               ('adjusted', 'payable'), ('adjusted', 'bank'),
                               ('refunded', 'office'), ('refunded', 'receivable'))
     AND ($1::text = '' OR a.agency_code = $1) AND ($2::text = '' OR a.agency_code = $2)),
arrived AS (
  SELECT id, occurred_at, event, part, sign(sum(amount)) AS sign,
         CASE WHEN split_part(key, ':', 2) ~ '^[0-9a-f-]{36}$'
              THEN split_part(key, ':', 2)::uuid END AS booking
    FROM booked WHERE event IN ('on_statement', 'settled') GROUP BY id, occurred_at, event, key, part),
share AS (
  SELECT s.id, s.occurred_at, s.event, c.kind, c.agency_code, c.id AS charge_id, s.sign * c.taken AS amount
    FROM arrived s
    JOIN line_match m ON m.booking = s.booking AND m.difference = 0
     AND (s.part IS NULL OR m.public_id = s.part)
    JOIN matched_remittance mr ON mr.match_id = m.id
    JOIN remittance_charge rc ON rc.remittance_id = mr.remittance_id
    JOIN charge c ON c.id = rc.charge_id
   WHERE ($1::text = '' OR c.agency_code = $1) AND ($2::text = '' OR c.agency_code = $2)),
placed AS (
  SELECT occurred_at, event, role, kind, agency_code, holder, charge_id, amount
    FROM booked WHERE event NOT IN ('on_statement', 'settled')
  UNION ALL
  SELECT occurred_at, event, '', kind, agency_code, '', charge_id, amount FROM share
  UNION ALL
  SELECT occurred_at, event, '', kind, agency_code, '', NULL, sum(amount) FROM (
    SELECT id, occurred_at, event, kind, agency_code, amount FROM booked
     WHERE event IN ('on_statement', 'settled')
    UNION ALL
    SELECT id, occurred_at, event, kind, agency_code, -amount FROM share) rest
   GROUP BY id, occurred_at, event, kind, agency_code)
SELECT CASE WHEN $5 THEN p.agency_code ELSE '' END AS agency,
       CASE WHEN $6 THEN coalesce(d.procedure_code, '') ELSE '' END AS procedure,
       CASE WHEN $7 THEN coalesce(CASE p.role WHEN 'office' THEN p.holder END, r.office, '') ELSE '' END,
       CASE WHEN $8 THEN coalesce(CASE p.role WHEN 'cash' THEN p.holder END, r.collector, '') ELSE '' END,
       CASE WHEN $9 THEN (p.occurred_at AT TIME ZONE 'Asia/Ho_Chi_Minh')::date::text ELSE '' END AS day,
       p.kind,
       coalesce(sum(p.amount) FILTER (WHERE p.event = 'charge_raised'), 0)::bigint,
       coalesce(-sum(p.amount) FILTER (WHERE p.event = 'waived'), 0)::bigint,
       coalesce(sum(p.amount) FILTER (WHERE p.event IN ('collected', 'transferred')), 0)::bigint,
       coalesce(sum(p.amount) FILTER (WHERE p.event = 'handed_in'), 0)::bigint,
       coalesce(sum(p.amount) FILTER (WHERE p.event IN ('remitted', 'transferred')), 0)::bigint,
       coalesce(sum(p.amount) FILTER (WHERE p.event = 'on_statement'), 0)::bigint,
       coalesce(sum(p.amount) FILTER (WHERE p.event = 'settled'), 0)::bigint,
       coalesce(-sum(p.amount) FILTER (WHERE p.event = 'adjusted'), 0)::bigint,
       coalesce(sum(CASE p.role WHEN 'office' THEN -p.amount ELSE greatest(p.amount, 0) END)
                  FILTER (WHERE p.event = 'refunded'), 0)::bigint,
       coalesce(sum(p.amount) FILTER (WHERE p.event = 'unexplained'), 0)::bigint
  FROM placed p
  LEFT JOIN charge c ON c.id = p.charge_id
  LEFT JOIN orders o ON o.id = c.order_id
  LEFT JOIN dossier d ON d.id = o.dossier_id
  LEFT JOIN LATERAL (SELECT t.office, t.collector FROM receipt_line l JOIN receipt t ON t.id = l.receipt_id
                      WHERE l.charge_id = p.charge_id ORDER BY t.id DESC LIMIT 1) r ON true
 WHERE p.amount <> 0
 GROUP BY 1, 2, 3, 4, 5, 6
 ORDER BY 1, 2, 3, 4, 5, array_position(ARRAY['fee', 'charge', 'postage'], p.kind))"};

const sql::Query kAgeing{"report_ageing", R"(
WITH standing AS (
  SELECT 'due' AS hand, '' AS detail, c.agency_code, c.kind, c.amount, c.created_at AS since
    FROM charge c WHERE c.owed
  UNION ALL
  SELECT CASE c.state WHEN 'collected' THEN 'with_collector' ELSE 'at_office' END, '', c.agency_code, c.kind,
         c.taken, c.collected_at
    FROM charge c WHERE c.held
  UNION ALL
  SELECT 'under_way', '', c.agency_code, c.kind, c.taken, c.collected_at
    FROM awaited_remittance m
   CROSS JOIN LATERAL (SELECT charge_id FROM remittance_charge
                        WHERE remittance_id = m.remittance_id OFFSET 0) rc
    JOIN charge c ON c.id = rc.charge_id
  UNION ALL
  SELECT 'break', b.type, b.agency_code, '', b.amount, b.since
    FROM recon_break b WHERE b.resolved_at IS NULL)
SELECT hand, detail, agency_code, kind, count(*),
       coalesce(sum(amount) FILTER (WHERE since > $3::timestamptz - interval '24 hours'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE since <= $3::timestamptz - interval '24 hours'
                                      AND since > $3::timestamptz - interval '3 days'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE since <= $3::timestamptz - interval '3 days'
                                      AND since > $3::timestamptz - interval '7 days'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE since <= $3::timestamptz - interval '7 days'
                                      AND since > $3::timestamptz - interval '30 days'), 0)::bigint,
       coalesce(sum(amount) FILTER (WHERE since <= $3::timestamptz - interval '30 days'), 0)::bigint,
       sum(amount)::bigint, min(since)
  FROM standing
 WHERE ($1::text = '' OR agency_code = $1) AND ($2::text = '' OR agency_code = $2)
 GROUP BY hand, detail, agency_code, kind
 ORDER BY array_position(ARRAY['due', 'with_collector', 'at_office', 'under_way', 'break'], hand), detail,
          agency_code, array_position(ARRAY['fee', 'charge', 'postage', ''], kind))"};

const sql::Query kReliefs{"report_reliefs", R"(
SELECT CASE WHEN $5 THEN d.agency_code ELSE '' END, CASE WHEN $6 THEN d.procedure_code ELSE '' END, r.kind,
       r.code, r.name, r.grounds, r.version, count(*), sum(r.listed)::bigint, sum(r.relieved)::bigint
  FROM relief r
 CROSS JOIN LATERAL (SELECT x.agency_code, x.procedure_code
                       FROM orders o JOIN dossier x ON x.id = o.dossier_id
                      WHERE o.id = r.order_id OFFSET 0) d
 WHERE r.granted_at >= $3 AND r.granted_at < $4
   AND ($1::text = '' OR d.agency_code = $1) AND ($2::text = '' OR d.agency_code = $2)
 GROUP BY 1, 2, 3, 4, 5, 6, 7
 ORDER BY 1, 2, 3, 4, 5, 6, 7)"};

// Where a column of an axis would be empty throughout, it is left out.
class AxisColumns {
 public:
  AxisColumns(const std::set<ReportAxis>& by, std::set<ReportAxis> possible) {
    for (const auto axis : possible)
      if (by.contains(axis)) axes_.push_back(axis);
  }

  void add_to(Table& table) const {
    static constexpr std::array<std::string_view, 5> kTitles{"Cơ quan", "Thủ tục", "Bưu cục", "Người thu",
                                                             "Ngày"};
    for (const auto axis : axes_)
      table.columns.push_back({std::string(name(axis)), std::string(kTitles.at(index_of(axis))),
                               axis == ReportAxis::day ? CellKind::day : CellKind::text});
  }
  // The axes stand first in a row, in the order of the enumeration.
  void add_cells(std::vector<TableCell>& cells, const sql::Row& row) const {
    for (const auto axis : axes_) {
      const auto text = row.str(index_of(axis));
      if (text.empty())
        cells.emplace_back();
      else if (axis == ReportAxis::day)
        cells.emplace_back(parse_day(text).value());
      else
        cells.emplace_back(text);
    }
  }

 private:
  std::vector<ReportAxis> axes_;
};

const std::vector<std::pair<std::string, std::string>> kHands{{"due", "Người dân chưa trả"},
                                                              {"with_collector", "Người thu"},
                                                              {"at_office", "Bưu cục"},
                                                              {"under_way", "Đang chuyển"},
                                                              {"break", "Chênh lệch"}};

TableCell text_or_nothing(std::string text) {
  if (text.empty()) return {};
  return text;
}

std::string period_of(const ReportQuestion& question) {
  return to_text(question.from) + "_" + to_text(question.to);
}

Time end_of(Day day) { return start_of_day(day) + std::chrono::hours(24); }

sql::Params params_of(const Actor& actor, const ReportQuestion& question) {
  return sql::Params::of(seen_agency(actor), question.agency, start_of_day(question.from),
                         end_of(question.to), question.by.contains(ReportAxis::agency),
                         question.by.contains(ReportAxis::procedure));
}

void add_money_columns(Table& table, std::initializer_list<std::pair<const char*, const char*>> columns) {
  for (const auto& [id, title] : columns) table.columns.push_back({id, title, CellKind::money});
}

}  // namespace

Table money_report(sql::Tx& tx, const Actor& actor, const ReportQuestion& question) {
  Table table;
  table.name = "thu-nop_" + period_of(question);
  table.title = "Báo cáo thu, nộp và đối soát";
  const AxisColumns axes(question.by, {ReportAxis::agency, ReportAxis::procedure, ReportAxis::office,
                                       ReportAxis::postman, ReportAxis::day});
  axes.add_to(table);
  table.columns.push_back(kind_column());
  add_money_columns(table, {{"raised", "Phải thu"},
                            {"waived", "Miễn, hủy"},
                            {"collected", "Đã thu"},
                            {"handed_in", "Đã nộp bưu cục"},
                            {"remitted", "Đã chuyển"},
                            {"arrived", "Đã về tài khoản"},
                            {"settled", "Đã đối soát"},
                            {"adjusted", "Điều chỉnh lệch nhỏ"},
                            {"refunded", "Đã hoàn"},
                            {"unexplained", "Chưa rõ nguồn"}});
  auto params = params_of(actor, question);
  params.add(question.by.contains(ReportAxis::office))
      .add(question.by.contains(ReportAxis::postman))
      .add(question.by.contains(ReportAxis::day));
  const auto rows = tx.exec(kMoneyReport, params);
  for (const auto row : rows) {
    auto& cells = table.rows.emplace_back();
    axes.add_cells(cells, row);
    cells.emplace_back(row.str(5));
    for (std::size_t at = 6; at < 16; ++at) cells.emplace_back(row.money(at));
  }
  return table;
}

Table ageing_report(sql::Tx& tx, const Actor& actor, const std::string& agency, Time now) {
  Table table;
  table.name = "tuoi-no_" + to_text(business_day(now));
  table.title = "Báo cáo tuổi của tiền chưa về đích";
  table.columns = {{"hand", "Đang ở", CellKind::text, kHands},
                   {"break_type", "Loại chênh lệch", CellKind::text},
                   {"agency", "Cơ quan", CellKind::text},
                   kind_column(),
                   {"number", "Số khoản", CellKind::count}};
  add_money_columns(table, {{"within_24_hours", "Dưới 24 giờ"},
                            {"within_3_days", "1 đến 3 ngày"},
                            {"within_7_days", "3 đến 7 ngày"},
                            {"within_30_days", "7 đến 30 ngày"},
                            {"older", "Trên 30 ngày"},
                            {"total", "Cộng"}});
  table.columns.push_back({"oldest", "Cũ nhất", CellKind::time});
  const auto rows = tx.exec(kAgeing, sql::Params::of(seen_agency(actor), agency, now));
  for (const auto row : rows) {
    auto& cells = table.rows.emplace_back();
    cells.emplace_back(row.str(0));
    for (std::size_t at = 1; at < 4; ++at) cells.push_back(text_or_nothing(row.str(at)));
    cells.emplace_back(row.i64(4));
    for (std::size_t at = 5; at < 11; ++at) cells.emplace_back(row.money(at));
    cells.emplace_back(row.time(11));
  }
  return table;
}

Table relief_report(sql::Tx& tx, const Actor& actor, const ReportQuestion& question) {
  Table table;
  table.name = "mien-giam_" + period_of(question);
  table.title = "Báo cáo miễn, giảm";
  const AxisColumns axes(question.by, {ReportAxis::agency, ReportAxis::procedure});
  axes.add_to(table);
  table.columns.push_back(kind_column());
  for (const auto& [id, title] :
       {std::pair{"code", "Mã khoản"}, {"name", "Tên khoản"}, {"grounds", "Căn cứ"}, {"version", "Biểu"}})
    table.columns.push_back({id, title, CellKind::text});
  table.columns.push_back({"number", "Số khoản", CellKind::count});
  add_money_columns(table, {{"listed", "Mức niêm yết"}, {"relieved", "Được miễn, giảm"}});
  const auto rows = tx.exec(kReliefs, params_of(actor, question));
  for (const auto row : rows) {
    auto& cells = table.rows.emplace_back();
    axes.add_cells(cells, row);
    for (std::size_t at = 2; at < 7; ++at) cells.push_back(text_or_nothing(row.str(at)));
    cells.emplace_back(row.i64(7));
    cells.emplace_back(row.money(8));
    cells.emplace_back(row.money(9));
  }
  return table;
}

}  // namespace bccid
