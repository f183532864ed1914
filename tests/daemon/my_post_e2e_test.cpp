#include "tests/daemon/running_daemon.hpp"

#include "store/verify.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>

namespace bccid::test {
namespace {

namespace json = boost::json;

const sql::Query kEvents{"e2e_parcel_events", "SELECT count(*) FROM parcel_event"};
const sql::Query kLabelled{"e2e_labelled_parcels", "SELECT count(*) FROM parcel WHERE item_code IS NOT NULL"};
const sql::Query kLooks{"e2e_looks_to_come",
                        "SELECT count(*) FROM order_look WHERE next_at > now() + interval '1 minute'"};
const sql::Query kOnTheRoad{"e2e_out_for_delivery",
                            "SELECT count(*) FROM parcel WHERE state = 'out_for_delivery'"};
const sql::Query kPlaced{"e2e_placed_orders", "SELECT count(*) FROM orders WHERE state = 'placed'"};
const sql::Query kPending{
    "e2e_pending_cancellations",
    "SELECT count(*) FROM attention WHERE kind = 'cancel_pending' AND closed_at IS NULL"};
const sql::Query kCancelled{"e2e_cancelled_parcels", "SELECT count(*) FROM parcel WHERE state = 'cancelled'"};

// The demonstration's post, spoken to through its customer interface: no feed, and messages that are signed.
class OrdersAtMyVnPost : public ::testing::Test {
 protected:
  OrdersAtMyVnPost() {
    const auto key = daemon_.directory() / "post.pem";
    std::ofstream(key) << sim().get("/books/my/key").text;
    daemon_.reconfigure_carrier(
        {{"kind", "\"vnpost_my\"\nservice_code = \"HCC01\"\nhint_key_file = \"" + key.string() +
                      "\"\nlook_ready = \"10m\"\nlook_waiting = \"10m\""},
         {"base_url", "\"" + sim().base_url() + "/my\""},
         {"token_url", "\"" + sim().base_url() + "/my/GetAccessToken\""},
         {"code_version", "\"1\""}});
    hear_at(daemon_.stage->daemon_url() + "/v1/carriers/bd82/hints");
  }
  app::DemoClient& sim() { return daemon_.stage->sim(); }
  void hear_at(const std::string& url) {
    sim().expect(200, "/control/my", "", json::object{{"webhook_url", url}});
  }
  void happen(const std::string& number, int status) {
    sim().expect(200, "/sim/my/events", "",
                 json::object{{"events", json::array{json::object{{"number", number}, {"status", status}}}}});
  }
  std::string order(std::size_t at) {
    return std::string(daemon_.order_delivery(at).at("number").as_string());
  }
  json::value book(const std::string& number) { return sim().get("/books/my/orders?number=" + number).body; }
  bool comes(const sql::Query& query, std::int64_t wanted) {
    return comes_true([&] { return daemon_.number(query) == wanted; });
  }
  // A figure as the daemon shows it to its operator.
  double figure(const std::string& name) {
    const auto config = daemon_.config_text();
    const auto at = config.find("admin_listen = \"") + 16;
    app::DemoClient admin("http://" + config.substr(at, config.find('"', at) - at));
    const auto text = admin.get("/metrics").text;
    const auto line = text.find("\n" + name + " ");
    return line == std::string::npos ? -1 : std::stod(text.substr(line + name.size() + 2));
  }
  void expect_verified() {
    const auto report = run_verify(daemon_.stage->dsn()).value();
    for (const auto& finding : report.findings) ADD_FAILURE() << finding.check << ": " << finding.text;
  }

