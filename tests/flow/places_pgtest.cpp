#include "flow/places.hpp"

#include "tests/support/builders.hpp"
#include "tests/support/pg_cluster.hpp"
#include "tests/support/verified.hpp"

#include <gtest/gtest.h>

namespace bccid::test {
namespace {

class PlacesTest : public testing::Test {
 protected:
  PlacesTest() {
    add_reference_rows(session_);
    session_.sql("INSERT INTO commune_conversion VALUES ('82', '815', '28285', 'Xa cu', '28249', 'whole')");
  }
  Result<PutOutcome> agency(AgencyEntry entry) {
    return session_.in_tx([&](sql::Tx& tx) { return put_agency(tx, std::move(entry), "test"); });
  }
  Result<PutOutcome> office(OfficeEntry entry) {
    return session_.in_tx([&](sql::Tx& tx) { return put_office(tx, std::move(entry), "test"); });
  }
  Result<PutOutcome> account(FeeAccountEntry entry) {
    return session_.in_tx([&](sql::Tx& tx) { return put_fee_account(tx, std::move(entry), "test"); });
  }
  void expect_refused(const Result<PutOutcome>& put, const std::string& words) {
    ASSERT_FALSE(put) << words;
    EXPECT_NE(put.error().text().find(words), std::string::npos) << put.error().text();
    EXPECT_FALSE(put.error().hint.empty()) << put.error().text();
    EXPECT_EQ(session_.number("SELECT count(*) FROM agency"), 0) << words;
    EXPECT_EQ(session_.number("SELECT count(*) FROM post_office"), 0) << words;
    EXPECT_EQ(session_.number("SELECT count(*) FROM audit"), 0) << words;
  }
  std::string row() {
    return session_.text(
        "SELECT concat_ws('|', name, bank_account, phone, address, commune_code) FROM agency WHERE code = "
        "'H20.12'");
  }

