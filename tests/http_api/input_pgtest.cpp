#include "base/text.hpp"
#include "tests/http_api/api_test.hpp"
#include "tests/http_api/boundaries.hpp"
#include "tests/http_api/finance_inputs.hpp"

#include <optional>

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiInput : public ApiTest {
 protected:
  void SetUp() override { before_ = all_counts(); }
  void expect_same_rows() { EXPECT_EQ(all_counts(), before_); }
  // Nothing but the count of refusals was stored.
  void expect_nothing_stored() {
    expect_same_rows();
    server->flush_refusals();
    EXPECT_GT(session.number("SELECT coalesce(sum(count), 0)::bigint FROM refusal_count"), 0);
  }

  ApiReply raw(const Boundary& at, const std::string& body) {
    return ask(posting(at.who, at.target, body, "key-1"));
  }

  // A copy with the value at that JSON pointer replaced; no value removes it.
  static json::value with(json::value body, std::string_view pointer,
                          const std::optional<json::value>& value) {
    json::value* at = &body;
    while (true) {
      pointer.remove_prefix(1);
      const auto end = std::min(pointer.find('/'), pointer.size());
      const auto name = pointer.substr(0, end);
      pointer.remove_prefix(end);
      if (at->is_array()) {
        at = &at->as_array().at(std::stoul(std::string(name)));
      } else if (pointer.empty() && !value) {
        at->as_object().erase(name);
        return body;
      } else {
        at = &at->as_object()[name];
      }
      if (pointer.empty()) break;
    }
    *at = *value;
    return body;
  }
  static std::string pointers(const ApiReply& reply) {
    std::string out;
    const auto value = reply.json();
    if (const auto* errors = value.as_object().if_contains("errors"))
      for (const auto& error : errors->as_array()) out += std::string(error.at("pointer").as_string()) + " ";
    return out;
  }

 private:
  std::string before_;
};

TEST_F(ApiInput, WhatIsNoJsonIsRefusedAtEveryBoundary) {
  const std::vector<std::string> bad{"{",
                                     "{\"a\":}",
                                     "[1,2",
                                     "{} {}",
                                     "nul",
                                     "'a'",
                                     "{\"a\":1,}",
                                     "{\"a\":01}",
                                     "{\"a\":NaN}",
                                     "// x\n{}",
                                     "{\"a\":\"\xFF\"}",
                                     "{\"a\":\"\xC0\x80\"}",
                                     "{\"a\":\"\\u0000\"}",
                                     "{\"a\":\"\\ud800\"}",
                                     "{\"\xED\xA0\x80\":1}",
                                     "{\"a\":1,\"a\":2}",
                                     "{\"a\":1e999}",
                                     "{\"a\":-0}",
                                     std::string(70, '[') + std::string(70, ']'),
                                     "\x01\x02",
                                     std::string("{\0}", 3),
                                     "{\"a\":\"\x01\"}"};
  for (const auto& at : kBoundaries) {
    for (const auto& body : bad) EXPECT_EQ(raw(at, body).status, 400) << at.target << " " << body;
    ApiCall nothing = posting(at.who, at.target, "", "key-1");
    nothing.content_type = "application/json";
    EXPECT_EQ(ask(nothing).status, 400) << at.target;
    const int with_mark = raw(at, "\xEF\xBB\xBF{}").status;
    EXPECT_TRUE(with_mark == 400 || with_mark == 415) << at.target << " " << with_mark;
  }
  expect_nothing_stored();
}

TEST_F(ApiInput, WhatIsNoObjectOfOursIsRefusedAtEveryBoundary) {
  for (const auto& at : kBoundaries)
    for (const char* body : {"null", "1", "\"a\"", "[]", "{}", "true", "{\"a\":1}"})
      EXPECT_EQ(raw(at, body).status, 400) << at.target << " " << body;
  expect_nothing_stored();
}

TEST_F(ApiInput, TooLargeBodiesAreRefusedUnread) {
  for (const auto& at : kBoundaries) {
    const auto max = Contract::instance().by_id(at.operation).body_bytes_max;
    EXPECT_EQ(raw(at, std::string(max + 1, ' ')).status, 413) << at.target;
  }
  expect_same_rows();
}

