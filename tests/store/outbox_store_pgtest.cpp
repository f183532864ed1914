#include "store/outbox_store.hpp"

#include "tests/flow/money_day.hpp"

#include <algorithm>
#include <set>

namespace bccid {
namespace {

using namespace std::chrono_literals;
using test::Session;
using Verdict = AttemptResult::Verdict;

OutboxMessage message(std::string target, std::string key = {}, std::string subject = "test:1") {
  OutboxMessage made;
  made.target = std::move(target);
  made.kind = "event";
  made.order_key = std::move(key);
  made.subject = std::move(subject);
  made.payload = R"({"a":1})";
  return made;
}

AttemptResult result_of(const LeasedMessage& held, Verdict verdict, std::string reason = {}) {
  AttemptResult made;
  made.held = held;
  made.verdict = verdict;
  made.reason = std::move(reason);
  made.took_ms = 7;
  return made;
}

class OutboxStore : public testing::Test {
 protected:
  OutboxStore() { session.sql("INSERT INTO onestop_endpoint VALUES ('H20.01')"); }
  void put(const std::vector<OutboxMessage>& messages) {
    session.in_tx([&](sql::Tx& tx) { enqueue(tx, messages); });
  }
  static std::vector<LeasedMessage> claim_in(sql::Tx& tx, const std::string& target, std::size_t rows) {
    return claim_due(tx, {ClaimShare{target, rows, std::nullopt}}, 30s);
  }
  std::vector<LeasedMessage> claim(const std::string& target = "webhook:a", std::size_t rows = 100) {
    return session.in_tx([&](sql::Tx& tx) { return claim_in(tx, target, rows); });
  }
  std::vector<std::int64_t> mark(const std::vector<AttemptResult>& results) {
    return session.in_tx([&](sql::Tx& tx) { return settle(tx, results); });
  }
  void lapse_leases() {
    session.sql("UPDATE outbox SET lease_until = now() - interval '1 second' WHERE state = 'leased'");
  }
  void all_due() { session.sql("UPDATE outbox SET next_at = now() WHERE state = 'scheduled'"); }
  std::size_t rescue(int attempts_max = 10) {
    return session.in_tx([&](sql::Tx& tx) { return rescue_expired(tx, attempts_max); });
  }
  std::string states() {
    return session.text("SELECT coalesce(string_agg(state, ' ' ORDER BY id), '') FROM outbox");
  }
  void TearDown() override { test::expect_verified(database.dsn()); }