  TestDatabase database_{to_current_schema};
  Session session_{database_.dsn()};
};

TEST_F(PlacesTest, AnAgencyIsAddedWithItsFeeAccount) {
  EXPECT_EQ(
      agency({"H20.12", "So Tu phap", "115000820012", "0273 387 2000", "1 Hung Vuong", kCommune}).value(),
      PutOutcome::stored);
  EXPECT_EQ(row(), "So Tu phap|115000820012|+842733872000|1 Hung Vuong|28249");
  EXPECT_EQ(session_.text("SELECT actor || ' ' || action || ' ' || subject FROM audit"),
            "test agency.put agency:H20.12");
  expect_verified(database_.dsn());
}

TEST_F(PlacesTest, AddingAgainChangesWhatIsGivenAndTheAuditHasWhatWas) {
  agency({"H20.12", "So Tu phap", "115000820012", {}, "1 Hung Vuong", kCommune}).value();
  EXPECT_EQ(agency({"H20.12", {}, "115000820099", {}, {}, {}}).value(), PutOutcome::stored);
  EXPECT_EQ(row(), "So Tu phap|115000820099||1 Hung Vuong|28249");
  EXPECT_EQ(session_.text("SELECT detail #>> '{before,bank_account}' || ' ' || (detail #>> "
                          "'{after,bank_account}') FROM audit ORDER BY id DESC LIMIT 1"),
            "115000820012 115000820099");
  EXPECT_EQ(agency({"H20.12", {}, {}, {}, "", {}}).value(), PutOutcome::stored);  // given, and empty
  EXPECT_EQ(row(), "So Tu phap|115000820099|||28249");
}

TEST_F(PlacesTest, AddingTheSameAgainChangesNothing) {
  agency({"H20.12", "So Tu phap", "115000820012", {}, {}, {}}).value();
  office({"820100", "Buu cuc", kCommune}).value();
  EXPECT_EQ(agency({"H20.12", "So Tu phap", "115000820012", {}, {}, {}}).value(), PutOutcome::unchanged);
  EXPECT_EQ(office({"820100", {}, {}}).value(), PutOutcome::unchanged);
  EXPECT_EQ(session_.number("SELECT count(*) FROM audit"), 2);
}

TEST_F(PlacesTest, AnOfficeIsAddedAndChanged) {
  EXPECT_EQ(office({"820100", "Buu cuc", {}}).value(), PutOutcome::stored);
  EXPECT_EQ(office({"820100", "Buu cuc My Tho", kCommune}).value(), PutOutcome::stored);
  EXPECT_EQ(session_.text("SELECT name || ' ' || commune_code FROM post_office"), "Buu cuc My Tho 28249");
}

TEST_F(PlacesTest, MalformedCodesAndUnknownUnitsAreRefusedAndNothingIsStored) {
  expect_refused(agency({"h20.12", "x", {}, {}, {}, {}}), "agency code \"h20.12\"");
  expect_refused(agency({"H20.12", {}, {}, {}, {}, {}}), "needs a name");
  expect_refused(agency({"H20.12", " ", {}, {}, {}, {}}), "is empty");
  expect_refused(agency({"H20.12", "a\nb", {}, {}, {}, {}}), "not plain text");
  expect_refused(agency({"H20.12", "x", "1150 0082", {}, {}, {}}), "account \"1150 0082\"");
  expect_refused(agency({"H20.12", "x", {}, "12", {}, {}}), "phone number");
  expect_refused(agency({"H20.12", "x", {}, {}, std::string(501, 'a'), {}}), "501 characters");
  expect_refused(agency({"H20.12", "x", {}, {}, {}, "2824"}), "commune \"2824\"");
  expect_refused(agency({"H20.12", "x", {}, {}, {}, "99999"}), "commune 99999 is not known");
  expect_refused(agency({"H20.12", "x", {}, {}, {}, "28285"}), "became: 28249");
  expect_refused(agency({"H20.12", "x", {}, {}, {}, "82"}), "is a province, ");
  expect_refused(agency({"H20.12", "x", {}, {}, {}, "83"}), "no province 83");
  expect_refused(office({"82-01", "x", {}}), "office code \"82-01\"");
  expect_refused(office({"820100", {}, {}}), "needs a name");
  expect_refused(office({"820100", "x", "99999"}), "commune 99999");
}

TEST_F(PlacesTest, TheBankOfAnAccountIsAddedAndChanged) {
  EXPECT_EQ(account({"115000820012", "970436", {}}).value(), PutOutcome::stored);
  EXPECT_EQ(account({"115000820012", {}, "So Tu phap"}).value(), PutOutcome::stored);
  EXPECT_EQ(account({"115000820012", {}, {}}).value(), PutOutcome::unchanged);
  EXPECT_EQ(session_.text("SELECT bank_bin || ' ' || holder FROM fee_account"), "970436 So Tu phap");
}

TEST_F(PlacesTest, APostHasOneAccountForItsPostage) {
  EXPECT_EQ(account({"999000820012", "970436", {}, "vnpost"}).value(), PutOutcome::stored);
  EXPECT_EQ(account({"999000820012", {}, "BUU DIEN", {}}).value(), PutOutcome::stored);
  EXPECT_EQ(session_.text("SELECT holder || ' ' || carrier FROM fee_account"), "BUU DIEN vnpost");
  const auto second = account({"999000820013", "970436", {}, "vnpost"});
  ASSERT_FALSE(second);
  EXPECT_NE(second.error().text().find("goes to account 999000820012"), std::string::npos);
  EXPECT_EQ(account({"999000820012", {}, {}, ""}).value(), PutOutcome::stored);
  EXPECT_EQ(account({"999000820013", "970436", {}, "vnpost"}).value(), PutOutcome::stored);
}

TEST_F(PlacesTest, AnAccountWithoutABankOrOfNoKnownShapeIsRefused) {
  expect_refused(account({"115000820013", {}, {}}), "needs its bank");
  expect_refused(account({"115000820013", "97043", {}}), "\"97043\" is not one of NAPAS");
  expect_refused(account({"1150 0082", "970436", {}}), "is not an account number");
  expect_refused(account({"", "970436", {}}), "is empty");
}

TEST_F(PlacesTest, WithoutReferenceDataThePersonIsToldToMigrate) {
  session_.sql("TRUNCATE commune CASCADE");
  expect_refused(office({"820100", "x", kCommune}), "bccid migrate");
}

}  // namespace
}  // namespace bccid::test
