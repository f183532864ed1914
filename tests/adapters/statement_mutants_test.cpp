#include "tests/adapters/statement_files.hpp"
#include "tests/adapters/workbook_file.hpp"

#include <algorithm>
#include <cstdint>

// Damaged files of every format. What a bank's own sums can prove is refused; what they cannot (a letter in a
// text) may pass, but never moves a dong.
namespace bccid {
namespace {

struct Format {
  std::string name;
  std::string kind;
  std::string fixture;
  std::string mapping = {};  // of a table
  bool sheet = false;        // the fixture is what a workbook has packed
};

BankBlock block_of(const Format& format) {
  auto block = test::bank_block(format.kind);
  if (!format.mapping.empty())
    block.mapping_file = std::string(BCCID_SOURCE_DIR) + "/adapters/bank_table/mappings/" + format.mapping;
  return block;
}

std::string name_of(const testing::TestParamInfo<Format>& info) { return info.param.name; }

// All the money that a statement tells of, whatever the order of its lines: what came in, what went out, and
// the balances. A batch whose parts a damage has glued together is still what was booked.
std::vector<std::int64_t> money_in(const BankStatement& statement) {
  std::int64_t in = 0, out = 0;
  for (const auto& line : statement.lines) (line.amount > Money{} ? in : out) += line.amount.dong();
  return {in, out, statement.opening.dong(), statement.closing.dong()};
}

std::vector<std::string> rows_of(const std::string& text) {
  std::vector<std::string> rows;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size() - 1);
    rows.push_back(text.substr(at, end + 1 - at));
    at = end + 1;
  }
  return rows;
}

std::string joined(const std::vector<std::string>& rows) {
  std::string text;
  for (const auto& row : rows) text += row;
  return text;
}

class StatementMutants : public testing::TestWithParam<Format> {
 protected:
  Result<BankStatement> read(const std::string& text) const {
    if (!GetParam().sheet) return test::parsed(block_, text);
    auto parts = test::workbook_parts("");
    parts["xl/worksheets/sheet1.xml"] = text;
    return test::parsed(block_, test::packed(parts));
  }
  // Refused with a reason, or the same money.
  void expect_no_money_moved(const std::string& text, const std::string& what) {
    const auto mutant = read(text);
    if (mutant) {
      EXPECT_EQ(money_in(*mutant), money_) << what;
      return;
    }
    ++refused_;
    EXPECT_EQ(mutant.error().code, Errc::statement_refused) << what;
    EXPECT_NE(mutant.error().detail, "") << what;
    EXPECT_NE(mutant.error().hint, "") << what;
  }

  BankBlock block_ = block_of(GetParam());
  std::string good_ = test::adapter_fixture(GetParam().fixture);
  std::vector<std::int64_t> money_ = money_in(read(good_).value());
  std::size_t refused_ = 0;
};

TEST_P(StatementMutants, ACutIsSeenWhereverItIs) {
  for (std::size_t size = 0; size < good_.size(); ++size)
    expect_no_money_moved(good_.substr(0, size), "cut at " + std::to_string(size));
  EXPECT_GT(refused_, good_.size() * 9 / 10);
}

TEST_P(StatementMutants, ARowThatIsMissingDoubledOrMovedMovesNoMoney) {
  const auto rows = rows_of(good_);
  for (std::size_t at = 0; at < rows.size(); ++at) {
    auto mutant = rows;
    mutant.erase(mutant.begin() + static_cast<std::ptrdiff_t>(at));
    expect_no_money_moved(joined(mutant), "without row " + std::to_string(at + 1));
    mutant = rows;
    mutant.insert(mutant.begin() + static_cast<std::ptrdiff_t>(at), rows[at]);
    expect_no_money_moved(joined(mutant), "row " + std::to_string(at + 1) + " twice");
    if (at == 0) continue;
    mutant = rows;
    std::swap(mutant[at - 1], mutant[at]);
    expect_no_money_moved(joined(mutant), "row " + std::to_string(at + 1) + " moved up");
  }
  EXPECT_GT(refused_, rows.size() / 2);
}

TEST_P(StatementMutants, AnotherDigitMovesNoMoney) {
  for (std::size_t at = 0; at < good_.size(); ++at) {
    if (good_[at] < '0' || good_[at] > '9') continue;
    std::string mutant = good_;
    mutant[at] = good_[at] == '9' ? '0' : static_cast<char>(good_[at] + 1);
    expect_no_money_moved(mutant, "digit at " + std::to_string(at));
  }
  EXPECT_GT(refused_, 20U);
}

TEST_P(StatementMutants, ForeignMoneyIsRefusedWhereverItCounts) {
  for (auto at = good_.find("VND"); at != std::string::npos; at = good_.find("VND", at + 1))
    expect_no_money_moved(std::string(good_).replace(at, 3, "USD"), "USD at " + std::to_string(at));
  EXPECT_GT(refused_, 0U);
}

INSTANTIATE_TEST_SUITE_P(
    Adapters, StatementMutants,
    testing::Values(
        Format{"bank_csv", "bank_csv", "bank_csv/fixtures/statement.csv"},
        Format{"bank_camt", "bank_camt", "bank_camt/fixtures/v02.xml"},
        Format{"notification", "bank_camt", "bank_camt/fixtures/notification.xml"},
        Format{"bank_mt940", "bank_mt940", "bank_mt940/fixtures/day.sta"},
        Format{"two_columns", "bank_table", "bank_table/fixtures/two_columns.csv", "two_columns.toml"},
        Format{"day_time_dots", "bank_table", "bank_table/fixtures/day_time_dots.csv", "day_time_dots.toml"},
        Format{"workbook", "bank_table", "bank_table/fixtures/sheet.xml", "", true}),
    name_of);

}  // namespace
}  // namespace bccid
