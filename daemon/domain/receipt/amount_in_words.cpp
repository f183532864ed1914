#include "domain/receipt/amount_in_words.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string_view>

namespace bccid {
namespace {

constexpr std::array<std::string_view, 10> kDigits{"không", "một", "hai", "ba",  "bốn",
                                                   "năm",   "sáu", "bảy", "tám", "chín"};
constexpr std::int64_t kThousand = 1'000;
constexpr std::int64_t kMillion = 1'000'000;
constexpr std::int64_t kBillion = 1'000'000'000;

class Words {
 public:
  // `leads`: nothing was said before, so leading zeros are silent.
  void say(std::int64_t number, bool leads) {
    if (number >= kBillion) {
      say(number / kBillion, leads);
      add("tỷ");
      leads = false;
      number %= kBillion;
    }
    leads = say_group(number / kMillion, "triệu", leads);
    leads = say_group(number / kThousand % kThousand, "nghìn", leads);
    say_group(number % kThousand, {}, leads);
  }

  std::string text;

 private:
  void add(std::string_view word) {
    if (!text.empty()) text += ' ';
    text += word;
  }

  bool say_group(std::int64_t group, std::string_view unit, bool leads) {
    if (group == 0) return leads;
    const auto hundreds = static_cast<std::size_t>(group / 100);
    const auto rest = static_cast<std::size_t>(group % 100);
    if (hundreds > 0 || !leads) {
      add(kDigits[hundreds]);
      add("trăm");
      if (rest > 0 && rest < 10) add("linh");
    }
    if (rest > 0) say_below_hundred(rest / 10, rest % 10);
    if (!unit.empty()) add(unit);
    return false;
  }

  void say_below_hundred(std::size_t tens, std::size_t ones) {
    if (tens == 1) add("mười");
    if (tens > 1) {
      add(kDigits[tens]);
      add("mươi");
    }
    if (ones == 1 && tens > 1) {
      add("mốt");
    } else if (ones == 5 && tens > 0) {
      add("lăm");
    } else if (ones > 0) {
      add(kDigits[ones]);
    }
  }
};

}  // namespace

std::string amount_in_words(Money amount) {
  if (amount < Money{}) throw std::invalid_argument("a receipt's amount is negative: " + amount.to_text());
  if (amount.zero()) return "Không đồng";
  Words words;
  words.say(amount.dong(), true);
  // Every digit's word begins with an ASCII letter, as does "mười".
  words.text.front() = static_cast<char>(words.text.front() - 'a' + 'A');
  return words.text + (amount.dong() % kThousand == 0 ? " đồng chẵn" : " đồng");
}

}  // namespace bccid
