#include "tests/daemon/running_daemon.hpp"
#include "tests/support/pg_cluster.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <chrono>
#include <functional>
#include <thread>

// What somebody does who has bccid, a database and nothing else: the lines of the manual, in their order.
namespace bccid::test {
namespace {

namespace json = boost::json;

class FirstDay : public testing::Test {
 protected:
  FirstDay() {
    std::ofstream(file("bccid.toml"))
        << "province = \"82\"\n[http]\nlisten = [\"127.0.0.1:" << port_
        << "\"]\nadmin_listen = \"unix:" << file("admin.sock") << "\"\n[database]\ndsn = \"\"\"\n"
        << database_.dsn() << "\"\"\"\n";
    std::ofstream(file("lan.txt")) << "correct horse battery\n";
  }
  std::string file(const char* name) const { return (scratch_.path() / name).string(); }
  Ran bccid(const std::string& arguments) {
    return run_shell(built("bccid").string() + " --config " + file("bccid.toml") + " " + arguments);
  }
  void expect_done(const std::string& arguments) {
    const Ran ran = bccid(arguments);
    EXPECT_EQ(ran.status, 0) << arguments << "\n" << ran.out;
  }
  void expect_refused(const std::string& arguments, const std::string& words) {
    const Ran ran = bccid(arguments);
    EXPECT_EQ(ran.status, 1) << arguments << "\n" << ran.out;
    EXPECT_NE(ran.out.find(words), std::string::npos) << arguments << "\n" << ran.out;
    EXPECT_NE(ran.out.find("HINT: "), std::string::npos) << arguments << "\n" << ran.out;
  }
  // Throws when nobody listens within the limit.
  app::DemoReply first_answer(const std::function<app::DemoReply()>& ask) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (;;) {
      try {
        return ask();
      } catch (const std::runtime_error&) {
        if (std::chrono::steady_clock::now() > until) throw;
        std::this_thread::yield();
      }
    }
  }

