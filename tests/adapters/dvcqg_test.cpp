#include "adapters/dvcqg/dvcqg.hpp"

#include "adapters/dvcqg/wire.hpp"
#include "adapters/json_reply.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace bccid::dvcqg {
namespace {

namespace json = boost::json;
using test::outcome_name;
using test::sample_report;

// The whole body as the fixture has it, whatever its blanks.
void expect_body(const std::string& body, const std::string& fixture) {
  EXPECT_EQ(json::parse(body), json::parse(test::adapter_fixture("dvcqg/fixtures/" + fixture))) << body;
}

TEST(DvcqgWire, writes_a_dossier_and_its_steps_as_the_fixtures_have_them) {
  const PortalBlock block = test::portal_at("http://127.0.0.1:1");
  const DossierReport report = sample_report();
  expect_body(plain_body(dossier_data(report)), "dossier.json");
  expect_body(plain_body(progress_data(report, block)), "progress.json");
  expect_body(session_body(Service::add, dossier_data(report), "s-1", "H20"), "session_add.json");
}

TEST(DvcqgWire, says_the_return_and_its_time_only_of_what_was_given) {
  DossierReport travelling = sample_report();
  travelling.steps.pop_back();
  travelling.portal_status = 9;
  travelling.delivered_at.reset();
  travelling.result_by_post = false;
  const auto data = dossier_data(travelling).front().as_object();
  EXPECT_EQ(data.at("TrangThaiHoSo"), "9");
  EXPECT_FALSE(data.contains("NgayTra"));
  EXPECT_FALSE(data.contains("HinhThuc"));  // nothing is known of a return at the counter
}

TEST(DvcqgWire, knows_an_ended_session_by_status_code_or_words) {
  PortalBlock block;
  block.stale_session_codes = {"-99"};
  const auto stale = [&](int status, const char* body) {
    return session_is_stale(read_portal_reply(status, body), block);
  };
  EXPECT_TRUE(stale(401, ""));
  EXPECT_TRUE(stale(200, R"({"error_code":"-99","message":"?"})"));
  EXPECT_TRUE(stale(200, R"({"error_code":"1","message":"Phiên làm việc hết hạn"})"));
  EXPECT_TRUE(stale(200, R"({"message":"invalid session"})"));
  EXPECT_FALSE(stale(200, R"({"error_code":"0","message":"session ok"})"));
  EXPECT_FALSE(stale(200, R"({"error_code":"5","message":"Sai MaTTHC"})"));
}

// The simulated portal behind the real client.
class Dvcqg : public testing::Test {
 protected:
  std::unique_ptr<PortalPort> open(SignIn sign_in, bool sync_dossiers = true) {
    PortalBlock block = test::portal_at(day_.net.url("/portal/dvcqg"));
    block.endpoint.sign_in = sign_in;
    block.endpoint.dst_code = sign_in == SignIn::session ? "VN:GOV:000" : "";
    block.sync_dossiers = sync_dossiers;
    return open_dvcqg(block, day_.net.client, day_.clock).value();
  }
  std::string tell(PortalPort& port, const DossierReport& report) {
    const SendReport answer = test::run(day_.net.io, port.report(report, "r-1"));
    last_reason_ = answer.reason;
    return std::string(outcome_name(answer.outcome));
  }
  json::object dossier() {
    const auto book = json::parse(day_.get("/books/portals").body);
    return book.at("dossiers").as_array().at(0).as_object();
  }
  std::int64_t figure(const char* name) {
    return json::parse(day_.get("/books/stats").body).at("portals").at(name).to_number<std::int64_t>();
  }
  void plan(const std::string& target, const std::string& rule) {
    ASSERT_EQ(day_.post("/control/plan", R"({"target":")" + target + R"(","rules":[)" + rule + "]}").status,
              200);
  }

