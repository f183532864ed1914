#include "flow/export_lists.hpp"

#include "base/limits.hpp"
#include "flow/report_columns.hpp"

#include <array>
#include <chrono>

namespace bccid {
namespace {

// Every list takes the same parameters: $1 whose rows the asker sees, $2 an agency or all, $3 and $4 the
// period's instants, $5 how many rows.
const sql::Query kReceipts{"export_receipts", R"(
SELECT s.symbol, r.number, s.issuer, r.kind, r.agency_code, coalesce(d.code, d.slip_no, ''), o.number,
       r.payer, r.amount, r.collector, r.office, r.taken_at, r.issued_at, r.cancelled_at, r.cancel_reason,
       e.state, e.pattern, e.symbol, e.number, e.key
  FROM receipt r
  LEFT JOIN e_receipt e ON e.receipt_id = r.id
  JOIN receipt_series s ON s.id = r.series_id
  JOIN orders o ON o.id = r.order_id
  JOIN dossier d ON d.id = o.dossier_id
 WHERE r.issued_at >= $3 AND r.issued_at < $4
   AND ($1::text = '' OR r.agency_code = $1) AND ($2::text = '' OR r.agency_code = $2)
 ORDER BY r.id LIMIT $5)"};

const sql::Query kRemittances{"export_remittances", R"(
SELECT m.reference, m.agency_code, m.kind, m.bank_account, m.amount, m.sent_at, m.oldest_collected_at,
       m.state,
       (SELECT max(l.booked_on) FROM matched_remittance x
          JOIN matched_line y ON y.match_id = x.match_id AND NOT y.undone
          JOIN statement_line l ON l.id = y.line_id
         WHERE x.remittance_id = m.id AND NOT x.undone)
  FROM remittance m
 WHERE m.sent_at >= $3 AND m.sent_at < $4
   AND ($1::text = '' OR m.agency_code = $1) AND ($2::text = '' OR m.agency_code = $2)
 ORDER BY m.id LIMIT $5)"};

// A line belongs to the agency whose account it is on. One that is split is told as its parts.
const sql::Query kLines{"export_statement_lines", R"(
SELECT l.account_no, l.booked_on, l.amount, l.text, l.payer, l.line_key,
       (SELECT string_agg(m.rule, ' ') FROM matched_line x JOIN line_match m ON m.id = x.match_id
         WHERE x.line_id = l.id AND NOT x.undone)
  FROM statement_line l
 WHERE l.booked_on >= ($3::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
   AND l.booked_on < ($4::timestamptz AT TIME ZONE 'Asia/Ho_Chi_Minh')::date
   AND l.account_no IN (SELECT a.bank_account FROM agency a
                         WHERE ($1::text = '' OR a.code = $1) AND ($2::text = '' OR a.code = $2))
   AND (SELECT count(*) FROM line_split d WHERE d.line_id = l.id AND d.joined_at IS NULL) = 0
   AND (SELECT count(*) FROM line_split p WHERE p.id = l.split_id AND p.joined_at IS NOT NULL) = 0
 ORDER BY l.id LIMIT $5)"};

const sql::Query kBreaks{"export_breaks", R"(
SELECT b.type, b.subject, b.amount, b.agency_code, b.dossier_code, b.owner, b.action, b.since, b.resolved_at,
       b.resolution
  FROM recon_break b
 WHERE b.since >= $3 AND b.since < $4
   AND ($1::text = '' OR b.agency_code = $1) AND ($2::text = '' OR b.agency_code = $2)
 ORDER BY b.id LIMIT $5)"};

const sql::Query kPostingsOut{"export_postings", R"(
SELECT p.journal_id, p.line, j.kind, a.key, CASE p.side WHEN 'D' THEN p.amount END,
       CASE p.side WHEN 'C' THEN p.amount END, j.occurred_at, j.booked_at, j.actor, coalesce(o.number, ''),
       coalesce(d.code, d.slip_no, '')
  FROM journal j
  JOIN posting p ON p.journal_id = j.id
  JOIN account a ON a.id = p.account_id
  LEFT JOIN charge c ON c.id = p.charge_id
  LEFT JOIN orders o ON o.id = c.order_id
  LEFT JOIN dossier d ON d.id = o.dossier_id
 WHERE j.occurred_at >= $3 AND j.occurred_at < $4
   AND ($1::text = '' OR a.agency_code = $1) AND ($2::text = '' OR a.agency_code = $2)
 ORDER BY p.journal_id, p.line LIMIT $5)"};

struct ListForm {
  const sql::Query& query;
  std::string name, title;
  std::vector<TableColumn> columns;
};

TableColumn text(std::string id, std::string title) { return {std::move(id), std::move(title)}; }
TableColumn money(std::string id, std::string title) {
  return {std::move(id), std::move(title), CellKind::money};
}
TableColumn time(std::string id, std::string title) {
  return {std::move(id), std::move(title), CellKind::time};
}
TableColumn count(std::string id, std::string title) {
  return {std::move(id), std::move(title), CellKind::count};
}
TableColumn day(std::string id, std::string title) {
  return {std::move(id), std::move(title), CellKind::day};
}

ListForm receipts_form() {
  return {kReceipts,
          "bien-lai",
          "Biên lai, hóa đơn",
          {text("symbol", "Ký hiệu"),
           count("number", "Số"),
           text("issuer", "Người phát hành"),
           kind_column(),
           text("agency", "Cơ quan"),
           text("dossier_code", "Mã hồ sơ"),
           text("order_number", "Số đơn"),
           text("payer", "Người nộp"),
           money("amount", "Số tiền"),
           text("collector", "Người thu"),
           text("office", "Bưu cục"),
           time("taken_at", "Thu lúc"),
           time("issued_at", "Lập lúc"),
           time("cancelled_at", "Hủy lúc"),
           text("cancel_reason", "Lý do hủy"),
           TableColumn{"e_state",
                       "Bản điện tử",
                       CellKind::text,
                       {{"wanted", "Chờ gửi"},
                        {"sending", "Đang hỏi kết quả"},
                        {"refused", "Bị từ chối"},
                        {"issued", "Đã phát hành"},
                        {"cancelling", "Đang hủy"},
                        {"cancelled", "Đã hủy"},
                        {"unwanted", "Không cần"}}},
           text("e_pattern", "Mẫu số điện tử"),
           text("e_symbol", "Ký hiệu điện tử"),
           text("e_number", "Số điện tử"),
           text("e_key", "Mã tra cứu")}};
}

ListForm remittances_form() {
  return {kRemittances,
          "chuyen-nop",
          "Các lần chuyển nộp",
          {text("reference", "Mã chuyển"),
           text("agency", "Cơ quan"),
           kind_column(),
           text("bank_account", "Tài khoản thụ hưởng"),
           money("amount", "Số tiền"),
           time("sent_at", "Chuyển lúc"),
           time("oldest_collected_at", "Thu sớm nhất"),
           {"state",
            "Trạng thái",
            CellKind::text,
            {{"sent", "Đang chuyển"}, {"on_statement", "Đã về tài khoản"}}},
           day("booked_on", "Ngày ghi có")}};
}

ListForm lines_form() {
  return {kLines,
          "sao-ke",
          "Dòng sao kê",
          {text("account", "Tài khoản"), day("booked_on", "Ngày ghi"), money("amount", "Số tiền"),
           text("text", "Nội dung"), text("payer", "Người chuyển"), text("key", "Mã dòng"),
           text("rule", "Khớp theo")}};
}

ListForm breaks_form() {
  return {kBreaks,
          "chenh-lech",
          "Chênh lệch",
          {text("type", "Loại"), text("subject", "Đối tượng"), money("amount", "Số tiền"),
           text("agency", "Cơ quan"), text("dossier_code", "Mã hồ sơ"), text("owner", "Người xử lý"),
           text("action", "Việc cần làm"), time("since", "Từ lúc"), time("resolved_at", "Xong lúc"),
           text("resolution", "Cách xử lý")}};
}

ListForm postings_form() {
  return {kPostingsOut,
          "but-toan",
          "Bút toán",
          {count("journal", "Chứng từ"), count("line", "Dòng"), text("kind", "Nghiệp vụ"),
           text("account", "Tài khoản kế toán"), money("debit", "Nợ"), money("credit", "Có"),
           time("occurred_at", "Phát sinh lúc"), time("booked_at", "Ghi sổ lúc"), text("actor", "Người ghi"),
           text("order_number", "Số đơn"), text("dossier_code", "Mã hồ sơ")}};
}

ListForm form_of(ExportList list) {
  switch (list) {
    case ExportList::receipts: return receipts_form();
    case ExportList::remittances: return remittances_form();
    case ExportList::statement_lines: return lines_form();
    case ExportList::breaks: return breaks_form();
    case ExportList::postings: break;
  }
  return postings_form();
}

TableCell cell_of(const sql::Row& row, std::size_t at, CellKind kind) {
  if (row.is_null(at)) return {};
  switch (kind) {
    case CellKind::count: return row.i64(at);
    case CellKind::money: return row.money(at);
    case CellKind::day: return row.day(at);
    case CellKind::time: return row.time(at);
    case CellKind::text: break;
  }
  auto value = row.str(at);
  if (value.empty()) return {};
  return value;
}

}  // namespace

Result<Table> export_list(sql::Tx& tx, const Actor& actor, ExportList list, Day from, Day to,
                          const std::string& agency) {
  auto form = form_of(list);
  const auto until = start_of_day(to) + std::chrono::hours(24);
  const auto rows = tx.exec(form.query, sql::Params::of(seen_agency(actor), agency, start_of_day(from), until,
                                                        limits::kExportRowsMax + 1));
  if (rows.size() > limits::kExportRowsMax)
    return Failure(Errc::invalid_field,
                   "more than " + std::to_string(limits::kExportRowsMax) + " rows lie between " +
                       to_text(from) + " and " + to_text(to),
                   "Ask for a shorter period, or for one agency.", "?to");
  Table table;
  table.name = form.name + "_" + to_text(from) + "_" + to_text(to);
  table.title = std::move(form.title);
  table.columns = std::move(form.columns);
  table.rows.reserve(rows.size());
  for (const auto row : rows) {
    auto& cells = table.rows.emplace_back();
    cells.reserve(table.columns.size());
    for (std::size_t at = 0; at < table.columns.size(); ++at)
      cells.push_back(cell_of(row, at, table.columns[at].kind));
  }
  return table;
}

}  // namespace bccid
