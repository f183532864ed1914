#include "adapters/bank_table/remittance_table.hpp"

#include "adapters/bank_table/mapping_file.hpp"
#include "adapters/bank_table/table_reader.hpp"
#include "adapters/bank_table/values.hpp"
#include "adapters/folded_title.hpp"
#include "adapters/statement_builder.hpp"
#include "base/limits.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <stdexcept>
#include <utility>

namespace bccid::table {
namespace {

using bank::refused;

constexpr std::size_t kProblemsMax = 50;  // as many as a person reads
constexpr std::size_t kReferenceCharsMax = 25;
constexpr std::size_t kNameBytesMax = 64;

Mapping remittance_mapping() {
  Mapping made;
  made.columns = {
      {"order_number", {"so_don_hang", "ma_don_hang", "so_don", "order_number"}},
      {"item_code", {"so_hieu_buu_gui", "ma_buu_gui", "so_hieu", "item_code"}},
      {"kind", {"loai_khoan_thu", "loai", "kind"}},
      {"amount", {"so_tien_thu_ho", "tien_thu_ho", "so_tien", "cod", "amount"}},
  };
  made.labels = {
      {"reference", {"ma_chuyen_tien", "so_tham_chieu", "noi_dung_chuyen_tien", "reference"}},
      {"account", {"tai_khoan_thu_huong", "tai_khoan_nhan", "so_tai_khoan", "tai_khoan", "account"}},
      {"day", {"ngay_chuyen_tien", "ngay_chuyen", "transfer_date"}},
      {"total", {"tong_so_tien", "tong_tien", "so_tien_chuyen", "total"}},
  };
  made.totals = {"tong_cong", "cong", "tong"};
  made.ends = {"nguoi_lap", "ke_toan", "kiem_soat"};
  return made;
}

// "Phí" and "lệ phí", as the law tells them apart; nothing for another word.
std::optional<std::string> kind_of(std::string_view text) {
  static const std::map<std::string, std::string> kKinds{
      {"", ""}, {"phi", "fee"}, {"fee", "fee"}, {"le_phi", "charge"}, {"charge", "charge"}};
  const auto found = kKinds.find(bank::folded_title(text));
  return found == kKinds.end() ? std::nullopt : std::optional(found->second);
}

bool is_reference(std::string_view text) {
  return !text.empty() && text.size() <= kReferenceCharsMax &&
         std::ranges::all_of(text, [](char c) { return c >= ' ' && c <= '~'; });
}

class RemittanceTable final : public TableReader {
 public:
  RemittanceTable(const Mapping& mapping, std::vector<Failure>& problems)
      : TableReader(mapping, {{"order_number", "amount"}, {"item_code", "amount"}}), problems_(problems) {}

  Result<ForwardedMoney> finish() {
    if (!any_header())
      return refused(0, "no row is a header with an order number or item code and an amount");
    for (const char* part : {"reference", "account", "day", "total"})
      if (!seen_.contains(part)) note(refused(0, std::string("\"") + part + "\" is missing"));
    if (problems_.empty() && money_.items.empty()) note(refused(0, "it lists no item"));
    if (problems_.empty() && sum_ != money_.total)
      note(refused(seen_["total"],
                   "its rows add up to " + sum_.to_text() + ", the total is " + money_.total.to_text()));
    if (!problems_.empty()) return problems_.front();
    return std::move(money_);
  }

 private:
  Status note(const Failure& problem) {
    if (problems_.size() < kProblemsMax) problems_.push_back(problem);
    return {};
  }

  Status in_label(const Labelled& label) override {
    if (!seen_.try_emplace(label.name, label.line).second)
      return note(refused(label.line, "\"" + label.name + "\" stands there twice"));
    const auto& text = label.value.text;
    if (label.name == "reference") {
      money_.reference = text;
      return is_reference(text) ? Status{}
                                : note(refused(label.line, "the reference \"" + shown(text) +
                                                               "\" is not 1 to 25 characters of ASCII"));
    }
    if (label.name == "account") {
      std::ranges::copy_if(text, std::back_inserter(money_.account),
                           [](char c) { return c != ' ' && c != '.' && c != '-'; });
      return {};
    }
    if (label.name == "day") {
      const auto day = read_day(label.value, mapping());
      if (!day)
        return note(refused(label.line, "\"" + shown(text) + "\" is not a date as this post writes it"));
      money_.day = *day;
      return {};
    }
    return take_total(label.line, label.value);
  }

  Status take_total(std::size_t line, const Cell& cell) {
    const auto total = read_amount(cell, mapping());
    if (!total || *total <= Money{}) return note(refused(line, "\"" + shown(cell.text) + "\" is no total"));
    money_.total = *total;
    return {};
  }

  bool is_line(const Row& row) const override {
    return !is_totals(row) && !cell(row, "amount").text.empty() &&
           (!cell(row, "order_number").text.empty() || !cell(row, "item_code").text.empty());
  }

  Status in_line(const Row& row) override {
    if (money_.items.size() == RemittanceFilePort::kItemsMax)
      return refused(row.line,
                     "the file has more than " + std::to_string(RemittanceFilePort::kItemsMax) + " rows");
    ForwardedItem item;
    item.line = row.line;
    item.order_number = cell(row, "order_number").text;
    item.item_code = cell(row, "item_code").text;
    if ((item.order_number.empty() && item.item_code.empty()) || item.order_number.size() > kNameBytesMax ||
        item.item_code.size() > kNameBytesMax)
      return note(refused(row.line, "it names neither an order nor an item"));
    const auto kind = kind_of(cell(row, "kind").text);
    if (!kind)
      return note(refused(row.line, "\"" + shown(cell(row, "kind").text) + "\" is neither phí nor lệ phí"));
    item.kind = *kind;
    const auto amount = read_amount(cell(row, "amount"), mapping());
    if (!amount || *amount <= Money{} || *amount > Money(limits::kChargeDongMax))
      return note(
          refused(row.line, "\"" + shown(cell(row, "amount").text) + "\" is no amount that is forwarded"));
    item.amount = *amount;
    sum_ += item.amount;
    money_.items.push_back(std::move(item));
    return {};
  }

  // The last row's sum is the total where no cell is labelled with it.
  Status in_totals(const Row& row) override {
    const auto& told = cell(row, "amount");
    if (told.text.empty()) return {};
    if (seen_.try_emplace("total", row.line).second) return take_total(row.line, told);
    const auto total = read_amount(told, mapping());
    return total == money_.total ? Status{} : note(refused(row.line, "its total is not the one above"));
  }

  std::vector<Failure>& problems_;
  std::map<std::string, std::size_t> seen_;  // part -> line
  ForwardedMoney money_;
  Money sum_;
};

class RemittanceTableFile final : public RemittanceFilePort {
 public:
  explicit RemittanceTableFile(Mapping mapping) : mapping_(std::move(mapping)) {}
  Result<ForwardedMoney> read(ByteSource& bytes, std::vector<Failure>& problems) const override {
    problems.clear();
    RemittanceTable table(mapping_, problems);
    if (auto read = read_rows(bytes, mapping_, table); !read) return read.error();
    return table.finish();
  }

 private:
  Mapping mapping_;
};

}  // namespace

Result<std::unique_ptr<RemittanceFilePort>> open_remittance_table(const CarrierBlock& block) {
  auto mapping = mapping_of(block.remittance_mapping_file, remittance_mapping());
  if (!mapping) return mapping.error();
  return std::unique_ptr<RemittanceFilePort>(std::make_unique<RemittanceTableFile>(*std::move(mapping)));
}

}  // namespace bccid::table
