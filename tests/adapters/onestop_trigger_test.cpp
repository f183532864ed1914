#include "adapters/onestop_rest/wire.hpp"
#include "base/limits.hpp"
#include "base/time_text.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <boost/json/parse.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bccid::onestop {
namespace {

using test::adapter_fixture;
using testing::ElementsAre;

std::vector<std::string> pointers_of(const std::string& body) {
  const auto wish = parse_trigger(body);
  std::vector<std::string> pointers;
  if (wish) return pointers;
  for (const auto& error : wish.error().errors) pointers.push_back(error.pointer);
  return pointers;
}

TEST(Trigger, of_a_finished_dossier_becomes_a_delivery_wish) {
  const auto wish = parse_trigger(adapter_fixture("onestop_rest/fixtures/delivery.json"));
  ASSERT_TRUE(wish) << wish.error().summary().text();
  EXPECT_EQ(wish->leg, "delivery");
  EXPECT_EQ(wish->dossier_code, "H20.01-260703-0001");
  EXPECT_EQ(wish->procedure_code, "1.001193");
  EXPECT_EQ(wish->portal_status, 9);
  EXPECT_EQ(wish->channel, 3);
  EXPECT_EQ(wish->applicant_name, "Nguyễn Đình Hậu");
  EXPECT_EQ(wish->citizen.commune_code, "29869");
  EXPECT_THAT(wish->papers, ElementsAre("Giấy khai sinh", "Bản sao trích lục"));
  ASSERT_TRUE(wish->finished_at);
  EXPECT_EQ(to_rfc3339(*wish->finished_at), "2026-07-03T03:30:00Z");
}

TEST(Trigger, takes_only_the_money_that_is_due_with_its_leg) {
  const auto wish = parse_trigger(adapter_fixture("onestop_rest/fixtures/delivery.json"));
  ASSERT_TRUE(wish);
  ASSERT_EQ(wish->charges.size(), 2U);
  EXPECT_EQ(wish->charges[0].kind, "charge");
  EXPECT_EQ(wish->charges[0].amount, Money(8'000));
  EXPECT_EQ(wish->charges[1].kind, "postage");
  EXPECT_EQ(wish->charges[1].amount, Money(30'000));
}

TEST(Trigger, of_a_pickup_needs_its_slip_number_when_there_is_no_dossier_code) {
  const std::string pickup =
      R"({"yeuCau":"gui_ho_so","SoPhieuGui":"PG-0001","MaTTHC":"1.001193","ChuHoSo":"A",
    "nguoiNhan":{"hoVaTen":"A","soDienThoai":"0912345678","diaChi":"x","tinhThanh":"82",
    "xaPhuong":"29869"}})";
  const auto wish = parse_trigger(pickup);
  ASSERT_TRUE(wish) << wish.error().summary().text();
  EXPECT_EQ(wish->leg, "pickup");
  EXPECT_EQ(wish->slip_no, "PG-0001");
  EXPECT_EQ(wish->channel, 1);
  std::string without = pickup;
  without.replace(without.find("SoPhieuGui"), 10, "SoPhieuKhc");
  EXPECT_THAT(pointers_of(without), ElementsAre("/SoPhieuGui"));
}

TEST(Trigger, names_every_fault_at_once_by_its_pointer) {
  EXPECT_THAT(pointers_of(adapter_fixture("onestop_rest/fixtures/every_fault.json")),
              ElementsAre("/MaHoSo", "/MaTTHC", "/TrangThai", "/KenhThucHien", "/HinhThucTra",
                          "/NgayKetThucXuLy", "/ChuHoSo", "/nguoiNhan/hoVaTen", "/nguoiNhan/soDienThoai",
                          "/nguoiNhan/email", "/nguoiNhan/diaChi", "/nguoiNhan/tinhThanh",
                          "/nguoiNhan/xaPhuong", "/DanhSachLePhi/0/LoaiPhiLePhi", "/DanhSachLePhi/0/Gia",
                          "/DanhSachLePhi/0/HinhThucThu", "/DanhSachLePhi/1", "/DanhSachLePhi/2/Gia",
                          "/ThanhPhanHoSo/0", "/ThanhPhanHoSo/1/TenThanhPhan"));
}

TEST(Trigger, is_refused_in_words_that_name_the_member) {
  const auto wish = parse_trigger(adapter_fixture("onestop_rest/fixtures/every_fault.json"));
  ASSERT_FALSE(wish);
  EXPECT_EQ(wish.error().summary().pointer, "/MaHoSo");
  for (const auto& error : wish.error().errors) {
    const auto member = error.pointer.substr(error.pointer.rfind('/') + 1);
    EXPECT_NE(error.detail.find(member), std::string::npos) << error.pointer << ": " << error.detail;
  }
}

TEST(Trigger, keeps_the_phone_number_in_its_international_form) {
  std::string body = adapter_fixture("onestop_rest/fixtures/delivery.json");
  const auto at = body.find("\"soDienThoai\"");
  const auto from = body.find('"', body.find(':', at)) + 1;
  body.replace(from, body.find('"', from) - from, "0912 345 678");
  const auto wish = parse_trigger(body);
  ASSERT_TRUE(wish) << wish.error().summary().text();
  EXPECT_EQ(wish->citizen.phone, "+84912345678");
}

TEST(Trigger, says_where_it_names_what_an_order_names) {
  EXPECT_EQ(trigger_pointer("/citizen/commune_code"), "/nguoiNhan/xaPhuong");
  EXPECT_EQ(trigger_pointer("/procedure_code"), "/MaTTHC");
  EXPECT_EQ(trigger_pointer("/agency"), "");
}

TEST(Trigger, names_what_an_empty_object_lacks) {
  EXPECT_THAT(pointers_of("{}"), ElementsAre("/yeuCau", "/MaTTHC", "/ChuHoSo", "/nguoiNhan"));
}

TEST(Trigger, that_is_no_json_object_is_malformed) {
  const std::string deep(100'000, '[');
  for (const std::string& body : {std::string(), std::string("[]"), std::string("{\"a\":\"\xFF\"}"),
                                  std::string("<x/>"), "{\"a\":" + deep, std::string("{\"MaHoSo\":")}) {
    const auto wish = parse_trigger(body);
    ASSERT_FALSE(wish);
    EXPECT_EQ(wish.error().summary().code, Errc::malformed);
  }
  const auto large = parse_trigger("{\"a\":\"" + std::string(limits::kJsonBodyBytesMax, 'x') + "\"}");
  ASSERT_FALSE(large);
  EXPECT_EQ(large.error().summary().code, Errc::too_large);
}

TEST(Trigger, composes_decomposed_names) {
  std::string body = adapter_fixture("onestop_rest/fixtures/delivery.json");
  const std::string composed = "\"ChuHoSo\": \"Nguyễn";
  body.replace(body.find(composed), composed.size(), "\"ChuHoSo\": \"Nguye\xCC\x82\xCC\x83n");
  const auto wish = parse_trigger(body);
  ASSERT_TRUE(wish) << wish.error().summary().text();
  EXPECT_EQ(wish->applicant_name, "Nguyễn Đình Hậu");
}

TEST(StatusBody, carries_the_delivery_time_exactly_with_status_10) {
  DossierStatus status = test::sample_status("m-1");
  auto body = boost::json::parse(status_body(status)).as_object();
  EXPECT_FALSE(body.contains("NgayTra"));
  EXPECT_EQ(body.at("MaThongDiep").as_string(), "m-1");
  status.portal_status = 10;
  status.delivered_at = status.occurred_at;
  body = boost::json::parse(status_body(status)).as_object();
  EXPECT_EQ(body.at("NgayTra").as_string(), "20260703110000");
  EXPECT_EQ(body.at("TrangThai").as_int64(), 10);
}

TEST(ProgressBody, tells_the_step_in_the_portals_words) {
  const auto body = boost::json::parse(progress_body(test::sample_status("m-1"), OnestopBlock{})).as_object();
  EXPECT_EQ(body.at("NoiDungXuLy").as_string(), "Bưu điện đang chuyển kết quả");
  EXPECT_EQ(body.at("ThoiDiemXuLy").as_string(), "20260703110000");
  EXPECT_EQ(body.at("NguoiXuLy").as_string(), "Bưu chính công ích");
}

}  // namespace
}  // namespace bccid::onestop
