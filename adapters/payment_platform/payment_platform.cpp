#include "adapters/payment_platform/payment_platform.hpp"

#include "adapters/payment_platform/base64_source.hpp"
#include "base/csv.hpp"
#include "base/text.hpp"
#include "domain/payment/payment_reference.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <map>
#include <optional>
#include <utility>

namespace bccid::platform {
namespace {

constexpr char kSeparator = '|';
constexpr std::string_view kTotals = "TONG";
constexpr std::size_t kTextMax = 200;
constexpr const char* kAskAgain = "Nothing was taken over. Ask the platform for the file again.";

// Our names of the fields and the titles that they have unless the block says otherwise.
const std::map<std::string, std::string>& default_titles() {
  static const std::map<std::string, std::string> titles{{"reference", "MaThamChieu"}, {"amount", "SoTien"},
                                                         {"account", "TKThuHuong"},    {"time", "ThoiGianGD"},
                                                         {"status", "TrangThai"},      {"dossier", "MaHoSo"}};
  return titles;
}

Failure refused(std::size_t line, const std::string& reason) {
  const std::string place = line == 0 ? std::string() : "line " + std::to_string(line);
  return Failure(Errc::statement_refused, (place.empty() ? "" : place + ": ") + reason, kAskAgain, place);
}

// "20260302081500", or "02/03/2026 08:15:00".
std::optional<Time> read_time(std::string_view text) {
  if (const auto portal = parse_portal_time(text)) return *portal;
  if (text.size() != 19 || text[2] != '/' || text[5] != '/' || text[10] != ' ') return std::nullopt;
  std::string digits;
  for (const auto& part : {text.substr(6, 4), text.substr(3, 2), text.substr(0, 2), text.substr(11, 2),
                           text.substr(14, 2), text.substr(17, 2)})
    digits += part;
  if (const auto portal = parse_portal_time(digits)) return *portal;
  return std::nullopt;
}

class Reader {
 public:
  Reader(const PlatformBlock& block, const std::map<std::string, std::string>& titles, PlatformSink& sink)
      : block_(block), titles_(titles), sink_(sink) {}

  Result<PlatformFileHead> read(CsvStream& rows) {
    for (CsvRow row;;) {
      const auto more = rows.next(row);
      if (!more) return more.error().code == Errc::malformed ? refused(0, more.error().detail) : more.error();
      if (!*more) break;
      const auto taken = header_.empty() ? read_header(row) : read_row(row);
      if (!taken) return taken.error();
    }
    if (header_.empty()) return refused(0, "the file is empty");
    if (!totals_)
      return refused(0, "the last row " + std::string(kTotals) + " with count and sum is missing");
    if (head_.payments == 0)
      return refused(0, "the file has no payment, so nobody knows which day it is about");
    return head_;
  }

 private:
  Status read_header(const CsvRow& row) {
    for (const auto& cell : row.cells) header_.emplace_back(trim(cell));
    for (const auto& [field, title] : titles_) {
      const auto at = std::ranges::find(header_, title);
      if (at != header_.end()) {
        columns_[field] = static_cast<std::size_t>(at - header_.begin());
      } else if (field != "dossier") {
        return refused(row.line, "there is no column \"" + title + '"');
      }
    }
    return {};
  }

  Status read_row(const CsvRow& row) {
    if (totals_) return refused(row.line, "a row follows the totals");
    if (trim(row.cells.front()) == kTotals) return read_totals(row);
    if (row.cells.size() != header_.size()) {
      sink_.refuse(refused(row.line, "it has " + std::to_string(row.cells.size()) +
                                         " fields, the header has " + std::to_string(header_.size())));
      return {};
    }
    auto payment = read_payment(row);
    if (!payment) {
      sink_.refuse(payment.error());
      return {};
    }
    const std::string status = cell(row, "status");
    ++rows_;
    sum_ += payment->amount;
    payment->paid_back = status == block_.paid_back_status;
    if (!payment->paid_back && status != block_.paid_status) return {};  // begun and never paid
    const Day day = business_day(payment->paid_at);
    if (head_.payments == 0) head_.from = head_.to = day;
    head_.from = std::min(head_.from, day);
    head_.to = std::max(head_.to, day);
    ++head_.payments;
    head_.total += payment->amount;
    return sink_.take(std::move(*payment));
  }