  RunningDaemon daemon_;
};

// The pace is ten minutes, so that within this test only a message can make the daemon look again.
TEST_F(OrdersAtMyVnPost, AMessageIsAHintAfterWhichTheOrderIsRead) {
  const auto number = order(0);
  ASSERT_TRUE(comes(kLabelled, 1));
  ASSERT_TRUE(comes(kLooks, 1));
  EXPECT_EQ(book(number).at("times_created").as_int64(), 1);
  happen(number, 7);
  happen(number, 12);
  EXPECT_TRUE(comes(kOnTheRoad, 1));
  EXPECT_EQ(daemon_.number(kEvents), 3);
  // The same message again is one more look, and no more.
  const auto message = sim().get("/books/my/message?number=" + number).body;
  const auto again = daemon_.stage->bccid().post("/v1/carriers/bd82/hints", "", message);
  EXPECT_EQ(again.status, 200) << again.text;
  ASSERT_TRUE(comes(kLooks, 1));
  EXPECT_EQ(daemon_.number(kEvents), 3);
  expect_verified();
}

TEST_F(OrdersAtMyVnPost, AForgedMessageIsRefusedAndBelievedInNothing) {
  hear_at("");
  const auto number = order(0);
  ASSERT_TRUE(comes(kLooks, 1));
  auto message = sim().get("/books/my/message?number=" + number).body.as_object();
  message["data"].as_array()[0].as_object()["status"] = 14;
  const auto refused = daemon_.stage->bccid().post("/v1/carriers/bd82/hints", "", message);
  EXPECT_EQ(refused.status, 401) << refused.text;
  EXPECT_EQ(daemon_.number(kLooks), 1);
  EXPECT_EQ(daemon_.number(kEvents), 1);
}

TEST_F(OrdersAtMyVnPost, ALostAnswerIsAskedForAndTheOrderExistsOnce) {
  sim().expect(
      200, "/control/plan", "",
      json::object{{"target", "my.create"}, {"rules", json::array{json::object{{"reply", "hang"}}}}});
  const auto number = order(0);
  ASSERT_TRUE(comes(kPlaced, 1));
  EXPECT_EQ(book(number).at("times_created").as_int64(), 1);
  sim().expect(200, "/control/plan", "",
               json::object{{"target", "my.create"},
                            {"rules", json::array{json::object{{"reply", "http_500"}, {"effect", false}}}}});
  const auto lost = order(1);
  ASSERT_TRUE(comes(kPlaced, 2));
  EXPECT_EQ(book(lost).at("times_created").as_int64(), 1);
  expect_verified();
}

TEST_F(OrdersAtMyVnPost, BadAnswersAndASilentNetworkAreCountedApart) {
  const auto refuse = [&](const char* reply) {
    const json::object rule{{"reply", reply}, {"attempts", 0}};
    sim().expect(200, "/control/plan", "", json::object{{"target", "my.read"}, {"rules", json::array{rule}}});
  };
  refuse("html");
  hear_at("");
  const auto number = order(0);
  EXPECT_TRUE(comes_true([&] { return figure("bccid_order_look_errors_total") >= 1; }));
  EXPECT_EQ(figure("bccid_order_look_no_answers_total"), 0);
  const auto errors = figure("bccid_order_look_errors_total");
  refuse("reset");
  hear_at(daemon_.stage->daemon_url() + "/v1/carriers/bd82/hints");
  happen(number, 2);
  EXPECT_TRUE(comes_true([&] { return figure("bccid_order_look_no_answers_total") >= 1; }));
  EXPECT_EQ(figure("bccid_order_look_errors_total"), errors);
}

TEST_F(OrdersAtMyVnPost, ACancellationThatMustBeApprovedIsOneWhenItIsSeen) {
  const auto order = daemon_.order_delivery(0);
  const std::string number(order.at("number").as_string());
  ASSERT_TRUE(comes(kLabelled, 1));
  happen(number, 2);
  ASSERT_TRUE(comes_true([&] { return daemon_.number(kEvents) == 2; }));
  const auto clerk = daemon_.stage->token(daemon_.world.postmen.front().id);
  const std::string id(order.at("id").as_string());
  daemon_.stage->bccid().expect(202, "/v1/orders/" + id + "/cancel", clerk, json::object{{"reason", "nhầm"}});
  ASSERT_TRUE(comes(kPending, 1));
  EXPECT_EQ(daemon_.number(kCancelled), 0);
  sim().expect(200, "/sim/my/cases", "", json::object{{"case_id", "CASE1"}, {"approve", true}});
  EXPECT_TRUE(comes(kCancelled, 1));
  EXPECT_TRUE(comes(kPending, 0));
  expect_verified();
}

TEST_F(OrdersAtMyVnPost, ItsPriceStandsBesideOursOnTheCommandLine) {
  const auto run = [&](const std::string& arguments) {
    return run_shell(built("bccid").string() + " --config " + (daemon_.directory() / "bccid.toml").string() +
                     " " + arguments);
  };
  const auto file = daemon_.directory() / "prices.csv";
  std::ofstream(file) << "leg,zone,weight_step_g,price_vnd\nreturn,intra_district,any,20000\n";
  const auto imported = run("tariff import " + file.string() + " --id MY-1 --carrier bd82 --from 2020-01-01");
  ASSERT_EQ(imported.status, 0) << imported.out;
  const std::string quote =
      "quote --carrier bd82 --citizen 28249 --agency 28249 --return 100 --on 2026-07-01";
  const auto asked = run(quote + " --ask");
  EXPECT_EQ(asked.status, 0) << asked.out;
  EXPECT_NE(asked.out.find("post.total\t22"), std::string::npos) << asked.out;
  EXPECT_EQ(run(quote).out.find("post.total"), std::string::npos);
  sim().expect(200, "/control/plan", "",
               json::object{{"target", "my.price"}, {"rules", json::array{json::object{{"reply", "html"}}}}});
  const auto silent = run(quote + " --ask");
  EXPECT_EQ(silent.status, 0) << silent.out;
  EXPECT_NE(silent.out.find("post\tno price\t"), std::string::npos) << silent.out;
}

}  // namespace
}  // namespace bccid::test
