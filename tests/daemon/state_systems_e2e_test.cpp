#include "tests/daemon/running_daemon.hpp"

#include "base/ids.hpp"
#include "base/time_text.hpp"
#include "store/verify.hpp"
#include "tests/support/tunnel_proxy.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace bccid::test {
namespace {

namespace json = boost::json;

const sql::Query kOnTheWay{"e2e_portal_messages", R"(
SELECT count(*) FROM outbox WHERE target LIKE 'portal:%' AND state IN ('scheduled', 'leased'))"};
const sql::Query kNumbers{"e2e_id_numbers", R"(
SELECT count(*) FROM recipient_check c WHERE c::text LIKE '%082090001234%')"};

// The demonstration's province with the national portal, reached through a proxy, the measuring system and
// the citizen database.
class StateSystems : public ::testing::Test {
 protected:
  StateSystems() : proxy_(port_of(daemon_.stage->sim().base_url())) {
    const auto secret = daemon_.directory() / "state.secret";
    std::ofstream(secret) << "secret";
    std::filesystem::permissions(secret, std::filesystem::perms::owner_read);
    const std::string sim = daemon_.stage->sim().base_url();
    const std::string known =
        "timeout = \"2s\"\nclient_id = \"dongthap\"\nclient_secret_file = \"" + secret.string() + "\"\n";
    daemon_.write_config(
        daemon_.config_text() + "\n[[portal]]\nname = \"dvcqg\"\nkind = \"dvcqg\"\nbase_url = \"" + sim +
        "/portal/dvcqg\"\nsign_in = \"session\"\ndst_code = \"VN:GOV:000\"\nproxy = \"" + proxy_.url() +
        "\"\n" + known + "[[portal]]\nname = \"emc\"\nkind = \"emc\"\nbase_url = \"" + sim +
        "/portal/emc\"\n" + known + "[[citizen_db]]\nname = \"csdl\"\nbase_url = \"" + sim + "/citizens\"\n" +
        known);
    daemon_.kill_and_restart();
  }
  static std::uint16_t port_of(const std::string& url) {
    return static_cast<std::uint16_t>(std::stoi(url.substr(url.rfind(':') + 1)));
  }
  const std::string& clerk() { return daemon_.stage->token(daemon_.world.postmen.front().id); }
  json::object scan(const std::string& item, const char* code, int second) {
    json::object out;
    out["event_id"] = new_uuid_v7(SystemClock().now()).to_text();
    out["device"] = "pda-e2e";
    out["item"] = item;
    out["code"] = code;
    out["occurred_at"] = to_rfc3339(began_ + std::chrono::seconds(second));
    return out;
  }
  void scans(json::array items) {
    daemon_.stage->bccid().expect(200, "/v1/scans", clerk(), json::object{{"items", std::move(items)}});
    ASSERT_TRUE(comes_true([&] { return daemon_.number(kOnTheWay) == 0; })) << daemon_.log_text();
  }
  json::object at_the_portal() {
    const auto book = daemon_.stage->sim().get("/books/portals", "").body;
    return book.at("dossiers").as_array().at(0).as_object();
  }

  RunningDaemon daemon_;
  TunnelProxy proxy_;
  Time began_ = SystemClock().now() - std::chrono::minutes(5);
};

TEST_F(StateSystems, HearNineWhileTheParcelTravelsAndTenWithItsTimeOnceItIsProved) {
  const auto placed = daemon_.order_delivery(2).as_object();
  const std::string number(placed.at("number").as_string());
  scans({scan(number, "collected", 1), scan(number, "in_transit", 2)});
  EXPECT_EQ(at_the_portal().at("data").at("TrangThaiHoSo"), "9");
  EXPECT_FALSE(at_the_portal().at("data").as_object().contains("NgayTra"));
  auto given = scan(number, "delivered", 3);
  given["recipient"] = json::object{{"kind", "self"}, {"id_checked", true}};
  scans({given});
  const auto portal = at_the_portal();
  EXPECT_EQ(portal.at("added"), 1);
  EXPECT_EQ(portal.at("data").at("TrangThaiHoSo"), "10");
  EXPECT_EQ(portal.at("data").at("NgayTra"), json::value(to_portal_text(began_ + std::chrono::seconds(3))));
  EXPECT_EQ(portal.at("data").at("HinhThuc"), "1");
  const auto& steps = portal.at("steps").as_array();
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(steps.back().at("TrangThai"), "10");
  const auto events = daemon_.stage->sim().get("/books/portals", "").body.at("events").as_array();
  ASSERT_FALSE(events.empty());
  EXPECT_EQ(events.back().at("Status"), 10);
  proxy_.stop();
  EXPECT_FALSE(proxy_.heads().empty());  // it was the way to the national portal
  const auto report = run_verify(daemon_.stage->dsn()).value();
  for (const auto& finding : report.findings) ADD_FAILURE() << finding.check << ": " << finding.text;
}

TEST_F(StateSystems, ARecipientIsLookedUpAndHisNumberIsKeptNowhere) {
  const auto& dossier = daemon_.world.dossiers[2];
  const auto placed = daemon_.order_delivery(2).as_object();
  daemon_.stage->sim().post(
      "/control/citizens", "",
      json::object{{"citizens", json::array{json::object{{"id_number", "082090001234"},
                                                         {"name", dossier.citizen},
                                                         {"address", dossier.address}}}}});
  const std::string path = "/v1/orders/" + std::string(placed.at("id").as_string()) + "/recipient-check";
  const auto ask = [&](const char* id_number) {
    const auto shown =
        daemon_.stage->bccid().expect(200, path, clerk(), json::object{{"id_number", id_number}});
    return std::string(shown.at("recipient_check").at("answer").as_string());
  };
  EXPECT_EQ(ask("082090001234"), "matched");
  EXPECT_EQ(ask("082090001235"), "not_matched");
  EXPECT_EQ(daemon_.number(kNumbers), 0);
  EXPECT_EQ(daemon_.log_text().find("082090001234"), std::string::npos);
}

}  // namespace
}  // namespace bccid::test
