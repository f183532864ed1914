#include "flow/masked_body.hpp"

#include "base/limits.hpp"

#include <gtest/gtest.h>

namespace bccid {
namespace {

constexpr const char* kJson = "application/json; charset=utf-8";

TEST(MaskedBody, KeepsTheShapeAndTheValuesOfHarmlessFieldsOnly) {
  EXPECT_EQ(masked_body(R"({"OrderNumber": "H20.12-260115-0001-T1", "CODAmount": 20000,
                            "ReceiverName": "Nguyễn Văn A", "ReceiverTel": "0912345678",
                            "ReceiverAddress": "12 Lê Lợi", "Description": null})",
                        kJson),
            R"({"OrderNumber":"H20.12-260115-0001-T1","CODAmount":20000,"ReceiverName":"***",)"
            R"("ReceiverTel":"***","ReceiverAddress":"***","Description":"***"})");
}

TEST(MaskedBody, AFieldThatNobodyKnowsIsMasked) {
  EXPECT_EQ(
      masked_body(R"({"access_token":"tkn-1","token_type":"Bearer","expires_in":300,"new":"x"})", kJson),
      R"({"access_token":"***","token_type":"Bearer","expires_in":300,"new":"***"})");
}

TEST(MaskedBody, AHarmlessFieldDoesNotShowWhatLooksLikeAPersonOrASecret) {
  for (const auto* value : {"0912345678", "082190001234", "Nguyen Van A", "a@b.vn", "Trần",
                            "eyJhbGciOiJIUzI1NiIsInR5cCI6", "84912345678"})
    EXPECT_EQ(masked_body(std::string(R"({"code":")") + value + R"("})", kJson), R"({"code":"***"})")
        << value;
  EXPECT_EQ(masked_body(R"({"id":912345678})", kJson), R"({"id":"***"})");
  EXPECT_EQ(masked_body(R"({"item_code":"CP123456789VN"})", kJson), R"({"item_code":"CP123456789VN"})");
}

TEST(MaskedBody, ANameThatIsDataIsMaskedToo) {
  EXPECT_EQ(masked_body(R"({"0912345678":{"state":"x"},"Nguyễn A":1})", kJson),
            R"({"***":{"state":"x"},"***":"***"})");
}

TEST(MaskedBody, WhatFollowsAnObjectInAListBelongsToNoFieldOfIts) {
  EXPECT_EQ(masked_body(R"({"names":[{"code":"1"},"NguyenVanA"]})", kJson),
            R"({"names":[{"code":"1"},"***"]})");
}

TEST(MaskedBody, ACutValueIsMaskedWhateverItsField) {
  std::string body = R"({"note":")" + std::string(limits::kTraceBodyBytesMax - 40, 'x') + R"(","code":")";
  body += std::string(limits::kTraceBodyBytesMax, 'A');
  const auto masked = masked_body(body, kJson);
  EXPECT_EQ(masked, R"({"note":"***","code":"***")");
}

TEST(MaskedBody, NeverExceedsItsSize) {
  const std::string many(limits::kTraceBodyBytesMax * 2, '1');
  std::string list = "[";
  for (const char c : many) list += std::string(1, c) + ",";
  EXPECT_LE(masked_body(list, kJson).size(), limits::kTraceBodyBytesMax);
}

TEST(MaskedBody, XmlShowsHarmlessElementsAndNoAttributes) {
  EXPECT_EQ(masked_body(
                "<?xml version=\"1.0\"?><s:Body xmlns:s=\"secret\"><ACpass>p@ss</ACpass><key>phi-H20-1</key>"
                "<CusName><![CDATA[Nguyễn]]></CusName><cancelInvResult>ERR:20</cancelInvResult></s:Body>",
                "text/xml; charset=utf-8"),
            "<Body><ACpass>***</ACpass><key>phi-H20-1</key><CusName>***</CusName>"
            "<cancelInvResult>ERR:20</cancelInvResult></Body>");
}

TEST(MaskedBody, OfAnythingElseOnlyKindAndSizeAreTold) {
  EXPECT_EQ(masked_body("<html>Nguyễn 0912345678</html>", "text/html"), "(32 bytes of text/html, not shown)");
  EXPECT_EQ(masked_body("grant_type=x&client_secret=s3cret", "application/x-www-form-urlencoded"),
            "(33 bytes of application/x-www-form-urlencoded, not shown)");
  EXPECT_EQ(masked_body("", kJson), "");
}

TEST(MaskedWords, LosePhonesIdsAddressesAndTokensAndKeepCodes) {
  EXPECT_EQ(masked_words("Status 7: số 0912 345 678 sai, thư a.b@c.vn"), "Status 7: số *** sai, thư ***");
  EXPECT_EQ(masked_words("CCCD 082190001234"), "CCCD ***");
  EXPECT_EQ(masked_words("Authorization: Bearer abc-1 was refused"), "Authorization: Bearer *** was refused");
  EXPECT_EQ(masked_words("key " + std::string(40, 'k')), "key ***");
  for (const auto* kept : {"order H20.12-260115-0001-T1 is there", "parcel CP123456789VN",
                           "0190c5d1-7a00-7000-8000-000000000001", "answered 500", "connect to 10.0.0.1:443"})
    EXPECT_EQ(masked_words(kept), kept);
}

TEST(WithoutSecrets, ReplacesEachAndLeavesShortOnes) {
  EXPECT_EQ(without_secrets("a s3cret and s3cret, ab", {"s3cret", "ab", ""}), "a *** and ***, ab");
}

}  // namespace
}  // namespace bccid