  test::TestDatabase database{test::to_current_schema};
  Session session{database.dsn()};
};

TEST_F(OutboxStore, AMessageAndAnEventKeepTheRequestThatCausedThem) {
  session.sql("INSERT INTO webhook_endpoint (id, url) VALUES ('a-1', 'http://127.0.0.1/')");
  auto asked = message("webhook:a");
  asked.request_id = "req-00000001";
  PublicEvent heard;
  heard.order_number = "N1";
  heard.type = "vn.bccid.parcel.held";
  heard.payload = "{}";
  heard.request_id = "req-00000002";
  PublicEvent of_a_job = heard;
  of_a_job.order_number = "N2";
  of_a_job.request_id.clear();
  session.in_tx([&](sql::Tx& tx) { enqueue(tx, {asked}, {heard, of_a_job}); });
  EXPECT_EQ(claim().at(0).outgoing_request_id(), "req-00000001");
  const auto held = claim("webhook:a-1");
  ASSERT_EQ(held.size(), 2U);
  EXPECT_EQ(held[0].outgoing_request_id(), "req-00000002");
  EXPECT_EQ(held[1].message.request_id, "");
  EXPECT_EQ(held[1].outgoing_request_id(), held[1].message_id.to_text());
}

TEST_F(OutboxStore, ARowIsLeasedWithItsAttemptCountedAndThenMarkedOnce) {
  put({message("webhook:a")});
  const auto held = claim();
  ASSERT_EQ(held.size(), 1U);
  EXPECT_EQ(held[0].attempts, 1);
  EXPECT_EQ(held[0].message.payload, R"({"a":1})");
  EXPECT_EQ(session.number("SELECT attempts FROM outbox"), 1);
  EXPECT_EQ(states(), "leased");
  EXPECT_TRUE(claim().empty());
  EXPECT_EQ(mark({result_of(held[0], Verdict::delivered)}).size(), 1U);
  EXPECT_EQ(states(), "delivered");
  EXPECT_TRUE(mark({result_of(held[0], Verdict::delivered)}).empty());
  EXPECT_EQ(
      session.text("SELECT counterpart || ' ' || attempt || ' ' || outcome || ' ' || took_ms FROM exchange"),
      "webhook:a 1 delivered 7");
}

TEST_F(OutboxStore, RowsOfOneKeyLeaveOneAfterTheOtherInTheOrderTheyWereDecided) {
  put({message("webhook:a", "k", "test:1"), message("webhook:a", "k", "test:2"),
       message("webhook:a", "x", "test:3")});
  put({message("webhook:a", "k", "test:4")});
  auto held = claim();
  ASSERT_EQ(held.size(), 2U);  // the eldest of k, and x
  const auto first =
      std::find_if(held.begin(), held.end(), [](const auto& row) { return row.message.subject == "test:1"; });
  ASSERT_NE(first, held.end());
  EXPECT_TRUE(claim().empty());
  // A retry later than its followers still holds them back.
  auto retry = result_of(*first, Verdict::retry, "no answer");
  retry.wait = 1h;
  mark({retry});
  EXPECT_TRUE(claim().empty());
  all_due();
  for (const auto* subject : {"test:1", "test:2", "test:4"}) {
    const auto next = claim();
    ASSERT_EQ(next.size(), 1U);
    EXPECT_EQ(next[0].message.subject, subject);
    mark({result_of(next[0], Verdict::delivered)});
  }
}

TEST_F(OutboxStore, AKeyOfOneTargetDoesNotHoldBackTheSameKeyOfAnother) {
  put({message("webhook:a", "k"), message("webhook:b", "k")});
  EXPECT_EQ(claim("webhook:a").size(), 1U);
  EXPECT_EQ(claim("webhook:b").size(), 1U);
}

TEST_F(OutboxStore, TheSharesBoundEachTargetAndTheLongestWaitingGoFirst) {
  for (int i = 0; i < 5; ++i)
    put({message("webhook:a", "", "test:" + std::to_string(i)), message("webhook:b")});
  const auto due = session.in_tx([](sql::Tx& tx) { return due_targets(tx); });
  ASSERT_EQ(due.size(), 2U);
  const auto held = session.in_tx([&](sql::Tx& tx) {
    return claim_due(tx, {ClaimShare{"webhook:a", 2, std::nullopt}, ClaimShare{"webhook:b", 1, std::nullopt}},
                     30s);
  });
  std::multiset<std::string> seen;
  for (const auto& row : held) seen.insert(row.message.target + " " + row.message.subject);
  EXPECT_EQ(seen, (std::multiset<std::string>{"webhook:a test:0", "webhook:a test:1", "webhook:b test:1"}));
}

TEST_F(OutboxStore, ATargetIsDueOnlyWhenARowOfItIs) {
  put({message("webhook:a"), message("webhook:b")});
  session.sql("UPDATE outbox SET next_at = now() + interval '1 hour' WHERE target = 'webhook:a'");
  const auto due = session.in_tx([](sql::Tx& tx) { return due_targets(tx); });
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].target, "webhook:b");
}

