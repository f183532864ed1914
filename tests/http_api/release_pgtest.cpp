#include "flow/carrier_orders.hpp"
#include "store/outbox_store.hpp"
#include "tests/http_api/api_test.hpp"

namespace bccid::test {
namespace {

namespace json = boost::json;

class ApiRelease : public ApiTest {
 protected:
  struct Refused {
    std::string id, number;
    LeasedMessage held;
  };
  // An order to which the post said no; the sender has not yet put its message away.
  Refused refused(int number) {
    const auto order = placed_by_a(number);
    Refused made{std::string(order.at("id").as_string()), std::string(order.at("number").as_string()), {}};
    session.in_tx([&](sql::Tx& tx) {
      const ClaimShare share{"carrier:post", 1, std::nullopt};
      made.held = claim_due(tx, {share}, std::chrono::seconds(30)).at(0);
    });
    SendReport no;
    no.outcome = SendOutcome::rejected;
    no.reason = "sai số điện thoại";
    session.in_tx([&](sql::Tx& tx) {
      plan_order_send(tx, made.number, {}, now);
      apply_send_report(tx, made.number, no, now);
    });
    return made;
  }
  Refused refused_and_put_away(int number) {
    auto made = refused(number);
    AttemptResult result;
    result.held = made.held;
    result.verdict = AttemptResult::Verdict::dead;
    result.reason = "sai số điện thoại";
    session.in_tx([&](sql::Tx& tx) { settle(tx, {result}); });
    return made;
  }
  static json::value corrected(const std::string& phone = "0912 345 679") {
    auto body = example("releaseOrder");
    body.as_object()["citizen"].as_object()["phone"] = phone;
    return body;
  }
  ApiReply release(const std::string& who, const Refused& order, const json::value& body,
                   const std::string& key = {}) {
    return post(who, "/v1/orders/" + order.id + "/release", body, key);
  }
  std::string open_items() {
    return session.text(
        "SELECT coalesce(string_agg(kind, ' ' ORDER BY kind), '') FROM attention WHERE closed_at IS NULL");
  }
  std::string messages() {
    return session.text("SELECT string_agg(state, ' ' ORDER BY id) FROM outbox WHERE kind = 'order.create'");
  }
};

TEST_F(ApiRelease, OneCallCorrectsTheOrderSchedulesItAndClosesEveryQuestion) {
  const auto order = refused_and_put_away(1);
  EXPECT_EQ(open_items(), "dead_letter order_refused");
  const auto reply = release("agency-a", order, corrected());
  EXPECT_EQ(reply.status, 200) << reply.body;
  EXPECT_EQ(reply.text("state"), "wanted");
  EXPECT_EQ(reply.text("reason"), "");
  EXPECT_EQ(open_items(), "");
  EXPECT_EQ(messages(), "scheduled");
  const auto plan = session.in_tx([&](sql::Tx& tx) { return plan_order_send(tx, order.number, {}, now); });
  EXPECT_EQ(plan.step, SendStep::send);
  EXPECT_EQ(plan.order.receiver.phone, "+84912345679");
  EXPECT_EQ(session.text("SELECT actor || ' ' || (detail->>'citizen_corrected') FROM audit "
                         "WHERE action = 'order.release'"),
            "agency-a true");
}

TEST_F(ApiRelease, TheSameAgainChangesNothing) {
  const auto order = refused_and_put_away(2);
  EXPECT_EQ(release("clerk-1", order, corrected()).status, 200);
  const auto before = all_counts();
  const auto again = release("clerk-1", order, corrected());
  EXPECT_EQ(again.status, 200) << again.body;
  EXPECT_EQ(again.text("state"), "wanted");
  EXPECT_EQ(all_counts(), before);
  EXPECT_EQ(messages(), "scheduled");
}

TEST_F(ApiRelease, UnderOneKeyTheAnswerIsKept) {
  const auto order = refused_and_put_away(3);
  EXPECT_EQ(release("clerk-1", order, corrected(), "k-1").header("Idempotency-Replayed"), "");
  EXPECT_EQ(release("clerk-1", order, corrected(), "k-1").header("Idempotency-Replayed"), "true");
  EXPECT_EQ(release("clerk-1", order, corrected("0912 345 670"), "k-1").status, 422);
}

TEST_F(ApiRelease, WithoutACorrectionTheOrderGoesOutAsItWas) {
  const auto order = refused_and_put_away(4);
  const auto before = session.text("SELECT receiver::text FROM orders");
  EXPECT_EQ(release("clerk-1", order, json::object{{"note", "bưu điện đã sửa"}}).status, 200);
  EXPECT_EQ(session.text("SELECT receiver::text FROM orders"), before);
  EXPECT_EQ(open_items(), "");
}

TEST_F(ApiRelease, OnlyItsOwnAgencyAndThePostMayRelease) {
  const auto order = refused_and_put_away(5);
  EXPECT_EQ(release("agency-b", order, corrected()).status, 404);
  for (const auto* who : {"finance-1", "auditor-1", "admin-1"})
    EXPECT_EQ(release(who, order, corrected()).status, 403) << who;
  EXPECT_EQ(open_items(), "dead_letter order_refused");
}

TEST_F(ApiRelease, ACorrectionThatIsWrongItselfChangesNothing) {
  const auto order = refused_and_put_away(6);
  auto body = corrected();
  body.as_object()["citizen"].as_object()["province_code"] = "01";
  const auto reply = release("clerk-1", order, body);
  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("/citizen/province_code"), std::string::npos) << reply.body;
  EXPECT_EQ(release("clerk-1", order, json::object{}).status, 400);
  EXPECT_EQ(release("clerk-1", order, json::object{{"note", "ok"}}).status, 400);
  EXPECT_EQ(session.text("SELECT state FROM orders"), "held");
  EXPECT_EQ(messages(), "dead");
}

TEST_F(ApiRelease, AnOrderOnItsWayTakesNoOtherParticulars) {
  const auto order = refused_and_put_away(7);
  EXPECT_EQ(release("clerk-1", order, corrected()).status, 200);
  EXPECT_EQ(release("clerk-1", order, corrected("0912 345 670")).status, 409);
  EXPECT_EQ(release("clerk-1", order, json::object{{"note", "once more"}}).status, 200);
}

TEST_F(ApiRelease, ARefusalThatIsJustBeingRecordedIsWaitedFor) {
  const auto order = refused(8);
  EXPECT_EQ(messages(), "leased");
  EXPECT_EQ(release("clerk-1", order, corrected()).status, 409);
  EXPECT_EQ(session.text("SELECT state FROM orders"), "held");
}

TEST_F(ApiRelease, AnOrderWhoseMessageAnOperatorDroppedGetsANewOne) {
  const auto order = refused_and_put_away(9);
  session.sql("UPDATE outbox SET state = 'void' WHERE state = 'dead'");
  session.sql("UPDATE attention SET closed_at = now() WHERE kind = 'dead_letter'");
  EXPECT_EQ(release("clerk-1", order, corrected()).status, 200);
  EXPECT_EQ(messages(), "void scheduled");
}

TEST_F(ApiRelease, ACancelledOrderIsNotReleasedAndLeavesNoQuestionBehind) {
  const auto order = refused_and_put_away(10);
  const json::object reason{{"reason", "không gửi nữa"}};
  EXPECT_EQ(post("agency-a", "/v1/orders/" + order.id + "/cancel", reason).status, 200);
  EXPECT_EQ(open_items(), "");
  EXPECT_EQ(messages(), "void");
  EXPECT_EQ(release("agency-a", order, corrected()).status, 409);
}

}  // namespace
}  // namespace bccid::test