  TestDatabase database_{TestDatabase::empty()};
  ScratchDirectory scratch_;
  const std::uint16_t port_ = free_port();
};

TEST_F(FirstDay, AStrangersFirstLinesEndWithASignIn) {
  expect_done("migrate");
  expect_done("agency add --code H20.12 --name 'Sở Tư pháp' --account 115000820012 --commune 28249");
  expect_done("office add --code 820100 --name 'Bưu cục Mỹ Tho' --commune 28249");
  expect_done("user add --name lan --role clerk --office 820100 --secret-file " + file("lan.txt"));
  const Ran made = bccid("user add --name h20-12 --role agency --agency H20.12 --generate");
  ASSERT_EQ(made.status, 0) << made.out;
  const std::string secret = made.out.substr(0, made.out.find('\n'));

  auto daemon = app::ChildProcess::start(built("bccid"), {"serve", "--config", file("bccid.toml")},
                                         scratch_.path() / "bccid.log");
  ASSERT_TRUE(daemon.has_value());
  app::DemoClient client("http://127.0.0.1:" + std::to_string(port_));
  const auto person = first_answer([&] {
    return client.post("/v1/session", "",
                       json::object{{"name", "lan"}, {"password", "correct horse battery"}});
  });
  ASSERT_EQ(person.status, 200) << person.text;
  const std::string token(person.body.at("access_token").as_string());
  EXPECT_EQ(client.get("/v1/attention", token).status, 200);
  const auto system = client.send(net::Verb::post, "/oauth/token", "",
                                  "grant_type=client_credentials&client_id=h20-12&client_secret=" + secret,
                                  "application/x-www-form-urlencoded");
  EXPECT_EQ(system.status, 200) << system.text;
  EXPECT_EQ(daemon->stop(), 0);
  expect_done("verify");
}

TEST_F(FirstDay, AUserOfAPlaceThatNobodyAddedIsToldWhatToAdd) {
  expect_done("migrate");
  expect_refused("user add --name lan --role clerk --office 820100 --generate", "bccid office add");
  expect_refused("user add --name h20-12 --role agency --agency H20.12 --generate", "bccid agency add");
  EXPECT_EQ(bccid("user list").out, "");
}

TEST_F(FirstDay, WrongPlacesAreRefusedAndNothingIsStored) {
  expect_done("migrate");
  expect_refused("agency add --code H20/12 --name x", "H20/12");
  expect_refused("agency add --code H20.12 --name x --commune 99999", "99999");
  expect_refused("office add --code 820100 --name x --commune 82", "Tỉnh Đồng Tháp");
  EXPECT_EQ(bccid("agency list").out + bccid("office list").out, "");
  expect_done("agency add --code H20.12 --name 'Sở Tư pháp'");
  expect_done("agency add --code H20.12 --account 115000820012");
  EXPECT_EQ(bccid("agency list").out, "H20.12\tSở Tư pháp\t115000820012\t\t\t\n");
}

TEST_F(FirstDay, APriceListIsImportedAndExplainsAPrice) {
  expect_done("migrate");
  std::ofstream(file("dear.csv")) << "leg,zone,weight_step_g,price_vnd\nreturn,intra_district,100,26001\n"
                                     "return,inter_district,100,30000\n";
  std::ofstream(file("prices.csv")) << "leg,zone,weight_step_g,price_vnd\nreturn,intra_district,100,20000\n"
                                       "return,inter_district,100,25000\n";
  const std::string terms = " --id DT-2026-1 --carrier vnpost --from 2026-01-01 --forwarding 8000";
  expect_refused("tariff import " + file("dear.csv") + terms,
                 "dear.csv:2: return intra_district costs 26.001 đ");
  expect_refused("tariff import " + file("missing.csv") + terms, "missing.csv");
  expect_refused("tariff import " + file("prices.csv") + " --id X --carrier vnpost --from 1.1.2026",
                 "1.1.2026");
  const std::string journey = "quote --carrier vnpost --citizen 28249 --agency 29869 --on 2026-07-01";
  expect_refused(journey + " --return 100", "no tariff of \"vnpost\" holds on 2026-07-01");
  expect_done("tariff import " + file("prices.csv") + terms);
  expect_done("tariff import " + file("prices.csv") + terms);
  EXPECT_EQ(bccid("tariff list").out, "DT-2026-1\tvnpost\t2026-01-01\t\texempt\t0\n");
  const Ran priced = bccid(journey + " --return 100 --group half --forwarded 120000");
  EXPECT_EQ(priced.status, 0);
  EXPECT_TRUE(priced.out.starts_with("postage.return\t25.000 đ\tup to 100 g, inter_district: old districts "))
      << priced.out;
  EXPECT_TRUE(priced.out.ends_with("total\t20.500 đ\ttariff DT-2026-1\n")) << priced.out;
  const auto body = json::parse(bccid(journey + " --return 100 --json").out);
  EXPECT_EQ(body.at("total_vnd"), 25'000);
  expect_refused(journey + " --return 101", "no price for return in inter_district at 101 g");
  expect_refused(journey, "neither papers nor a result");
  expect_done("tariff end DT-2026-1 --on 2026-06-30");
  expect_refused(journey + " --return 100", "holds on 2026-07-01");
}

TEST_F(FirstDay, AFeeScheduleIsImportedAndExplainsAFee) {
  expect_done("migrate");
  const std::string header = "procedure,case,channel,kind,code,name,amount_vnd,timing,destination,basis\n";
  std::ofstream(file("bad.csv")) << header
                                 << "1.001193,,,tip,khai-sinh,Lệ phí khai sinh,8000,1,,NQ 01/2025\n";
  std::ofstream(file("fees.csv")) << header
                                  << "1.001193,,,charge,khai-sinh,Lệ phí khai sinh,8000,1,,NQ 01/2025\n";
  const std::string terms = " --id NQ-01 --province 82 --from 2026-01-01";
  expect_refused("fees import " + file("bad.csv") + terms, "bad.csv:2: ");
  expect_refused("fees import " + file("missing.csv") + terms, "missing.csv");
  expect_done("fees import " + file("fees.csv") + terms);
  expect_done("fees import " + file("fees.csv") + terms);
  EXPECT_EQ(bccid("fees list").out, "NQ-01\t82\t2026-01-01\t\n");
  const std::string question = "fees explain --province 82 --procedure 1.001193 --on 2026-07-01";
  const Ran explained = bccid(question);
  EXPECT_TRUE(explained.out.starts_with("charge\tLệ phí khai sinh\t8.000 đ\t")) << explained.out;
  EXPECT_TRUE(explained.out.ends_with("total\t8.000 đ\tfee schedule NQ-01\n")) << explained.out;
  expect_refused("fees explain --province 82 --procedure 9.999999 --on 2026-07-01", "9.999999");
  expect_done("fees end NQ-01 --on 2026-06-30");
  expect_refused(question, "holds on 2026-07-01");
}

}  // namespace
}  // namespace bccid::test
