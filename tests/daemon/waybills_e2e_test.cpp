#include "tests/daemon/running_daemon.hpp"

#include "domain/parcel/item_code.hpp"
#include "store/verify.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

#include <fstream>

namespace bccid::test {
namespace {

namespace json = boost::json;

const sql::Query kWaiting{
    "e2e_waits_for_a_waybill",
    "SELECT count(*) FROM outbox WHERE state = 'scheduled' AND reason LIKE 'no waybill%'"};

// The demonstration's post, spoken to through a province's gateway that wants a label's number with each
// order.
class WaybillsOfAGateway : public ::testing::Test {
 protected:
  WaybillsOfAGateway() {
    const auto secret = daemon_.directory() / "gateway.secret";
    std::ofstream(secret) << "sim-lgsp";
    std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
    daemon_.reconfigure_carrier({{"kind", "\"vnpost_lgsp\"\nwaybills = true\nsign_in = \"header\""},
                                 {"base_url", "\"" + daemon_.stage->sim().base_url() + "/lgsp\""},
                                 {"client_secret_file", "\"" + secret.string() + "\""}});
  }
  std::string item_codes_at_the_post(const std::string& number) {
    const auto book = daemon_.stage->sim().get("/books/orders?number=" + number, "").body;
    return book.is_object() ? json::serialize(book.as_object().at("item_codes")) : "";
  }
  Ran bccid(const std::string& arguments) {
    return run_shell(built("bccid").string() + " --config " + (daemon_.directory() / "bccid.toml").string() +
                     " " + arguments);
  }

  RunningDaemon daemon_;
};

TEST_F(WaybillsOfAGateway, AnOrderWaitsForANumberAndGoesOutWithItOnce) {
  const std::string number(daemon_.order_delivery(0).at("number").as_string());
  ASSERT_TRUE(comes_true([&] { return daemon_.number(kWaiting) == 1; }));
  EXPECT_EQ(item_codes_at_the_post(number), "");
  const auto file = daemon_.directory() / "range.csv";
  const auto code = make_item_code("EB", "10000001", "VN").value().text;
  std::ofstream(file) << "item_code\n" << code << "\n";
  const Ran imported = bccid("waybills import " + file.string() + " --carrier bd82");
  EXPECT_EQ(imported.status, 0) << imported.out;
  EXPECT_EQ(imported.out, "1 new numbers for bd82\n");
  EXPECT_TRUE(comes_true([&] { return item_codes_at_the_post(number) == "[\"" + code + "\"]"; }))
      << item_codes_at_the_post(number);
  EXPECT_EQ(bccid("waybills list").out, "bd82\t0 free\t1 with an order\n");
  std::ofstream(file) << "item_code\nEB100000011VN\n";
  const Ran refused = bccid("waybills import " + file.string() + " --carrier bd82");
  EXPECT_EQ(refused.status, 1) << refused.out;
  EXPECT_NE(refused.out.find("range.csv:2: "), std::string::npos) << refused.out;
  const auto report = run_verify(daemon_.stage->dsn()).value();
  for (const auto& finding : report.findings) ADD_FAILURE() << finding.check << ": " << finding.text;
}

}  // namespace
}  // namespace bccid::test