  Result<PlatformPayment> read_payment(const CsvRow& row) const {
    PlatformPayment payment;
    payment.line = row.line;
    payment.reference = cell(row, "reference");
    payment.account = cell(row, "account");
    payment.dossier_code = cell(row, "dossier");
    if (!is_online_reference(payment.reference))
      return refused(row.line, "\"" + shown(payment.reference) + "\" is no reference of a payment");
    if (payment.account.empty() || payment.account.size() > kTextMax ||
        payment.dossier_code.size() > kTextMax)
      return refused(row.line, "the account is missing, or a field is too long");
    const auto amount = parse_money(cell(row, "amount"));
    if (!amount || *amount <= Money{})
      return refused(row.line, "\"" + shown(cell(row, "amount")) + "\" is not an amount");
    payment.amount = *amount;
    const auto time = read_time(cell(row, "time"));
    if (!time) return refused(row.line, "\"" + shown(cell(row, "time")) + "\" is not a time");
    payment.paid_at = *time;
    return payment;
  }

  Status read_totals(const CsvRow& row) {
    totals_ = true;
    std::size_t count = 0;
    const std::string_view said = row.cells.size() > 1 ? trim(row.cells[1]) : std::string_view{};
    const auto read = std::from_chars(said.data(), said.data() + said.size(), count);
    if (said.empty() || read.ec != std::errc{} || read.ptr != said.data() + said.size() || count != rows_) {
      sink_.refuse(
          refused(row.line, "it counts " + shown(said) + " rows, there are " + std::to_string(rows_)));
      return {};
    }
    const auto sum = parse_money(row.cells.size() > 2 ? trim(row.cells[2]) : std::string_view{});
    if (!sum || *sum != sum_)
      sink_.refuse(refused(row.line, "its sum is not that of its rows, " + sum_.to_text()));
    return {};
  }

  std::string cell(const CsvRow& row, const std::string& field) const {
    const auto column = columns_.find(field);
    return column == columns_.end() ? std::string() : std::string(trim(row.cells.at(column->second)));
  }

  const PlatformBlock& block_;
  const std::map<std::string, std::string>& titles_;
  PlatformSink& sink_;
  std::vector<std::string> header_;
  std::map<std::string, std::size_t> columns_;
  PlatformFileHead head_;
  std::size_t rows_ = 0;
  Money sum_;
  bool totals_ = false;
};

class PaymentPlatform final : public PlatformFilePort {
 public:
  PaymentPlatform(PlatformBlock block, std::map<std::string, std::string> titles)
      : block_(std::move(block)), titles_(std::move(titles)) {}

  const std::string& name() const override { return block_.name; }
  Result<PlatformFileHead> read(ByteSource& bytes, PlatformSink& payments) const override {
    MaybeBase64 plain(bytes);
    CsvStream rows(plain, kSeparator);
    return Reader(block_, titles_, payments).read(rows);
  }

 private:
  PlatformBlock block_;
  std::map<std::string, std::string> titles_;
};

}  // namespace

Result<std::unique_ptr<PlatformFilePort>> open_payment_platform(const PlatformBlock& block) {
  auto titles = default_titles();
  for (const auto& [field, title] : block.column_titles) {
    const auto known = titles.find(field);
    if (known == titles.end())
      return Failure(Errc::config, "payment platform " + block.name + " has a title for \"" + field + '"',
                     "The fields are reference, amount, account, time, status and dossier.");
    known->second = title;
  }
  return std::unique_ptr<PlatformFilePort>(std::make_unique<PaymentPlatform>(block, std::move(titles)));
}

}  // namespace bccid::platform
