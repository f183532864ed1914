#include "domain/payment/vietqr.hpp"
#include "domain/receipt/amount_in_words.hpp"
#include "paper/payment_slip_document.hpp"
#include "paper/pdf_printer.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/shell.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>

// Independent programs, which know nothing of ours, read and write the same things.
namespace bccid::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

class SecondOpinion : public testing::Test {
 protected:
  json::value ask(const json::object& questions) {
    const fs::path asked = folder_.path() / "questions.json", told = folder_.path() / "answers.json";
    std::ofstream(asked) << json::serialize(questions);
    const fs::path modules = fs::path(BCCID_BINARY_DIR).parent_path() / "browser";
    const auto ran = run_shell("node '" BCCID_SOURCE_DIR "/tests/browser/second_opinion.mjs' '" +
                               modules.string() + "' '" + asked.string() + "' '" + told.string() + "'");
    if (ran.status != 0) throw std::runtime_error(ran.out);
    std::ifstream in(told);
    return json::parse(std::string{std::istreambuf_iterator<char>(in), {}});
  }
  std::int64_t number(std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution(least, most)(random_);
  }
  std::string signs(std::string_view alphabet, std::size_t least, std::size_t most) {
    std::string made(static_cast<std::size_t>(number(std::int64_t(least), std::int64_t(most))), ' ');
    for (auto& sign : made)
      sign = alphabet[static_cast<std::size_t>(number(0, std::int64_t(alphabet.size()) - 1))];
    return made;
  }
  VietQr payment() {
    VietQr made;
    made.bank_bin = "970" + signs("0123456789", 3, 3);
    made.account = signs("0123456789", 6, 19);
    made.amount = Money(number(1, 9'999'999'999));
    made.purpose = "BCCI82 R" + signs("0123456789", 6, 6);
    return made;
  }

  std::mt19937_64 random_{20260302};
  TestFolder folder_;
};

// What ends a whole amount on a receipt is a habit of offices, not of the language.
std::string without_ending(std::string words) {
  constexpr std::string_view kEnding = " chẵn";
  if (words.ends_with(kEnding)) words.resize(words.size() - kEnding.size());
  return words;
}

// Both begin with a letter; ours is a capital.
std::string with_capital(std::string_view words) {
  static const std::vector<std::pair<std::string_view, std::string_view>> kFirst{
      {"không", "Không"}, {"một", "Một"}, {"hai", "Hai"}, {"ba", "Ba"},     {"bốn", "Bốn"},  {"năm", "Năm"},
      {"sáu", "Sáu"},     {"bảy", "Bảy"}, {"tám", "Tám"}, {"chín", "Chín"}, {"mười", "Mười"}};
  const auto first = words.substr(0, words.find(' '));
  for (const auto& [small, large] : kFirst)
    if (small == first) return std::string(large) + std::string(words.substr(first.size()));
  return "? " + std::string(words);
}

TEST_F(SecondOpinion, SpellsAmountsUpToNineHundredAndNinetyNineBillionsAsWeDo) {
  std::vector<std::int64_t> amounts;
  for (std::int64_t amount = 0; amount <= 2'000; ++amount) amounts.push_back(amount);
  for (std::int64_t power = 1'000; power <= 100'000'000'000; power *= 10)
    for (const std::int64_t around : {-1, 0, 1, 4, 5, 10, 14, 15, 21, 24, 105, 1'000})
      amounts.push_back(power + around);
  for (int at = 0; at < 3'000; ++at)
    amounts.push_back(number(0, 999'999'999'999) / (at % 2 == 0 ? 1 : 1'000'000));
  amounts.push_back(999'000'000'000);
  amounts.push_back(999'999'999'999);
  json::array asked;
  for (const auto amount : amounts) asked.emplace_back(std::to_string(amount));
  const auto told = ask({{"amounts", asked}, {"codes", json::array{}}, {"payments", json::array{}}});
  for (std::size_t at = 0; at < amounts.size(); ++at)
    EXPECT_EQ(without_ending(amount_in_words(Money(amounts[at]))),
              with_capital(std::string(told.at("words").at(at).as_string())))
        << amounts[at];
}

TEST_F(SecondOpinion, ReadsOurPaymentCodes) {
  std::vector<VietQr> payments;
  json::array codes;
  for (int at = 0; at < 500; ++at) {
    auto made = payment();
    if (at % 2 == 0) made.bill = signs("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", 1, 25);
    codes.emplace_back(encode_vietqr(made).value());
    payments.push_back(std::move(made));
  }
  const auto told = ask({{"amounts", json::array{}}, {"codes", codes}, {"payments", json::array{}}});
  for (std::size_t at = 0; at < payments.size(); ++at) {
    const auto& seen = told.at("read").at(at);
    EXPECT_TRUE(seen.at("valid").as_bool()) << codes[at];
    EXPECT_EQ(seen.at("bank_bin").as_string(), payments[at].bank_bin);
    EXPECT_EQ(seen.at("account").as_string(), payments[at].account);
    EXPECT_EQ(seen.at("amount").as_string(), std::to_string(payments[at].amount->dong()));
    EXPECT_EQ(seen.at("bill").as_string(), payments[at].bill);
    EXPECT_EQ(seen.at("purpose").as_string(), payments[at].purpose);
  }
}

TEST_F(SecondOpinion, SeesOurPaymentCodeOnThePrintedPaper) {
  const auto printer = PdfPrinter::open().value();
  json::array pictures;
  std::vector<std::string> codes;
  for (int at = 0; at < 12; ++at) {
    auto made = payment();
    made.bill = signs("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.", 1, 25);
    PaymentCode code;
    code.account = made.account;
    code.bank_bin = made.bank_bin;
    code.amount = *made.amount;
    code.purpose = made.purpose;
    code.vietqr = encode_vietqr(made).value();
    code.lines = {{ChargeKind::fee, "", "Phí thẩm định", *made.amount}};
    PaymentSlip slip;
    slip.order_number = "H20.01-260302-0001-T1";
    slip.codes = {code};
    const fs::path file = folder_.path() / ("slip" + std::to_string(at));
    std::ofstream(file, std::ios::binary) << printer.print(payment_slip_document(slip)).value();
    const auto drawn =
        run_shell("pdftoppm -r 150 -gray -singlefile '" + file.string() + "' '" + file.string() + "'");
    ASSERT_EQ(drawn.status, 0) << drawn.out;
    pictures.emplace_back(file.string() + ".pgm");
    codes.push_back(code.vietqr);
  }
  const auto told = ask({{"amounts", json::array{}},
                         {"codes", json::array{}},
                         {"payments", json::array{}},
                         {"pictures", pictures}});
  for (std::size_t at = 0; at < codes.size(); ++at)
    EXPECT_EQ(told.at("pictures").at(at), json::value(codes[at]));
}

TEST_F(SecondOpinion, WritesPaymentCodesThatWeRead) {
  std::vector<VietQr> payments;
  json::array asked;
  for (int at = 0; at < 500; ++at) {
    const auto made = payment();
    asked.push_back(json::object{{"bank_bin", made.bank_bin},
                                 {"account", made.account},
                                 {"amount", std::to_string(made.amount->dong())},
                                 {"purpose", made.purpose}});
    payments.push_back(made);
  }
  const auto told = ask({{"amounts", json::array{}}, {"codes", json::array{}}, {"payments", asked}});
  for (std::size_t at = 0; at < payments.size(); ++at) {
    const auto seen = decode_vietqr(told.at("written").at(at).as_string());
    ASSERT_TRUE(seen) << told.at("written").at(at) << seen.error().text();
    EXPECT_EQ(*seen, payments[at]);
  }
}

}  // namespace
}  // namespace bccid::test
