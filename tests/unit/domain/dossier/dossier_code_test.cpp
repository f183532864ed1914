#include "domain/dossier/dossier_code.hpp"

#include "base/text.hpp"
#include "tests/unit/domain/fixtures.hpp"

#include <gtest/gtest.h>

#include <regex>

namespace bccid {
namespace {

const char* const kShape =
    "^(?:\\d{3}\\.\\d{2}\\.\\d{2}\\.[A-Z]\\d{2}|[A-Z]\\d{2}(?:\\.\\d{1,3}){0,5})-(?:\\d{6}|\\d{8})-\\d{4,7}$";

TEST(DossierCode, TakesTheShapesSeenInTheWild) {
  EXPECT_TRUE(is_dossier_code("000.00.16.H01-191001-0001"));
  EXPECT_TRUE(is_dossier_code("H01.16-250701-0001"));
  EXPECT_TRUE(is_dossier_code("G09.20-20260609-0092637"));
  EXPECT_TRUE(is_dossier_code("H20-261122-0001"));
  EXPECT_TRUE(is_dossier_code("H20.1.22.333.4.5-261122-0001"));
}

TEST(DossierCode, RefusesNeighboursOfThem) {
  for (const auto* text : {"", "-", "H01.16", "H01.16-250701", "H01.16-250701-001", "H01.16-250701-00000001",
                           "H01.16-2507011-0001", "h01.16-250701-0001", "H01.16.-250701-0001",
                           "H01.1234-250701-0001", "H01.1.2.3.4.5.6-250701-0001", "00.00.16.H01-191001-0001",
                           "000.00.16.H01-191001-0001 ", "H01.16-250701-0001x", "000.00.16.01-191001-0001"}) {
    EXPECT_FALSE(is_dossier_code(text)) << text;
  }
}

TEST(AgencyCode, IsWhatDossierCodesBeginWith) {
  for (const auto* text : {"H20", "H20.12", "G09.20", "H20.1.22.333.4.5", "000.00.16.H01"})
    EXPECT_TRUE(is_agency_code(text)) << text;
  for (const auto* text :
       {"", "H2", "h20.12", "H20.", "H20.12 ", "H20.1234", "H20.12-250701-0001", "00.16.H01", "Sở Tư pháp"})
    EXPECT_FALSE(is_agency_code(text)) << text;
}

TEST(DossierCode, TakesBlanksOffAndChangesNothingElse) {
  EXPECT_EQ(parse_dossier_code(" H01.16-250701-0001\n").value(), "H01.16-250701-0001");
  EXPECT_EQ(parse_dossier_code("h01.16-250701-0001").error().code, Errc::invalid_field);
}

TEST(DossierCode, QuotesARefusedTextInValidUtf8) {
  const auto refused = parse_dossier_code("Mã số hồ sơ không đúng định dạng chút nào cả đâu nhé");
  EXPECT_TRUE(valid_utf8(refused.error().detail)) << "50 bytes end inside a letter";
}

TEST(DossierCode, AgreesWithTheDocumentedExpressionOnMutations) {
  const std::regex shape(kShape);
  std::mt19937 random(test::run_seed());
  SCOPED_TRACE(test::seed_note());
  const std::string samples[] = {"000.00.16.H01-191001-0001", "H01.16-250701-0001",
                                 "G09.20-20260609-0092637"};
  const std::string signs = "0123456789.-HG ";
  for (int round = 0; round < 2000; ++round) {
    std::string text = samples[round % 3];
    for (int change = test::pick(random, 0, 2); change >= 0; --change) {
      const auto at = static_cast<std::size_t>(test::pick(random, 0, static_cast<int>(text.size()) - 1));
      const char sign =
          signs[static_cast<std::size_t>(test::pick(random, 0, static_cast<int>(signs.size()) - 1))];
      if (test::pick(random, 0, 1) == 0) {
        text[at] = sign;
      } else {
        text.insert(at, 1, sign);
      }
    }
    EXPECT_EQ(is_dossier_code(text), std::regex_match(text, shape)) << text;
  }
}

}  // namespace
}  // namespace bccid
