#include "domain/receipt/amount_in_words.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace bccid {
namespace {

struct Spelled {
  std::int64_t dong;
  const char* text;
};

class AmountInWords : public testing::TestWithParam<Spelled> {};

TEST_P(AmountInWords, IsSpelledAsAReceiptDoes) {
  EXPECT_EQ(amount_in_words(Money(GetParam().dong)), GetParam().text);
}

INSTANTIATE_TEST_SUITE_P(
    Table, AmountInWords,
    testing::Values(
        Spelled{0, "Không đồng"}, Spelled{1, "Một đồng"}, Spelled{5, "Năm đồng"}, Spelled{10, "Mười đồng"},
        Spelled{11, "Mười một đồng"}, Spelled{14, "Mười bốn đồng"}, Spelled{15, "Mười lăm đồng"},
        Spelled{20, "Hai mươi đồng"}, Spelled{21, "Hai mươi mốt đồng"}, Spelled{24, "Hai mươi bốn đồng"},
        Spelled{25, "Hai mươi lăm đồng"}, Spelled{91, "Chín mươi mốt đồng"}, Spelled{100, "Một trăm đồng"},
        Spelled{101, "Một trăm linh một đồng"}, Spelled{105, "Một trăm linh năm đồng"},
        Spelled{110, "Một trăm mười đồng"}, Spelled{115, "Một trăm mười lăm đồng"},
        Spelled{121, "Một trăm hai mươi mốt đồng"}, Spelled{999, "Chín trăm chín mươi chín đồng"},
        Spelled{1'000, "Một nghìn đồng chẵn"}, Spelled{1'001, "Một nghìn không trăm linh một đồng"},
        Spelled{1'015, "Một nghìn không trăm mười lăm đồng"}, Spelled{8'000, "Tám nghìn đồng chẵn"},
        Spelled{26'500, "Hai mươi sáu nghìn năm trăm đồng"}, Spelled{100'000, "Một trăm nghìn đồng chẵn"},
        Spelled{120'000, "Một trăm hai mươi nghìn đồng chẵn"},
        Spelled{105'005, "Một trăm linh năm nghìn không trăm linh năm đồng"},
        Spelled{1'000'000, "Một triệu đồng chẵn"}, Spelled{1'000'001, "Một triệu không trăm linh một đồng"},
        Spelled{1'001'000, "Một triệu không trăm linh một nghìn đồng chẵn"},
        Spelled{1'234'567, "Một triệu hai trăm ba mươi bốn nghìn năm trăm sáu mươi bảy đồng"},
        Spelled{15'300'000, "Mười lăm triệu ba trăm nghìn đồng chẵn"},
        Spelled{1'000'000'000, "Một tỷ đồng chẵn"}, Spelled{1'000'000'005, "Một tỷ không trăm linh năm đồng"},
        Spelled{1'005'000'000, "Một tỷ không trăm linh năm triệu đồng chẵn"},
        Spelled{21'000'000'000, "Hai mươi mốt tỷ đồng chẵn"},
        Spelled{999'999'999'999,
                "Chín trăm chín mươi chín tỷ chín trăm chín mươi chín triệu chín trăm chín mươi chín nghìn "
                "chín trăm chín mươi chín đồng"},
        Spelled{1'000'000'000'000, "Một nghìn tỷ đồng chẵn"},
        Spelled{1'000'000'000'000'000, "Một triệu tỷ đồng chẵn"}));

TEST(AmountInWordsTest, NoReceiptHasANegativeAmount) {
  EXPECT_THROW((void)amount_in_words(Money(-1)), std::invalid_argument);
}

}  // namespace
}  // namespace bccid