TEST_F(OutboxStore, TwoSendersNeverHoldTheSameRowAndPassOverWhatTheOtherIsClaiming) {
  std::vector<OutboxMessage> many;
  for (int i = 0; i < 40; ++i)
    many.push_back(message("webhook:a", i % 2 == 0 ? "k" + std::to_string(i / 4) : ""));
  put(many);
  Session other(database.dsn());
  std::multiset<std::int64_t> ids;
  session.in_tx([&](sql::Tx& tx) {
    for (const auto& row : claim_in(tx, "webhook:a", 20)) ids.insert(row.id);
    // While the first claim is not committed yet.
    for (const auto& row : other.in_tx([](sql::Tx& second) { return claim_in(second, "webhook:a", 20); }))
      ids.insert(row.id);
  });
  EXPECT_EQ(ids.size(), 30U);  // 20 without key and one of each of the ten keys
  EXPECT_EQ(std::set<std::int64_t>(ids.begin(), ids.end()).size(), ids.size());
  EXPECT_EQ(session.number("SELECT count(*) FROM (SELECT order_key FROM outbox WHERE state = 'leased' AND "
                           "order_key IS NOT NULL GROUP BY 1 HAVING count(*) > 1) t"),
            0);
}

TEST_F(OutboxStore, ASenderWhoseLeaseEndedCannotMarkAnyMore) {
  put({message("webhook:a")});
  const auto slow = claim();
  lapse_leases();
  EXPECT_EQ(rescue(), 1U);
  const auto fast = claim();
  ASSERT_EQ(fast.size(), 1U);
  EXPECT_EQ(fast[0].attempts, 2);
  EXPECT_NE(fast[0].fence, slow[0].fence);
  EXPECT_EQ(fast[0].message_id, slow[0].message_id);
  EXPECT_TRUE(mark({result_of(slow[0], Verdict::dead, "late")}).empty());
  EXPECT_TRUE(session.in_tx([&](sql::Tx& tx) { return renew_leases(tx, slow, 30s); }).empty());
  EXPECT_EQ(states(), "leased");
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return renew_leases(tx, fast, 60s); }).size(), 1U);
  EXPECT_EQ(mark({result_of(fast[0], Verdict::delivered)}).size(), 1U);
  EXPECT_EQ(session.number("SELECT count(*) FROM exchange"), 1);
}

TEST_F(OutboxStore, LeasesThatLastAreNotRescued) {
  put({message("webhook:a")});
  claim();
  EXPECT_EQ(rescue(), 0U);
  EXPECT_EQ(states(), "leased");
}

TEST_F(OutboxStore, ARowThatKeepsLosingItsSenderDiesVisibly) {
  put({message("webhook:a")});
  for (int attempt = 1; attempt <= 3; ++attempt) {
    ASSERT_EQ(claim().size(), 1U) << attempt;
    lapse_leases();
    EXPECT_EQ(rescue(3), 1U);
  }
  EXPECT_EQ(states(), "dead");
  EXPECT_EQ(session.number("SELECT count(*) FROM attention WHERE kind = 'dead_letter' AND closed_at IS NULL"),
            1);
}

TEST_F(OutboxStore, GivenBackRowsCountNoAttemptAndLeaveNoExchange) {
  put({message("webhook:a")});
  const auto held = claim();
  auto back = result_of(held[0], Verdict::given_back);
  back.wait = 1h;
  mark({back});
  EXPECT_EQ(session.number("SELECT attempts FROM outbox"), 0);
  EXPECT_EQ(session.number("SELECT count(*) FROM exchange"), 0);
  EXPECT_EQ(session.number("SELECT count(*) FROM outbox WHERE next_at > now() + interval '59 minutes'"), 1);
  EXPECT_TRUE(claim().empty());
}

