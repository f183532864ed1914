#include "domain/payment/vietqr.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bccid {
namespace {

using testing::HasSubstr;

VietQr shop() {
  VietQr payment;
  payment.bank_bin = "970403";
  payment.account = "0011012345678";
  payment.amount = Money(180'000);
  payment.bill = "NPS6869";
  payment.purpose = "thanh toan don hang";
  return payment;
}

// The text with a checksum that is right for it, whatever it says.
std::string sealed(const std::string& body) {
  unsigned crc = 0xFFFF;
  for (const char c : body + "6304") {
    for (int bit = 7; bit >= 0; --bit) {
      const bool top =
          ((crc >> 15U) & 1U) != ((static_cast<unsigned char>(c) >> static_cast<unsigned>(bit)) & 1U);
      crc = (crc << 1U) & 0xFFFFU;
      if (top) crc ^= 0x1021U;
    }
  }
  std::array<char, 5> hex{};
  std::snprintf(hex.data(), hex.size(), "%04X", crc);
  return body + "6304" + hex.data();
}

const std::string kAccount = "38570010A00000072701270006970403011300110123456780208QRIBFTTA";
const std::string kStatic = "000201010211" + kAccount + "53037045802VN";

TEST(VietQrTest, WritesNapasOwnExamples) {
  const auto dynamic = encode_vietqr(shop()).value();
  EXPECT_EQ(dynamic.size(), 142U);
  EXPECT_TRUE(dynamic.ends_with("63042E2E")) << dynamic;
  VietQr open = shop();
  open.amount.reset();
  open.bill.clear();
  open.purpose.clear();
  EXPECT_EQ(encode_vietqr(open).value(), kStatic + "63049E6F");
  open.account = "9704031101234567";
  open.to = VietQr::To::card;
  EXPECT_TRUE(encode_vietqr(open).value().ends_with("63044F52"));
}

TEST(VietQrTest, ReadsWhatAnotherProgramWrote) {
  const auto read = decode_vietqr(
      "00020101021238570010A00000072701270006970415011300110019324180208QRIBFTTA530370454061200005802VN621708"
      "13ung "
      "ho lu lut6304C15C");
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->bank_bin, "970415");
  EXPECT_EQ(read->account, "0011001932418");
  EXPECT_EQ(read->amount, Money(120'000));
  EXPECT_EQ(read->purpose, "ung ho lu lut");
  EXPECT_EQ(read->bill, "");
}

TEST(VietQrTest, ReadsBackWhatItWrote) {
  for (const auto to : {VietQr::To::account, VietQr::To::card}) {
    for (const std::int64_t dong : {0LL, 1LL, 26'500LL, 999'999'999'999LL}) {
      for (const char* text : {"", "H", "H01.16-250701-0001", "000.00.16.H01-191001-0001"}) {
        VietQr payment = shop();
        payment.to = to;
        payment.amount = dong == 0 ? std::optional<Money>() : Money(dong);
        payment.bill = payment.purpose = text;
        const auto read = decode_vietqr(encode_vietqr(payment).value());
        ASSERT_TRUE(read) << read.error().text();
        EXPECT_EQ(*read, payment);
      }
    }
  }
}

TEST(VietQrTest, ARightChecksumDoesNotExcuseAWrongInnerLength) {
  // The printed example of the specification: 13 digits behind a length of 12.
  const std::string wrong =
      "00020101021138570010A00000072701270006970403011200110123456780208QRIBFTTA53037045802VN";
  EXPECT_TRUE(sealed(wrong).ends_with("6304F4E5")) << sealed(wrong);
  const auto read = decode_vietqr(sealed(wrong));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, Errc::malformed);
}

TEST(VietQrTest, EverySignThatChangesIsNoticed) {
  const std::string good = encode_vietqr(shop()).value();
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char other : {'0', '1', 'A', 'f', ' ', '\x7F'}) {
      if (good[at] == other) continue;
      std::string bad = good;
      bad[at] = other;
      EXPECT_FALSE(decode_vietqr(bad)) << at;
    }
    EXPECT_FALSE(decode_vietqr(good.substr(0, at))) << at;
    EXPECT_FALSE(decode_vietqr(good.substr(at + 1))) << at;
  }
}

struct Wrong {
  std::string body;
  const char* says;
};

class WrongVietQr : public testing::TestWithParam<Wrong> {};

TEST_P(WrongVietQr, IsRefusedWithItsReason) {
  const auto read = decode_vietqr(sealed(GetParam().body));
  ASSERT_FALSE(read) << GetParam().body;
  EXPECT_EQ(read.error().code, Errc::malformed);
  EXPECT_THAT(read.error().detail, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Matrix, WrongVietQr,
    testing::Values(
        Wrong{"", "another version"}, Wrong{"000202010211" + kAccount + "53037045802VN", "another version"},
        Wrong{"000201010213" + kAccount + "53037045802VN", "another version"},
        Wrong{"010211000201" + kAccount + "53037045802VN", "another version"},
        Wrong{"00020101021153037045802VN", "another scheme"},
        Wrong{"000201010211" + kAccount + "53038405802VN", "currency"},
        Wrong{"000201010211" + kAccount + "53037045802KH", "country"},
        Wrong{"000201010212" + kAccount + "53037045802VN", "names no amount"},
        Wrong{"000201010212" + kAccount + "5303704540510.005802VN", "whole đồng"},
        Wrong{"000201010212" + kAccount + "530370454020" + "75802VN", "whole đồng"},
        Wrong{"000201010212" + kAccount + "5303704541412345678901234" + "5802VN", "whole đồng"},
        Wrong{"000201010211" + kAccount + "530370458035802VN", "tag"},
        Wrong{kStatic + "5802VN", "comes twice"}, Wrong{kStatic + "6200", "says 0 signs"},
        Wrong{kStatic + "620601030", "is not a tag"}, Wrong{kStatic + "62060108ab", "says 8 signs"},
        Wrong{"00020101021138570010A00000072701270006970403011300110123456780208QRPUSHXX53037045802VN",
              "a service"},
        Wrong{"00020101021138560010A0000007270126000597040011300110123456780208QRIBFTTA53037045802VN",
              "the bank's number"}));

TEST(VietQrTest, WritesNothingThatDoesNotFit) {
  const auto refused = [](auto change) {
    VietQr payment = shop();
    change(payment);
    const auto text = encode_vietqr(payment);
    return !text && text.error().code == Errc::invalid_field;
  };
  EXPECT_TRUE(refused([](VietQr& p) { p.bank_bin = "97040"; }));
  EXPECT_TRUE(refused([](VietQr& p) { p.bank_bin = "97040a"; }));
  EXPECT_TRUE(refused([](VietQr& p) { p.account = ""; }));
  EXPECT_TRUE(refused([](VietQr& p) { p.account = "12345678901234567890"; }));
  EXPECT_TRUE(refused([](VietQr& p) { p.account = "1234 5678"; }));
  EXPECT_TRUE(refused([](VietQr& p) { p.amount = Money(0); }));
  EXPECT_TRUE(refused([](VietQr& p) { p.amount = Money(-5); }));
  EXPECT_TRUE(refused([](VietQr& p) { p.amount = Money(10'000'000'000'000); }));
  EXPECT_TRUE(refused([](VietQr& p) { p.purpose = std::string(26, 'x'); }));
  EXPECT_TRUE(refused([](VietQr& p) { p.purpose = "Nộp phí"; }));
  EXPECT_TRUE(refused([](VietQr& p) { p.bill = "a\nb"; }));
}

}  // namespace
}  // namespace bccid