TEST_F(ApiInput, FieldsThatNobodyKnowsAreRefusedByName) {
  for (const auto& at : kBoundaries) {
    if (std::string(at.operation) == "takeTrigger")
      continue;  // another system's message keeps its own members
    const auto body = with(example(at.operation), "/a~b", json::value(1));
    const auto reply = raw(at, json::serialize(body));
    EXPECT_EQ(reply.status, 400) << at.target;
    EXPECT_EQ(pointers(reply), "/a~0b ") << reply.body;
  }
  expect_nothing_stored();
}

std::vector<Case> order_cases() {
  return {{"/leg", std::nullopt},
          {"/leg", json::value("both")},
          {"/leg", json::value(1)},
          {"/dossier_code", json::value("not a code")},
          {"/dossier_code", json::value("")},
          {"/dossier_code", json::value(std::string(51, 'H'))},
          {"/dossier_code", json::value(json::array{})},
          {"/dossier_code", std::nullopt},  // neither code nor slip
          {"/slip_no", json::value("PG 1")},
          {"/slip_no", json::value("PG/1")},
          {"/slip_no", json::value("phiếu")},
          {"/slip_no", json::value(std::string(48, '1'))},
          {"/procedure_code", json::value("1.00119")},
          {"/procedure_code", json::value("9.999999")},
          {"/procedure_code", json::value(1.001193)},
          {"/portal_status", json::value(0)},
          {"/portal_status", json::value(11)},
          {"/portal_status", json::value("9")},
          {"/portal_status", json::value(9.0)},
          {"/channel", json::value(4)},
          {"/applicant_name", json::value("a\nb")},
          {"/applicant_name", json::value(std::string(201, 'a'))},
          {"/finished_at", json::value("2025-11-21")},
          {"/finished_at", json::value("2025-02-30T00:00:00Z")},
          {"/finished_at", json::value("0000-01-01T00:00:00Z")},
          {"/finished_at", json::value("2025-11-23T09:00:00+07:00")},  // ahead
          {"/finished_at", json::value("1999-01-01T00:00:00Z")},
          {"/finished_at", json::value("9999-12-31T23:59:59Z")},
          {"/finished_at", json::value("2025-11-21T16:05:00")},
          {"/citizen", std::nullopt},
          {"/citizen", json::value("x")},
          {"/citizen/name", json::value("")},
          {"/citizen/name", std::nullopt},
          {"/citizen/phone", json::value("12")},
          {"/citizen/phone", json::value("abc")},
          {"/citizen/province_code", json::value("820")},
          {"/citizen/province_code", json::value("01")},
          {"/citizen/commune_code", json::value("99999")},
          {"/citizen/commune_code", json::value("1")},
          {"/citizen/colour", json::value("red")},
          {"/citizen/email", json::value(std::string(255, 'a'))},
          {"/charges", json::value(json::object{})},
          {"/charges/0", json::value(1)},
          {"/charges/0/kind", json::value("tip")},
          {"/charges/1/kind", json::value("charge")},
          {"/charges/0/amount_vnd", json::value(0)},
          {"/charges/0/amount_vnd", json::value(-1)},
          {"/charges/0/amount_vnd", json::value(10'000'000'001)},
          {"/charges/0/amount_vnd", json::value(0.5)},
          {"/charges/0/amount_vnd", json::value(1e300)},
          {"/charges/0/amount_vnd", json::value("8000")},
          {"/charges/0/amount_vnd", json::value(18446744073709551615ULL)},
          {"/charges/0/amount_vnd", std::nullopt},
          {"/papers", json::value("x")},
          {"/papers", json::value(json::array{"ok", 1}), "/papers/1"},
          {"/papers", json::value(json::array{"a\tb"}), "/papers/0"},
          {"/papers", json::value(json::array{""}), "/papers/0"},
          {"/papers", json::value(json::array(101, "x"))},
          {"/agency", json::value("H99.99")},
          {"/agency", json::value("x")},
          {"/agency", std::nullopt}};
}

std::vector<Case> scan_cases() {
  return {
      {"/event_id", std::nullopt},
      {"/event_id", json::value("x")},
      {"/event_id", json::value(7)},
      {"/item", json::value("EX000000015VN")},  // its check digit is 4
      {"/item", json::value("hello")},
      {"/item", json::value("")},
      {"/item", json::value(std::string(61, 'A'))},
      {"/code", json::value("teleported")},
      {"/code", json::value("")},
      {"/code", json::value(4)},
      {"/code", json::value("Delivered")},
      {"/code", json::value(std::string(41, 'x'))},
      {"/occurred_at", json::value("2025-11-22T09:06:00+07:00")},  // more than 5 minutes ahead
      {"/occurred_at", json::value("2025-09-20T09:00:00+07:00")},  // more than 60 days ago
      {"/occurred_at", json::value("yesterday")},
      {"/occurred_at", json::value(1'763'776'800)},
      {"/device", std::nullopt},
      {"/device", json::value("")},
      {"/device_seq", json::value(-1)},
      {"/device_seq", json::value(9223372036854775808ULL)},
      {"/office", json::value(std::string(13, '8'))},
      {"/office", json::value("82")},
      {"/office", json::value("bưu cục")},
      {"/office", json::value("8200a")},
      {"/reason", json::value("a\x7F")},
      {"/seal_no", json::value(std::string(41, '1'))},
      {"/retracts", json::value("0193a1b2-0000-7000-8000-000000000009")},  // without code retracted
      {"/code", json::value("retracted"), "/retracts"},                    // without naming what
      {"/cash", json::value(1)},
      {"/cash/charge_vnd", json::value(-1)},
      {"/cash/charge_vnd", json::value("8000")},
      {"/cash/charge_vnd", json::value(10'000'000'001)},
      {"/cash/tip_vnd", json::value(1)},
      {"/payment", json::value("transfer")},  // and cash
      {"/payment", json::value("card")},
      {"/recipient/kind", json::value("neighbour")},
      {"/recipient/id_checked", json::value("yes")},
      {"/recipient/id_last4", json::value("079085012345")},
      {"/recipient/id_last4", json::value("12")},
      {"/evidence/0/kind", json::value("oath")},
      {"/evidence/0/sha256", json::value("E3B0")},
      {"/evidence/0/sha256", json::value(std::string(64, 'G'))},
      {"/evidence", json::value(json::array(11, 1))},
      {"/papers", json::value(json::array{json::object{{"title", "x"}, {"copies", 1000}}}),
       "/papers/0/copies"},
      {"/papers", json::value(json::array{json::object{{"title", ""}, {"copies", 1}}}), "/papers/0/title"},
      {"/colour", json::value("red")}};
}

std::vector<SmallCase> recipient_cases() {
  std::vector<SmallCase> cases;
  for (const Case& one : std::vector<Case>{{"/id_number", std::nullopt},
                                           {"/id_number", json::value(82090001234)},
                                           {"/id_number", json::value("12")},
                                           {"/id_number", json::value("08209000123x")},
                                           {"/colour", json::value("red")}})
    cases.push_back({"checkRecipient", "clerk-1",
                     "/v1/orders/0193a1b2-0000-7000-8000-000000000001/recipient-check", one});
  return cases;
}

std::vector<SmallCase> small_cases() {
  constexpr const char* kCancel = "/v1/orders/0193a1b2-0000-7000-8000-000000000001/cancel";
  constexpr const char* kRelease = "/v1/orders/0193a1b2-0000-7000-8000-000000000001/release";
  std::vector<SmallCase> cases = finance_cases();
  for (auto& one : recipient_cases()) cases.push_back(std::move(one));
  const auto add = [&cases](const char* operation, const char* who, const char* target,
                            const std::vector<Case>& wrong) {
    for (const auto& one : wrong) cases.push_back({operation, who, target, one});
  };
  add("signIn", "", "/v1/session",
      {{"/name", std::nullopt},
       {"/name", json::value(1)},
       {"/name", json::value(std::string(65, 'a'))},
       {"/password", json::value("")},
       {"/password", json::value(std::string(257, 'a'))}});
  add("cancelOrder", "clerk-1", kCancel,
      {{"/reason", std::nullopt},
       {"/reason", json::value("no")},
       {"/reason", json::value("a\nb\nc")},
       {"/reason", json::value(std::string(301, 'a'))}});
  add("releaseOrder", "clerk-1", kRelease,
      {{"/note", std::nullopt},
       {"/note", json::value("no")},
       {"/citizen", json::value("x")},
       {"/citizen/name", std::nullopt},
       {"/citizen/phone", json::value("12")},
       {"/citizen/commune_code", json::value("1")},
       {"/citizen/colour", json::value("red")}});
  add("recordOnlinePayment", "agency-a", "/v1/orders/0193a1b2-0000-7000-8000-000000000001/online-payments",
      {{"/reference", std::nullopt},
       {"/reference", json::value("abc")},
       {"/reference", json::value("a b c d")},
       {"/reference", json::value(std::string(24, 'a'))},
       {"/paid_at", json::value("yesterday")},
       {"/kinds", json::value(json::array{})},
       {"/kinds", json::value(json::array{"postage"})},
       {"/amount_vnd", json::value(0)},
       {"/colour", json::value("red")}});
  add("handIn", "clerk-1", "/v1/cash/hand-ins",
      {{"/collector", std::nullopt},
       {"/collector", json::value(std::string(65, 'a'))},
       {"/office", json::value(std::string(13, '8'))},
       {"/office", json::value("8200a")},
       {"/office", json::value("820199")},  // of another clerk
       {"/counted_vnd", std::nullopt},
       {"/counted_vnd", json::value(-1)},
       {"/counted_vnd", json::value(0.5)},
       {"/counted_vnd", json::value("34000")},
       {"/counted_vnd", json::value(10'000'000'001)}});
  add("remit", "finance-1", "/v1/remittances",
      {{"/agency", std::nullopt}, {"/agency", json::value("x")}, {"/agency", json::value(7)}});
  add("takeTrigger", "agency-a", "/v1/onestop/triggers",
      {{"/yeuCau", json::value("khac")},
       {"/MaHoSo", json::value("not a code")},
       {"/MaTTHC", json::value("1.00119")},
       {"/TrangThai", json::value(11)},
       {"/TrangThai", json::value("9.5")},
       {"/ChuHoSo", std::nullopt},
       {"/ChuHoSo", json::value("a\nb")},
       {"/NgayKetThucXuLy", json::value("20250230000000")},
       {"/nguoiNhan", std::nullopt},
       {"/nguoiNhan/soDienThoai", json::value("12")},
       {"/nguoiNhan/xaPhuong", json::value("1")},
       {"/DanhSachLePhi", json::value(json::object{})},
       {"/DanhSachLePhi/0/Gia", json::value(-1)},
       {"/DanhSachLePhi/0/Gia", json::value(10'000'000'001)},
       {"/DanhSachLePhi/0/LoaiPhiLePhi", json::value("tip")}});
  return cases;
}

TEST_F(ApiInput, EveryWrongFieldOfTheSmallerBodiesIsNamed) {
  for (const auto& [operation, who, target, wrong] : small_cases()) {
    const auto reply = post(who, target, with(example(operation), wrong.pointer, wrong.value), "key-1");
    EXPECT_EQ(reply.status, 400) << operation << wrong.pointer << " " << reply.body;
    EXPECT_NE(pointers(reply).find(std::string(wrong.pointer) + " "), std::string::npos)
        << operation << wrong.pointer << " " << reply.body;
  }
  expect_nothing_stored();
}

TEST_F(ApiInput, ChargesOfATriggerThatAddUpToTheImpossibleAreRefused) {
  auto body = example("takeTrigger");
  auto& charges = body.as_object()["DanhSachLePhi"].as_array();
  charges.at(0).as_object()["Gia"] = 10'000'000'000;
  charges.push_back(charges.at(0));
  const auto reply = post("agency-a", "/v1/onestop/triggers", body);
  EXPECT_EQ(reply.status, 400) << reply.body;
  EXPECT_EQ(pointers(reply), "/DanhSachLePhi ");
  expect_nothing_stored();
}

TEST_F(ApiInput, EveryWrongFieldOfAnOrderIsNamed) {
  for (const auto& one : order_cases()) {
    const auto reply = post("clerk-1", "/v1/orders", with(example("placeOrder"), one.pointer, one.value));
    EXPECT_EQ(reply.status, 400) << one.pointer << " " << reply.body;
    const std::string named = one.named ? one.named : one.pointer;
    EXPECT_NE(pointers(reply).find(named + " "), std::string::npos) << named << " " << reply.body;
  }
  expect_nothing_stored();
}

TEST_F(ApiInput, AllErrorsAreToldAtOnce) {
  auto body = with(example("placeOrder"), "/leg", json::value("both"));
  body = with(body, "/citizen/phone", json::value("x"));
  body = with(body, "/charges/1/amount_vnd", json::value(0));
  EXPECT_EQ(pointers(post("clerk-1", "/v1/orders", body)), "/leg /citizen/phone /charges/1/amount_vnd ");
}

TEST_F(ApiInput, AllErrorsOfATriggerAreToldAtOnceInItsOwnWords) {
  auto body = with(example("takeTrigger"), "/ChuHoSo", std::nullopt);
  body = with(body, "/nguoiNhan/soDienThoai", json::value("12"));
  EXPECT_EQ(pointers(post("agency-a", "/v1/onestop/triggers", body)), "/ChuHoSo /nguoiNhan/soDienThoai ");
  // What only the database knows is named in the trigger's words too.
  body = with(example("takeTrigger"), "/nguoiNhan/xaPhuong", json::value("00001"));
  EXPECT_EQ(pointers(post("agency-a", "/v1/onestop/triggers", body)), "/nguoiNhan/xaPhuong ");
  body = with(example("takeTrigger"), "/MaTTHC", json::value("9.999999"));
  EXPECT_EQ(pointers(post("agency-a", "/v1/onestop/triggers", body)), "/MaTTHC ");
  body = with(example("takeTrigger"), "/NgayKetThucXuLy", json::value("29991231000000"));
  EXPECT_EQ(pointers(post("agency-a", "/v1/onestop/triggers", body)), "/NgayKetThucXuLy ");
  body = with(with(example("takeTrigger"), "/MaHoSo", std::nullopt), "/yeuCau", json::value("gui_ho_so"));
  for (const auto& slip : {std::string("PG/2026/01"), std::string(49, '1')})
    EXPECT_EQ(
        pointers(post("agency-a", "/v1/onestop/triggers", with(body, "/SoPhieuGui", json::value(slip)))),
        "/SoPhieuGui ");
  expect_nothing_stored();
}

TEST_F(ApiInput, EveryWrongFieldOfAScanIsNamedAndItsNeighbourGoesOn) {
  const auto good = example("recordScans").at("items").at(0);
  const auto base = example("recordScans").at("items").at(1);
  post("clerk-1", "/v1/scans", batch({good.as_object()}));
  const auto stored = all_counts();
  for (const auto& one : scan_cases()) {
    const auto bad = with(base, one.pointer, one.value);
    const auto reply = post("clerk-1", "/v1/scans", batch({bad.as_object(), good.as_object()}));
    ASSERT_EQ(reply.status, 200) << one.pointer << " " << reply.body;
    const auto items = reply.json().at("items").as_array();
    EXPECT_EQ(items.at(0).at("outcome").as_string(), "rejected") << one.pointer;
    std::string named;
    if (const auto* errors = items.at(0).as_object().if_contains("errors"))
      for (const auto& error : errors->as_array())
        named += std::string(error.at("pointer").as_string()) + " ";
    const std::string wanted = std::string("/items/0") + (one.named ? one.named : one.pointer) + " ";
    EXPECT_NE(named.find(wanted), std::string::npos) << wanted << " in " << named << " " << reply.body;
    EXPECT_EQ(items.at(1).at("outcome").as_string(), "duplicate");
  }
  EXPECT_EQ(all_counts(), stored);
}

TEST_F(ApiInput, ABatchHasOneTo500Scans) {
  EXPECT_EQ(post("clerk-1", "/v1/scans", batch({})).status, 400);
  json::array many;
  for (int i = 0; i < 501; ++i) many.push_back(scan_json("H20.01-251103-0042-T1", "collected", 0));
  EXPECT_EQ(post("clerk-1", "/v1/scans", batch(many)).status, 400);
  EXPECT_EQ(count("scan_key"), 0);
  many.pop_back();
  const auto reply = post("clerk-1", "/v1/scans", batch(many));
  EXPECT_EQ(reply.json().at("held_unknown_parcel").as_int64(), 500) << reply.body.substr(0, 500);
}

TEST_F(ApiInput, ElementsThatAreNoObjectsAreOutcomesToo) {
  json::array items{nullptr, 1, "x", json::array{}, json::object{}};
  const auto reply = post("clerk-1", "/v1/scans", batch(items));
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.json().at("rejected").as_int64(), 5);
  expect_nothing_stored();
}

TEST_F(ApiInput, DecomposedTextIsStoredComposed) {
  const std::string composed = "Nguyễn Đình Hậu";
  const std::string decomposed = "Nguye\xCC\x82\xCC\x83n \xC4\x90i\xCC\x80nh Ha\xCC\xA3\xCC\x82u";
  ASSERT_EQ(to_nfc(decomposed), composed);
  auto body = with(example("placeOrder"), "/citizen/name", json::value(decomposed));
  body = with(body, "/applicant_name", json::value(decomposed));
  body = with(body, "/papers", json::value(json::array{json::string(decomposed)}));
  ASSERT_EQ(post("clerk-1", "/v1/orders", body).status, 201);
  EXPECT_EQ(session.text("SELECT receiver->>'name' FROM orders"), composed);
  EXPECT_EQ(session.text("SELECT applicant_name FROM dossier"), composed);
  EXPECT_EQ(session.text("SELECT papers[1] FROM orders"), composed);

  auto scan = example("recordScans").at("items").at(1);
  scan = with(scan, "/item", json::value("H20.01-251103-0042-T1"));
  const auto sent = with(scan, "/recipient/name", json::value(decomposed));
  EXPECT_EQ(post("clerk-1", "/v1/scans", batch({sent.as_object()})).json().at("accepted").as_int64(), 1);
  EXPECT_EQ(session.text("SELECT detail::jsonb->'recipient'->>'name' FROM parcel_event"), composed);
  // The same text in the other form is the same content.
  const auto again = with(scan, "/recipient/name", json::value(composed));
  EXPECT_EQ(post("clerk-1", "/v1/scans", batch({again.as_object()})).json().at("duplicate").as_int64(), 1);
}

TEST_F(ApiInput, StatementsThatContradictThemselvesAreRefusedWhole) {
  const std::string target = std::string("/v1/statements?account=") + ApiServer::kAccount;
  const auto send = [&](const std::string& body, const std::string& where) {
    ApiCall call = posting("finance-1", where, body);
    call.content_type = "text/csv";
    return ask(call).status;
  };
  EXPECT_EQ(send("x", "/v1/statements"), 400);
  EXPECT_EQ(send("x", "/v1/statements?account=1"), 400);
  for (const auto* body : {"", "x", "\xFF\xFE", "a,b\n\"", "tai_khoan,1,,,\n"}) {
    const int status = send(body, target);
    EXPECT_TRUE(status == 400 || status == 422) << status << " " << body;
  }
  expect_nothing_stored();
}

TEST_F(ApiInput, StatementsOfImpossibleDaysAndAmountsAreRefused) {
  const auto send = [&](const std::string& day, const std::string& amount) {
    ApiCall call = posting("finance-1", std::string("/v1/statements?account=") + ApiServer::kAccount,
                           "tai_khoan,115000123456,,,\nTừ ngày," + day + ",,,\nĐến ngày," + day +
                               ",,,\nSố dư đầu kỳ,0,,,\nSố dư cuối kỳ," + amount +
                               ",,,\nngay,so_tham_chieu,so_tien,noi_dung,nguoi_chuyen\n" + day + ",FT1," +
                               amount + ",x,BUU DIEN\ntong,1," + amount + ",,\n");
    call.content_type = "text/csv";
    return ask(call).status;
  };
  for (const auto* day : {"25/11/2025", "22/11/2099", "31/12/9999", "00/00/0000", "31/02/2025"})
    EXPECT_EQ(send(day, "8000"), 422) << day;
  for (const auto* amount :
       {"0", "1000000000000001", "9223372036854775807", "9223372036854775808", "99999999999999999999", "1e9"})
    EXPECT_EQ(send("22/11/2025", amount), 422) << amount;
  expect_nothing_stored();
  EXPECT_EQ(send("23/11/2025", "1000000000000000"), 201);
}

TEST_F(ApiInput, PathsAndQueriesOfEveryShapeAreAnswered) {
  for (const auto* path :
       {"/v1/parcels/%00", "/v1/parcels/%FF", "/v1/parcels/a%2Fb", "/v1/parcels/%F0%9F%93%A6",
        "/v1/dossiers/..", "/v1/dossiers/%2e%2e", "/v1/orders/%27%3B--", "/v1/attention?owner=%00",
        "/v1/attention?owner=%FF", "/v1/attention?%zz", "/v1/orders/", "//v1/orders/1"}) {
    const int status = get("clerk-1", path).status;
    EXPECT_TRUE(status == 400 || status == 404) << path << " " << status;
  }
  EXPECT_EQ(get("clerk-1", "/v1/parcels/" + std::string(3000, 'A')).status, 404);
}

}  // namespace
}  // namespace bccid::test
