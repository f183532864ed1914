#include "domain/custody/papers.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

using Papers = std::vector<Paper>;

const Papers kListed{{"Tờ khai đăng ký khai sinh", 1}, {"Giấy chứng sinh", 1}, {"Bản sao hộ chiếu", 2}};

TEST(Papers, TheSameListAgreesWhateverItsOrderAndSpelling) {
  const Papers counted{{"  BẢN SAO  HỘ CHIẾU", 1},
                       {"giấy chứng sinh", 1},
                       {"To khai dang ky khai sinh", 1},
                       {"Bản sao hộ chiếu", 1}};
  EXPECT_TRUE(compare_papers(kListed, counted).empty());
}

TEST(Papers, NamesWhatIsMissingExtraAndCountedDifferently) {
  const Papers counted{{"Tờ khai đăng ký khai sinh", 1}, {"Bản sao hộ chiếu", 1}, {"Sổ hộ khẩu", 1}};
  const std::vector<PaperDifference> expected{{PaperReason::missing, "Giấy chứng sinh", 1, 0},
                                              {PaperReason::count_differs, "Bản sao hộ chiếu", 2, 1},
                                              {PaperReason::extra, "Sổ hộ khẩu", 0, 1}};
  const auto differences = compare_papers(kListed, counted);
  EXPECT_EQ(differences, expected);
  EXPECT_FALSE(may_seal(differences));
}

TEST(Papers, MoreThanAskedForDoesNotStopTheSealing) {
  const Papers counted{
      {"Tờ khai đăng ký khai sinh", 1}, {"Giấy chứng sinh", 1}, {"Bản sao hộ chiếu", 3}, {"Sổ hộ khẩu", 1}};
  const auto differences = compare_papers(kListed, counted);
  ASSERT_EQ(differences.size(), 2U);
  EXPECT_EQ(name(differences[0].reason), "paper_count_differs");
  EXPECT_EQ(name(differences[1].reason), "paper_extra");
  EXPECT_TRUE(may_seal(differences));
}

TEST(Papers, AnEmptyCountMissesEverything) {
  const auto differences = compare_papers(kListed, {});
  EXPECT_EQ(differences.size(), kListed.size());
  EXPECT_FALSE(may_seal(differences));
  EXPECT_TRUE(may_seal(compare_papers({}, {})));
}

}  // namespace
}  // namespace bccid
