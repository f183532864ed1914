#include "adapters/emc/emc.hpp"

#include "adapters/emc/wire.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace bccid::emc {
namespace {

namespace json = boost::json;
using test::outcome_name;

DossierReport one_status() {
  DossierReport report = test::sample_report();
  report.steps.erase(report.steps.begin());
  return report;
}

TEST(EmcWire, writes_an_event_as_the_fixture_has_it) {
  const PortalBlock block = test::portal_at("http://127.0.0.1:1");
  EXPECT_EQ(json::parse(event_body(one_status(), block)),
            json::parse(test::adapter_fixture("emc/fixtures/event.json")));
}

TEST(EmcWire, names_the_recipient_only_where_the_block_asks_for_it) {
  PortalBlock block = test::portal_at("http://127.0.0.1:1");
  EXPECT_EQ(event_body(one_status(), block).find("0912345678"), std::string::npos);
  block.recipient_data = "full";
  const auto full = json::parse(event_body(one_status(), block)).at("IsDVCBC").as_object();
  EXPECT_EQ(full.at("hoVaTen"), "Nguyễn Đình Hậu");
  EXPECT_EQ(full.at("diaChi"), "12 Lê Lợi");
  DossierReport nobody = one_status();
  nobody.recipient = {};
  nobody.result_by_post = false;
  nobody.channel = 1;
  EXPECT_EQ(json::parse(event_body(nobody, block)).at("IsDVCBC"), false);
}

TEST(Emc, measures_each_status_and_nothing_else) {
  test::SimulatedDay day;
  const auto port = open_emc(test::portal_at(day.net.url("/portal/emc")), day.net.client, day.clock).value();
  DossierReport report = one_status();
  EXPECT_EQ(outcome_name(test::run(day.net.io, port->report(report, "r-1")).outcome), "accepted");
  report.known = true;
  report.status_stated = false;
  EXPECT_EQ(outcome_name(test::run(day.net.io, port->report(report, "r-2")).outcome), "accepted");
  const auto events = json::parse(day.get("/books/portals").body).at("events").as_array();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events.at(0).at("Status"), 10);
}

}  // namespace
}  // namespace bccid::emc