  test::SimulatedDay day_;
  std::string last_reason_;
};

class EveryTransport : public Dvcqg, public testing::WithParamInterface<SignIn> {};

TEST_P(EveryTransport, adds_a_dossier_once_and_updates_what_is_there) {
  const auto port = open(GetParam());
  DossierReport report = sample_report();
  ASSERT_EQ(tell(*port, report), "accepted") << last_reason_;
  EXPECT_EQ(dossier().at("added"), 1);
  EXPECT_EQ(dossier().at("updated"), 0);
  ASSERT_EQ(tell(*port, report), "accepted");  // as after an unknown outcome: added by an earlier try
  EXPECT_EQ(dossier().at("added"), 1);
  EXPECT_EQ(dossier().at("updated"), 1);
  report.known = true;
  ASSERT_EQ(tell(*port, report), "accepted");
  EXPECT_EQ(dossier().at("updated"), 2);
  const auto data = dossier().at("data").as_object();
  EXPECT_EQ(data.at("HinhThuc"), "1");
  EXPECT_EQ(data.at("NgayTra"), "20260703120000");
}

TEST_P(EveryTransport, sends_the_step_alone_where_nothing_else_changed) {
  const auto port = open(GetParam());
  DossierReport report = sample_report();
  ASSERT_EQ(tell(*port, report), "accepted");
  report.known = true;
  report.status_stated = false;
  ASSERT_EQ(tell(*port, report), "accepted");
  EXPECT_EQ(dossier().at("updated"), 0);
  EXPECT_EQ(dossier().at("progress_messages"), 2);
}

TEST_P(EveryTransport, carries_ten_steps_at_once_and_no_more) {
  const auto port = open(GetParam());
  DossierReport report = sample_report();
  report.steps.insert(report.steps.begin(), 8, report.steps.front());
  ASSERT_EQ(tell(*port, report), "accepted") << last_reason_;
  EXPECT_EQ(dossier().at("steps").as_array().size(), 10U);
  report.steps.push_back(report.steps.back());
  const auto before = figure("requests");
  EXPECT_EQ(tell(*port, report), "rejected");
  EXPECT_EQ(figure("requests"), before);
}

TEST_P(EveryTransport, does_not_tell_steps_of_a_dossier_that_was_refused) {
  const auto port = open(GetParam());
  plan("portal.sync", R"({"effect":false,"reply":"reject","attempts":0})");
  EXPECT_EQ(tell(*port, sample_report()), "rejected");
  plan("portal.sync", R"({"effect":false,"reply":"html","attempts":0})");
  EXPECT_EQ(tell(*port, sample_report()), "unknown");
  EXPECT_EQ(figure("dossiers"), 0);
}

TEST_P(EveryTransport, signs_in_again_once_when_its_token_or_session_has_ended) {
  const auto port = open(GetParam());
  ASSERT_EQ(tell(*port, sample_report()), "accepted");
  const auto given = [&] { return figure("sign_ins") + figure("tokens"); };
  EXPECT_EQ(given(), 1);
  day_.post("/control/tokens", "{}");
  ASSERT_EQ(tell(*port, sample_report()), "accepted") << last_reason_;
  EXPECT_EQ(given(), 2);
}

INSTANTIATE_TEST_SUITE_P(Transports, EveryTransport, testing::Values(SignIn::basic, SignIn::session),
                         [](const auto& transport) {
                           return std::string(transport.param == SignIn::session ? "session" : "plain");
                         });

TEST_F(Dvcqg, leaves_the_dossier_to_its_own_system_where_the_block_says_so) {
  ASSERT_EQ(tell(*open(SignIn::basic), sample_report()), "accepted");
  ASSERT_EQ(tell(*open(SignIn::basic, false), sample_report()), "accepted");
  EXPECT_EQ(dossier().at("updated"), 0);
  EXPECT_EQ(dossier().at("progress_messages"), 2);
}

TEST_F(Dvcqg, gives_up_a_portal_that_ends_each_session_at_once) {
  int sign_ins = 0;
  test::Loopback net([&](const sim::Call& call) {
    const bool login = call.path == "/login";
    sign_ins += login ? 1 : 0;
    return sim::Answer(200, "application/json",
                       login ? R"({"error_code":"0","session":"s"})"
                             : R"({"error_code":"-1","message":"Phiên làm việc hết hạn"})");
  });
  PortalBlock block = test::portal_at(net.url());
  block.endpoint.sign_in = SignIn::session;
  const auto port = open_dvcqg(block, net.client, day_.clock).value();
  const DossierReport report = sample_report();
  EXPECT_NE(outcome_name(test::run(net.io, port->report(report, "r-1")).outcome), "accepted");
  EXPECT_EQ(sign_ins, 2);
}

TEST_F(Dvcqg, of_a_session_that_cannot_be_had_means_not_sent) {
  plan("portal.sign_in", R"({"effect":false,"reply":"http_500","attempts":0})");
  EXPECT_EQ(tell(*open(SignIn::session), sample_report()), "not_sent");
}

}  // namespace
}  // namespace bccid::dvcqg
