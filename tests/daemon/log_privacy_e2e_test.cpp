#include "base/ids.hpp"
#include "base/text.hpp"
#include "base/time_text.hpp"
#include "tests/daemon/running_daemon.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace bccid::test {
namespace {

namespace json = boost::json;

// One person, who is nowhere else. The marks are what must not be in the log, in whatever form it is written.
constexpr const char* kName = "Trần Zquxanh Kỳ";
constexpr const char* kPhone = "0987 612 345";
constexpr const char* kId = "082199473651";
constexpr const char* kIdEnd = "7X3Q";  // of a passport, so that no number of the log looks like it
constexpr std::string_view kMarks[] = {"ZQUXANH", "987612345", "987 612 345", kId, kIdEnd};

const sql::Query kTried{"e2e_tried", "SELECT count(DISTINCT target) FROM outbox WHERE attempts > 1"};
const sql::Query kHeld{"e2e_held", "SELECT count(*) FROM attention WHERE detail ILIKE '%zquxanh%'"};
const sql::Query kRefuseRows{"e2e_refuse_rows",
                             "ALTER TABLE feed_row ADD CONSTRAINT no_notes CHECK (note = '') NOT VALID"};
const sql::Query kRefuseOrders{"e2e_refuse_orders",
                               "ALTER TABLE orders ADD CONSTRAINT no_more CHECK (id < 0) NOT VALID"};

std::string all_of_it() { return std::string(kName) + " CCCD " + kId + " ĐT " + kPhone; }

class LogPrivacy : public testing::Test {
 protected:
  json::object order_of(const app::DemoDossier& dossier) {
    json::object body;
    body["agency"] = daemon_.world.agencies[dossier.agency].code;
    body["leg"] = "delivery";
    body["dossier_code"] = dossier.code;
    body["procedure_code"] = dossier.procedure;
    body["portal_status"] = 9;
    body["applicant_name"] = kName;
    body["citizen"] = json::object{{"name", kName},
                                   {"phone", kPhone},
                                   {"address", "12 đường " + all_of_it()},
                                   {"province_code", "82"},
                                   {"commune_code", dossier.commune}};
    body["charges"] = json::array{json::object{{"kind", "postage"}, {"amount_vnd", 27'000}}};
    return body;
  }

  json::object trigger_of(const app::DemoDossier& dossier) {
    json::object body;
    body["yeuCau"] = "tra_ket_qua";
    body["MaHoSo"] = dossier.code;
    body["MaTTHC"] = all_of_it();
    body["TrangThai"] = kId;
    body["ChuHoSo"] = kName;
    body["nguoiNhan"] =
        json::object{{"hoVaTen", kName}, {"soDienThoai", std::string(kPhone) + "99"}, {"diaChi", kId}};
    return body;
  }

  json::object scan(const std::string& item, const char* code, int second) {
    json::object out;
    out["event_id"] = new_uuid_v7(SystemClock().now()).to_text();
    out["device"] = "pda-e2e";
    out["item"] = item;
    out["code"] = code;
    out["occurred_at"] = to_rfc3339(began_ + std::chrono::seconds(second));
    out["recipient"] = json::object{
        {"kind", "authorised"}, {"name", all_of_it()}, {"id_checked", true}, {"id_last4", kIdEnd}};
    return out;
  }

  int post(const std::string& path, const std::string& token, const json::value& body) {
    return daemon_.stage->bccid().post(path, token, body).status;
  }

  void misbehave(const char* target, std::initializer_list<const char*> replies) {
    json::array rules;
    int attempts = 0;
    for (const char* reply : replies)
      rules.push_back(json::object{{"reply", reply}, {"attempts", ++attempts}, {"effect", false}});
    daemon_.stage->sim().expect(200, "/control/plan", "", json::object{{"target", target}, {"rules", rules}});
  }

  void feed(json::object event) {
    event["order_number"] = number_;
    event["message"] = "giao cho " + all_of_it();
    event["office"] = kPhone;
    daemon_.stage->sim().expect(200, "/sim/post/events", "", json::object{{"events", json::array{event}}});
  }

  const std::string& clerk() { return daemon_.stage->token(daemon_.world.postmen.front().id); }
  void send_what_is_refused();
  void scan_with_cash();
  void break_the_database();

  RunningDaemon daemon_;
  Time began_ = SystemClock().now() - std::chrono::minutes(5);
  std::string number_;
};

void LogPrivacy::send_what_is_refused() {
  const auto& dossier = daemon_.world.dossiers[4];
  const auto& system = daemon_.stage->token(daemon_.world.agencies[dossier.agency].system);
  EXPECT_EQ(post("/v1/onestop/triggers", system, trigger_of(dossier)), 400);
  auto order = order_of(dossier);
  order["citizen"].as_object()["phone"] = std::string(kPhone) + "99";
  order[kName] = kId;
  EXPECT_EQ(post("/v1/orders", clerk(), order), 400);
  auto& bccid = daemon_.stage->bccid();
  EXPECT_EQ(bccid.send(net::Verb::post, "/v1/orders", clerk(), "{" + all_of_it()).status, 400);
  EXPECT_EQ(bccid.get(std::string("/v1/dossiers/") + kId, clerk()).status, 404);
  EXPECT_EQ(bccid.get("/v1/parcels/0987612345", clerk()).status, 404);
  const std::string account = daemon_.world.agencies.front().bank_account;
  EXPECT_GE(bccid
                .send(net::Verb::post, "/v1/statements?account=" + account, daemon_.stage->token("ketoan"),
                      "tai_khoan," + account + "\ntu_ngay," + all_of_it() + "\n", "text/csv")
                .status,
            400);
}

void LogPrivacy::scan_with_cash() {
  auto taken = scan(number_, "collected", 1);
  auto given = scan(number_, "delivered", 2);
  given["cash"] = json::object{{"postage_vnd", 27'000}};
  auto again = scan(number_, "in_transit", 3);
  again["event_id"] = taken["event_id"];
  auto stranger = scan("LP666440208MY", "collected", 3);
  auto no_code = scan(number_, "delivered", 4);
  no_code["reason"] = no_code["code"] = kPhone;
  const json::array items{taken, given, again, stranger, no_code};
  const auto answer =
      daemon_.stage->bccid().expect(200, "/v1/scans", clerk(), json::object{{"items", items}});
  EXPECT_EQ(answer.at("accepted").as_int64(), 2) << answer;
  EXPECT_EQ(answer.at("rejected").as_int64(), 2) << answer;
  const auto& postman = daemon_.world.postmen.front();
  const json::object cash{{"collector", postman.id}, {"office", postman.office}, {"counted_vnd", 27'000}};
  EXPECT_EQ(daemon_.stage->bccid().post("/v1/cash/hand-ins", clerk(), cash, "hand-in").status, 201);
}

// PostgreSQL's own words about a row that it refuses hold the row.
void LogPrivacy::break_the_database() {
  daemon_.meddle(kRefuseOrders);
  EXPECT_GE(post("/v1/orders", clerk(), order_of(daemon_.world.dossiers[8])), 400);
  daemon_.meddle(kRefuseRows);
  feed({{"status_code", 3}, {"note", all_of_it()}});
  EXPECT_TRUE(daemon_.comes_to_log("feed_failed")) << daemon_.log_text();
}

TEST_F(LogPrivacy, NoNamePhoneOrIdOfACitizenIsLoggedAtInfoWhateverGoesWrong) {
  misbehave("post.create", {"http_500", "html", "reject"});
  misbehave("agency.progress", {"http_500", "truncated"});
  misbehave("webhook", {"reset", "http_500"});
  const auto order =
      daemon_.stage->bccid().expect(201, "/v1/orders", clerk(), order_of(daemon_.world.dossiers[2]));
  number_ = std::string(order.at("number").as_string());
  send_what_is_refused();
  scan_with_cash();
  EXPECT_TRUE(comes_true([&] { return daemon_.number(kTried) >= 3; })) << "all counterparts failed and were "
                                                                          "tried again\n"
                                                                       << daemon_.log_text();
  feed({{"status_code", 77}});
  EXPECT_TRUE(comes_true([&] { return daemon_.number(kHeld) > 0; }))
      << "the question names what the post said";
  break_the_database();
  EXPECT_EQ(daemon_.stage->stop_daemon(), 0) << daemon_.log_text();

  const std::string log = daemon_.log_text();
  const std::string upper = to_upper_ascii(log);
  EXPECT_NE(log.find("\"level\":\"info\""), std::string::npos) << log;
  for (const auto mark : kMarks) EXPECT_EQ(upper.find(mark), std::string::npos) << mark << " is in\n" << log;
}

}  // namespace
}  // namespace bccid::test