TEST_F(OutboxStore, ADeadLetterIsATaskUntilAPersonReplaysIt) {
  put({message("onestop:H20.01", "d", "dossier:H20.01-1")});
  const auto held = claim("onestop:H20.01");
  mark({result_of(held[0], Verdict::dead, "unknown dossier")});
  EXPECT_EQ(states(), "dead");
  EXPECT_EQ(session.text("SELECT agency_code || ' ' || dossier_code || ' ' || owner FROM attention"),
            "H20.01 H20.01-1 admin");
  const auto again = [&] {
    return session.in_tx([&](sql::Tx& tx) { return replay(tx, held[0].id, "admin-1"); });
  };
  EXPECT_TRUE(again());
  EXPECT_EQ(states(), "scheduled");
  EXPECT_EQ(session.text("SELECT closed_by FROM attention"), "admin-1");
  EXPECT_EQ(session.text("SELECT actor || ' ' || action FROM audit"), "admin-1 outbox.replay");
  EXPECT_EQ(again().error().code, Errc::conflict);
  EXPECT_EQ(session.in_tx([](sql::Tx& tx) { return replay(tx, 987654321, "admin-1"); }).error().code,
            Errc::not_found);
  const auto once_more = claim("onestop:H20.01");
  ASSERT_EQ(once_more.size(), 1U);
  EXPECT_EQ(once_more[0].attempts, 1);
  EXPECT_EQ(once_more[0].message_id, held[0].message_id);
}

TEST_F(OutboxStore, AnOldStatusIsNotReplayedOverANewerOne) {
  session.sql(R"(INSERT INTO agency (code, name) VALUES ('H20.01', 'So');
    INSERT INTO dossier (public_id, agency_code, code, procedure_code)
    VALUES ('00000000-0000-7000-8000-000000000001', 'H20.01', 'D1', '1.000001');
    UPDATE dossier SET told_status = 9, confirmed_status = 9, confirmed_at = now() + interval '1 minute')");
  auto status = message("onestop:H20.01", "dossier:D1", "dossier:D1");
  status.kind = "dossier.status";
  put({status});
  const auto held = claim("onestop:H20.01");
  mark({result_of(held[0], Verdict::dead, "no")});
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return replay(tx, held[0].id, "admin-1"); }).error().code,
            Errc::conflict);
}

TEST_F(OutboxStore, ABatchIsSettledRowByRow) {
  put({message("webhook:a"), message("webhook:a"), message("webhook:a"), message("webhook:a")});
  const auto held = claim();
  ASSERT_EQ(held.size(), 4U);
  auto dropped = result_of(held[3], Verdict::dropped, "the endpoint is disabled");
  EXPECT_EQ(mark({result_of(held[0], Verdict::delivered), result_of(held[1], Verdict::retry, "answered 500"),
                  result_of(held[2], Verdict::dead, "answered 404"), dropped})
                .size(),
            4U);
  EXPECT_EQ(session.number("SELECT count(DISTINCT state) FROM outbox"), 4);
  EXPECT_EQ(session.number("SELECT count(*) FROM exchange"), 3);
  EXPECT_EQ(session.text("SELECT reason FROM outbox WHERE state = 'scheduled'"), "answered 500");
}

TEST_F(OutboxStore, ManyTransactionsOfOneBatchWakeTheListenersOnce) {
  sql::SessionOptions options;
  options.dsn = database.dsn();
  sql::Connection listener(options);
  listener.listen(kOutboxChannel);
  session.in_tx([](sql::Tx& tx) {
    enqueue(tx, {message("webhook:a")});
    enqueue(tx, {message("webhook:a")});
  });
  session.in_tx([](sql::Tx& tx) { enqueue(tx, {}); });
  listener.exec_once("round trip", "SELECT 1");
  EXPECT_EQ(listener.notifications().size(), 1U);
}

TEST_F(OutboxStore, ATransactionThatFailsEnqueuesNothing) {
  EXPECT_THROW(session.in_tx([](sql::Tx& tx) {
    enqueue(tx, {message("webhook:a")});
    throw std::runtime_error("decided otherwise");
  }),
               std::runtime_error);
  EXPECT_EQ(states(), "");
}

}  // namespace
}  // namespace bccid
