#include "adapters/list.hpp"
#include "adapters/onestop_rest/wire.hpp"
#include "adapters/order_post_wire.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"
#include "domain/dossier/dossier_code.hpp"
#include "domain/order/phone.hpp"
#include "domain/payment/payment_reference.hpp"
#include "tests/adapters/workbook_file.hpp"
#include "tests/fuzz/kept_reply.hpp"
#include "tests/fuzz/parsers.hpp"
#include "tests/fuzz/require.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <memory>
#include <optional>
#include <string>

namespace bccid::fuzz {
namespace {

namespace json = boost::json;

constexpr std::string_view kNumber = "H20.01-260703-0001-T1";

// The body read a second time, without the adapters' own reader.
std::optional<json::object> object_in(std::string_view body, bool broken_utf8 = false) {
  if (body.starts_with("\xEF\xBB\xBF")) body.remove_prefix(3);
  json::parse_options options;
  options.allow_invalid_utf8 = broken_utf8;
  boost::system::error_code error;
  const json::value value = json::parse({body.data(), body.size()}, error, {}, options);
  if (error || !value.is_object()) return std::nullopt;
  return value.get_object();
}

// True when a member is the number, written as JSON or as text.
bool says(const json::object& object, std::string_view name, std::int64_t number) {
  const auto* value = object.if_contains({name.data(), name.size()});
  if (value == nullptr) return false;
  if (value->is_int64()) return value->get_int64() == number;
  if (value->is_double()) return value->get_double() == static_cast<double>(number);
  if (!value->is_string()) return false;
  const auto text = trim({value->get_string().data(), value->get_string().size()});
  std::int64_t read = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
  return error == std::errc{} && end == text.data() + text.size() && read == number;
}

void check_report(const SendReport& report, const Reply& reply) {
  require(report.http_status == reply.status, "a report keeps the HTTP status");
  require_clean(report.reason, 1000, "the reason of a report");
  if (report.outcome == SendOutcome::accepted)
    require(reply.status >= 200 && reply.status < 300, "only a success accepts");
  if (report.outcome == SendOutcome::rejected)
    require(object_in(reply.body).has_value() && reply.status < 500, "only an answer in JSON rejects");
  if (report.outcome == SendOutcome::not_sent)
    require(reply.status == 401 || reply.status == 429, "only the gateway says that nothing arrived");
}

CarrierBlock block() {
  CarrierBlock block;
  block.name = "vnpost";
  block.customer_code = "DT82";
  return block;
}

void check_row(const FeedRow& row, const FeedPage& page) {
  constexpr Time kEarliest{std::chrono::seconds{946'684'800}};
  constexpr Time kLatest{std::chrono::seconds{4'102'444'800}};
  require(ngsp::is_object_id(row.row_id) && row.row_id <= page.next_cursor, "the cursor is behind each row");
  require(!row.order_number.empty() || !row.item_code.empty(), "a row names a parcel");
  require(row.occurred_at >= kEarliest && row.occurred_at < kLatest, "a row's time is in this century");
  for (const auto& text : {row.order_number, row.item_code, row.raw_code, row.raw_text, row.office, row.note})
    require_clean(text, limits::kTextFieldCharsMax, "a text of a feed row");
}

std::string cell(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) out.append(c == '"' ? 2 : 1, c);
  return out + '"';
}

// The statement as a file of its own, with the titles that we look for.
std::string statement_text(const BankStatement& statement) {
  const auto digits = [](Money amount) { return std::to_string(amount.dong()); };
  std::string out = "tai_khoan," + statement.account + "\ntu_ngay," + to_text(statement.from) +
                    "\nden_ngay," + to_text(statement.to) + "\nso_du_dau," + digits(statement.opening) +
                    "\nso_du_cuoi," + digits(statement.closing) +
                    "\nngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n";
  Money sum;
  for (const auto& line : statement.lines) {
    out += to_text(line.booked_on) + "," + cell(line.bank_ref) + "," + digits(line.amount) + "," +
           cell(line.text) + "," + cell(line.payer) + "\n";
    sum += line.amount;
  }
  return out + "tong," + std::to_string(statement.lines.size()) + "," + digits(sum) + ",,\n";
}

bool same_line(const BankLine& left, const BankLine& right) {
  return left.bank_ref == right.bank_ref && left.booked_on == right.booked_on &&
         left.amount == right.amount && left.text == right.text && left.payer == right.payer;
}

void check_statement(const BankStatement& statement, const BankFilePort& bank) {
  Money sum = statement.opening;
  for (const auto& line : statement.lines) {
    require(!line.amount.zero(), "a bank line moves money");
    require(statement.from <= line.booked_on && line.booked_on <= statement.to,
            "a bank line lies within the statement");
    for (const auto& text : {line.bank_ref, line.text, line.payer})
      require(valid_utf8(text) && to_nfc(text) == text, "a bank's text is valid and in NFC");
    sum += line.amount;
  }
  require(sum == statement.closing, "opening and lines make the closing balance");
  const auto again = bank.parse(statement_text(statement));
  require(again.has_value(), "a statement that was read can be written and read");
  require(again->account == statement.account && again->from == statement.from && again->to == statement.to &&
              again->opening == statement.opening && again->closing == statement.closing,
          "a statement survives writing and reading");
  require(std::equal(statement.lines.begin(), statement.lines.end(), again->lines.begin(), again->lines.end(),
                     same_line),
          "its lines survive, in their order");
}

std::unique_ptr<BankFilePort> open_bank(std::string kind, bool totals_required = true) {
  BankBlock bank;
  bank.name = "fees";
  bank.kind = std::move(kind);
  bank.totals_required = totals_required;
  return bccid::open_bank(bank).value();
}

// What any reader makes of a file can be written as the CSV of ours, and read again.
void check_bank(const BankFilePort& reader, const BankFilePort& csv, std::string_view bytes) {
  const auto statement = reader.parse(bytes);
  if (statement)
    check_statement(*statement, csv);
  else
    require_fit(statement.error());
}

// The wish as the message that asks for it, in the portal's words.
std::string trigger_text(const OrderWish& wish) {
  json::object citizen{{"hoVaTen", wish.citizen.name},
                       {"soDienThoai", wish.citizen.phone},
                       {"email", wish.citizen.email},
                       {"diaChi", wish.citizen.address},
                       {"tinhThanh", wish.citizen.province_code},
                       {"xaPhuong", wish.citizen.commune_code}};
  json::array charges;
  for (const auto& charge : wish.charges)
    charges.push_back(json::object{{"LoaiPhiLePhi", charge.kind == "fee"      ? "phi"
                                                    : charge.kind == "charge" ? "le_phi"
                                                                              : "cuoc"},
                                   {"Gia", charge.amount.dong()},
                                   {"HinhThucThu", wish.leg == "pickup" ? 1 : 4}});
  json::object out{{"yeuCau", wish.leg == "pickup" ? "gui_ho_so" : "tra_ket_qua"},
                   {"MaHoSo", wish.dossier_code},
                   {"SoPhieuGui", wish.slip_no},
                   {"MaTTHC", wish.procedure_code},
                   {"KenhThucHien", wish.channel},
                   {"ChuHoSo", wish.applicant_name},
                   {"nguoiNhan", std::move(citizen)},
                   {"DanhSachLePhi", std::move(charges)},
                   {"ThanhPhanHoSo", json::value_from(wish.papers)}};
  if (wish.portal_status != 0) out["TrangThai"] = wish.portal_status;
  if (wish.finished_at) out["NgayKetThucXuLy"] = to_portal_text(*wish.finished_at);
  return json::serialize(out);
}

void check_wish(const OrderWish& wish) {
  require(wish.leg == "pickup" || wish.leg == "delivery", "a trigger asks for a leg");
  require(wish.dossier_code.empty() || is_dossier_code(wish.dossier_code), "a dossier code has its shape");
  require(!wish.dossier_code.empty() || !wish.slip_no.empty(), "a trigger names its dossier");
  require(parse_phone(wish.citizen.phone).has_value(), "a telephone can be called");
  for (const auto& text : {wish.slip_no, wish.procedure_code, wish.applicant_name, wish.citizen.name,
                           wish.citizen.email, wish.citizen.address, wish.citizen.commune_code})
    require_clean(text, limits::kTextFieldCharsMax, "a text of a trigger");
  for (const auto& paper : wish.papers) require_clean(paper, limits::kTextFieldCharsMax, "a paper");
  for (const auto& charge : wish.charges)
    require(charge.amount.dong() > 0 && charge.amount.dong() <= limits::kChargeDongMax,
            "a charge keeps its range");
}

}  // namespace

int check_bank_csv(std::string_view bytes) {
  static const auto strict = open_bank("bank_csv"), lenient = open_bank("bank_csv", false);
  check_bank(*strict, *strict, bytes);
  check_bank(*lenient, *lenient, bytes);
  return 0;
}

int check_bank_table(std::string_view bytes) {
  static const auto strict = open_bank("bank_table"), lenient = open_bank("bank_table", false);
  static const auto csv = open_bank("bank_csv");
  check_bank(*strict, *csv, bytes);
  check_bank(*lenient, *csv, bytes);
  return 0;
}

int check_remittance_list(std::string_view bytes) {
  static const auto reader = open_remittance_file(CarrierBlock{}).value();
  TextSource source(bytes);
  std::vector<Failure> found;
  const auto money = reader->read(source, found);
  for (const auto& failure : found) require_fit(failure);
  require(money.has_value() || !money.error().detail.empty(), "a refused list says why");
  if (!money) return 0;
  Money sum;
  for (const auto& item : money->items) {
    require(item.amount > Money{}, "a row forwards money");
    require(item.kind.empty() || item.kind == "fee" || item.kind == "charge", "its kind is known");
    sum += item.amount;
  }
  require(found.empty() && sum == money->total, "the rows are the total");
  require(!money->reference.empty() && money->reference.size() <= 25, "the reference fits a transfer's text");
  return 0;
}

int check_workbook(std::string_view bytes) {
  static const auto bank = open_bank("bank_table", false), csv = open_bank("bank_csv");
  auto parts = test::workbook_parts("", {"Số dư", "a", "b"});
  parts["xl/worksheets/sheet1.xml"] = bytes;
  check_bank(*bank, *csv, test::packed(parts));
  return 0;
}

int check_bank_mt940(std::string_view bytes) {
  static const auto bank = open_bank("bank_mt940"), csv = open_bank("bank_csv");
  check_bank(*bank, *csv, bytes);
  return 0;
}

int check_bank_camt(std::string_view bytes) {
  static const auto bank = open_bank("bank_camt"), csv = open_bank("bank_csv");
  check_bank(*bank, *csv, bytes);
  return 0;
}

int check_ngsp_feed(std::string_view bytes) {
  static const CarrierBlock kBlock = block();
  constexpr Time kNow{std::chrono::seconds(4'102'444'799)};  // later than every key
  const Reply reply = reply_of(bytes);
  const auto page = ngsp::read_feed_reply(reply.status, reply.body, ngsp::kFirstCursor, kBlock, kNow);
  if (!page) {
    require_fit(page.error());
    return 0;
  }
  require(reply.status == 200 && object_in(reply.body, true).has_value(), "only a 200 with JSON is a page");
  require(ngsp::is_object_id(page->next_cursor), "a cursor is an object id");
  require(page->next_cursor >= ngsp::kFirstCursor, "a cursor never goes back");
  require(page->at_end == (page->next_cursor == ngsp::kFirstCursor), "a page with rows is not the end");
  for (const auto& row : page->rows) check_row(row, *page);
  const auto again = ngsp::read_feed_reply(reply.status, reply.body, page->next_cursor, kBlock, kNow);
  require(!again || again->next_cursor == page->next_cursor, "a page never leads behind itself");
  return 0;
}

int check_ngsp_reply(std::string_view bytes) {
  const Reply reply = reply_of(bytes);
  const SendReport report = ngsp::read_send_reply(reply.status, reply.body, kNumber);
  check_report(report, reply);
  if (report.outcome != SendOutcome::accepted) return 0;
  const auto object = object_in(reply.body);
  require(object.has_value() && says(*object, "Status", 100), "only Status 100 accepts an order");
  const auto* named = object->if_contains("OrderNumber");
  require(named == nullptr || !named->is_string() || named->get_string().empty() ||
              trim(std::string_view(named->get_string())).empty() ||
              named->get_string().find("0001-T1") != json::string::npos,
          "an answer about another order accepts nothing");
  return 0;
}

int check_onestop_reply(std::string_view bytes) {
  const Reply reply = reply_of(bytes);
  const SendReport report = onestop::read_status_reply(reply.status, reply.body);
  check_report(report, reply);
  if (report.outcome == SendOutcome::accepted)
    require(object_in(reply.body).has_value(), "only an answer in JSON accepts");
  return 0;
}

int check_onestop_trigger(std::string_view bytes) {
  const auto wish = onestop::parse_trigger(bytes);
  if (!wish) {
    require_fit(wish.error());
    return 0;
  }
  check_wish(*wish);
  const std::string text = trigger_text(*wish);
  const auto again = onestop::parse_trigger(text);
  require(again.has_value(), "a trigger that was read can be written and read");
  require(trigger_text(*again) == text, "a trigger survives writing and reading");
  return 0;
}

int check_payment_platform(std::string_view bytes) {
  struct Taken final : PlatformSink {
    Status take(PlatformPayment payment) override {
      require(is_online_reference(payment.reference), "a payment has a reference of the platform");
      require(payment.amount > Money{}, "a payment has an amount");
      total += payment.amount;
      ++count;
      return {};
    }
    void refuse(const Failure& problem) override { require_fit(problem); }
    std::size_t count = 0;
    Money total;
  } taken;
  PlatformBlock block;
  block.name = "portal";
  block.kind = "payment_platform";
  static const auto port = open_platform(block).value();
  TextSource source(bytes);
  const auto head = port->read(source, taken);
  if (!head) {
    require_fit(head.error());
    return 0;
  }
  require(head->payments == taken.count && head->total == taken.total, "the head counts its payments");
  return 0;
}

}  // namespace bccid::fuzz
