#include "adapters/citizen_db/citizen_db.hpp"

#include "adapters/citizen_db/wire.hpp"
#include "tests/adapters/fixture_files.hpp"
#include "tests/adapters/loopback.hpp"

#include <gtest/gtest.h>
#include <boost/json.hpp>

namespace bccid::citizen {
namespace {

namespace json = boost::json;

CitizenQuestion question() { return {"Nguyễn Đình Hậu", "082090001234", "12 Lê Lợi"}; }

CitizenDbBlock block_at(const std::string& url) {
  CitizenDbBlock block;
  block.name = "csdl";
  block.kind = "citizen_db";
  block.endpoint = test::endpoint_at(url);
  block.endpoint.timeout = std::chrono::milliseconds(400);
  return block;
}

std::string answer_of(int status, const std::string& body, const CitizenDbBlock& block = {}) {
  const CitizenVerdict verdict = read_verdict(status, body, block);
  EXPECT_EQ(verdict.compared.empty(), verdict.answer == CitizenAnswer::unavailable);
  EXPECT_EQ(verdict.reason.empty(), verdict.answer != CitizenAnswer::unavailable);
  return name(verdict.answer);
}

TEST(CitizenDbWire, writes_the_question_as_the_fixture_has_it) {
  EXPECT_EQ(json::parse(question_body(question(), {})),
            json::parse(test::adapter_fixture("citizen_db/fixtures/question.json")));
  CitizenDbBlock block;
  block.address_member.clear();
  EXPECT_FALSE(json::parse(question_body(question(), block)).as_object().contains("DiaChi"));
}

TEST(CitizenDbWire, reads_only_the_verdicts_that_the_block_lists) {
  EXPECT_EQ(answer_of(200, R"({"KetQua":"1"})"), "matched");
  EXPECT_EQ(answer_of(200, R"({"KetQua":1,"moi":[1]})"), "matched");
  EXPECT_EQ(answer_of(200, R"({"KetQua":true})"), "matched");
  EXPECT_EQ(answer_of(200, R"({"KetQua":false})"), "not_matched");
  for (const char* body : {"", "{}", "<html>1</html>", R"({"KetQua":"2"})", R"({"KetQua":null})",
                           R"({"KetQua":{"a":1}})", R"([{"KetQua":"1"}])", R"({"KetQua":"1")"})
    EXPECT_EQ(answer_of(200, body), "unavailable") << body;
  for (const int status : {302, 400, 404, 500, 503})
    EXPECT_EQ(answer_of(status, R"({"KetQua":"1"})"), "unavailable") << status;
  CitizenDbBlock block;
  block.verdict_member = "data.match";
  EXPECT_EQ(answer_of(200, R"({"data":{"match":true}})", block), "matched");
  EXPECT_EQ(answer_of(200, R"({"data":true,"match":true})", block), "unavailable");
}

TEST(CitizenDbWire, takes_a_verdict_that_is_in_both_lists_for_none) {
  CitizenDbBlock block;
  block.not_matched_values = block.matched_values;
  EXPECT_EQ(answer_of(200, R"({"KetQua":"1"})", block), "unavailable");
}

class CitizenDbTest : public testing::Test {
 protected:
  std::string ask(const CitizenQuestion& asked) {
    const CitizenVerdict verdict = test::run(day_.net.io, port_->verify(asked, "r-1"));
    reason_ = verdict.reason;
    return name(verdict.answer);
  }
  void misbehave(const std::string& reply) {
    day_.post("/control/plan",
              R"({"target":"citizens.verify","rules":[{"attempts":0,"reply":")" + reply + R"("}]})");
  }

  test::SimulatedDay day_;
  std::unique_ptr<CitizenPort> port_ =
      open_citizen_db(block_at(day_.net.url("/citizens")), day_.net.client, day_.clock).value();
  std::string reason_;
};

TEST_F(CitizenDbTest, answers_whether_name_number_and_address_agree) {
  day_.post("/control/citizens",
            R"({"citizens":[{"id_number":"082090001234","name":"NGUYỄN ĐÌNH HẬU","address":"12 Lê Lợi"}]})");
  EXPECT_EQ(ask(question()), "matched");
  CitizenQuestion other = question();
  other.id_number = "082090001235";
  EXPECT_EQ(ask(other), "not_matched");
  day_.post("/control/tokens", "{}");
  EXPECT_EQ(ask(question()), "matched");  // with a new token
}

TEST_F(CitizenDbTest, is_unavailable_whatever_goes_wrong_and_repeats_nothing_of_the_question) {
  for (const char* reply :
       {"hang", "reset", "cut", "truncated", "html", "http_401", "http_500", "http_503"}) {
    misbehave(reply);
    EXPECT_EQ(ask(question()), "unavailable") << reply;
    EXPECT_FALSE(reason_.empty()) << reply;
    for (const char* word : {"082090001234", "Hậu", "Lê Lợi"})
      EXPECT_EQ(reason_.find(word), std::string::npos) << reason_;
  }
}

TEST_F(CitizenDbTest, is_unavailable_when_nobody_listens) {
  port_ = open_citizen_db(block_at("http://127.0.0.1:1"), day_.net.client, day_.clock).value();
  EXPECT_EQ(ask(question()), "unavailable");
}

}  // namespace
}  // namespace bccid::citizen
