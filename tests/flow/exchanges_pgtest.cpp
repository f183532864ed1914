#include "flow/counterparts.hpp"
#include "flow/dead_letters.hpp"
#include "flow/pauses.hpp"
#include "flow/read_exchanges.hpp"
#include "flow/replay_range.hpp"
#include "jobs/exchange_writer.hpp"
#include "tests/flow/outbox_case.hpp"

namespace bccid {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::event;

// What a counterpart was asked and what it answered, as the client of a real deliverer would note it.
class Exchanges : public test::OutboxSending {
 protected:
  // Answers as FakeDeliverer does, and leaves the trace of one call for it.
  class Calling final : public Deliverer {
   public:
    Calling(test::FakeDeliverer& fake, ExchangeBook& book) : fake_(fake), book_(book) {}
    asio::awaitable<Delivery> deliver(const LeasedMessage& held, Deadline lease_ends) override {
      const auto delivery = co_await fake_.deliver(held, lease_ends);
      net::HttpRequest request;
      request.call = CallName{held.message.target, held.message.kind};
      request.tag = tag_of(held);
      request.body = R"({"OrderNumber":"N-1","ReceiverTel":"0912345678","client_secret":"planted-1"})";
      net::HttpReply reply;
      reply.status = delivery.http_status;
      reply.body = R"({"Status":100,"echo":"planted-1"})";
      Result<net::HttpReply> answer(std::move(reply));
      if (delivery.http_status == 0) answer = Failure(Errc::outcome_unknown, delivery.reason);
      book_.note(request, answer, 5ms);
      co_return delivery;
    }

   private:
    test::FakeDeliverer& fake_;
    ExchangeBook& book_;
  };

  std::unique_ptr<OutboxSender> calling(std::vector<TargetFamily> families) {
    return std::make_unique<OutboxSender>(io.get_executor(), *db, clock, config, std::move(families), &book,
                                          "one");
  }
  std::unique_ptr<OutboxSender> calling() {
    return calling({family("webhook:", deliverer), family("carrier:", deliverer)});
  }
  static Delivery failed(int status) {
    return Delivery::of(Delivery::Kind::failed, "answered " + std::to_string(status), status);
  }
  std::string told() {
    return session.text(
        "SELECT string_agg(call || ' ' || outcome || ' ' || http_status || ' x' || tries, ', ' ORDER BY id) "
        "FROM exchange");
  }
  std::vector<CounterpartView> counterparts() {
    return session.in_tx([&](sql::Tx& tx) { return list_counterparts(tx, clock.now()); });
  }
  CounterpartView counterpart(const std::string& name) {
    for (auto& one : counterparts())
      if (one.name == name) return one;
    ADD_FAILURE() << name << " is not listed";
    return {};
  }
  bool pause(const std::string& target) {
    return session.in_tx([&](sql::Tx& tx) { return pause_target(tx, target, "at night", admin, now); })
        .value();
  }
  bool resume(const std::string& target) {
    return session.in_tx([&](sql::Tx& tx) { return resume_target(tx, target, "well", admin, now); }).value();
  }
  void die(int rows, const std::string& target = "webhook:a") {
    session.sql("INSERT INTO outbox (target, kind, subject, payload, state, finished_at, reason) SELECT '" +
                target + "', 'event', 'test:' || i, '{}', 'dead', now(), 'gone' FROM generate_series(1, " +
                std::to_string(rows) + ") AS i");
    session.sql(
        "INSERT INTO attention (kind, subject, detail, action, owner, due_at) "
        "SELECT 'dead_letter', 'outbox:' || id, 'd', 'a', 'admin', now() FROM outbox WHERE state = 'dead' "
        "ON CONFLICT DO NOTHING");
  }

  ExchangeBook book{clock, {"planted-1"}};
  Calling deliverer{fake, book};
  Actor admin{"admin-1", "admin", "", "", ""};
};

TEST_F(Exchanges, TriesOfAMessageWithTheSameOutcomeAreOneTrace) {
  put({event("webhook:a")});
  fake.scripts["webhook:a"] = {failed(500), failed(500), failed(500), failed(503)};
  auto one = calling();
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(round(*one).claimed, 1U);
    all_due();
  }
  EXPECT_EQ(told(), "event retry 500 x3, event retry 503 x1, event delivered 200 x1");
  EXPECT_EQ(session.number("SELECT count(*) FROM exchange WHERE outbox_id = (SELECT id FROM outbox)"), 3);
  EXPECT_EQ(session.text("SELECT attempt || ' ' || (last_at > at) FROM exchange ORDER BY id LIMIT 1"),
            "3 true");
}

TEST_F(Exchanges, NoSecretAndNoPersonReachesTheTable) {
  put({event("webhook:a")});
  fake.scripts["webhook:a"] = {
      Delivery::of(Delivery::Kind::failed, "Bearer abc.def of 0912345678, planted-1 is wrong", 401)};
  auto one = calling();
  round(*one);
  all_due();
  round(*one);
  const auto all = session.text(
      "SELECT (SELECT string_agg(e::text, ' ') FROM exchange e) || (SELECT string_agg(c::text, ' ') FROM "
      "counterpart c) || (SELECT string_agg(reason, ' ') FROM outbox)");
  for (const auto* planted : {"planted-1", "0912345678", "abc.def"})
    EXPECT_EQ(all.find(planted), std::string::npos) << planted << " in " << all;
  EXPECT_NE(all.find("N-1"), std::string::npos) << "what is harmless is there to be read";
}

TEST_F(Exchanges, CallsOfNoMessageAreWrittenBesideAndFoldWithinTheHour) {
  ExchangeWriter writer(io.get_executor(), *db, book);
  for (int i = 0; i < 3; ++i) {
    net::HttpRequest request;
    request.call = CallName{"carrier:vnpost", kFeedCall};
    net::HttpReply reply;
    reply.status = 200;
    book.note(request, Result<net::HttpReply>(reply), 1ms);
    book.judge_feed("carrier:vnpost", i == 2 ? 4 : 0);
    ASSERT_TRUE(test::run(io, writer.flush()));
  }
  const auto empty =
      session.number("SELECT sum(tries) FROM exchange WHERE call = 'feed' AND outcome = 'empty'");
  EXPECT_EQ(empty, 2);
  // Two hours may have met: then they are two traces.
  EXPECT_LE(session.number("SELECT count(*) FROM exchange WHERE outcome = 'empty'"), 2);
  EXPECT_EQ(session.number("SELECT count(*) FROM exchange WHERE outcome = 'ok'"), 1);
  EXPECT_EQ(counterpart("carrier:vnpost").calls, 3);
}

TEST_F(Exchanges, WhatCannotBeWrittenStaysInTheBook) {
  session.sql("ALTER TABLE exchange RENAME TO exchange_away");
  net::HttpRequest request;
  request.call = CallName{"carrier:vnpost", "token"};
  book.note(request, Failure(Errc::unavailable, "no connection"), 1ms);
  ExchangeWriter writer(io.get_executor(), *db, book);
  EXPECT_FALSE(test::run(io, writer.flush()));
  EXPECT_EQ(book.waiting(), 1U);
  session.sql("ALTER TABLE exchange_away RENAME TO exchange");
  EXPECT_TRUE(test::run(io, writer.flush()));
  EXPECT_EQ(session.text("SELECT call || ' ' || outcome || ' ' || reason FROM exchange"),
            "token failed no connection");
}

TEST_F(Exchanges, AreFoundByCounterpartOrderAndDossierPageByPage) {
  const auto order = place("H20.01-1");
  served_orders();
  put({event("carrier:vnpost", "", "order:" + order.number), event("webhook:a", "", "parcel:" + order.number),
       event("webhook:a", "", "parcel:another")});
  auto one = calling();
  while (round(*one).claimed > 0) {
  }
  const auto list = [&](const ExchangeQuestion& about, const PageOf& page) {
    return session.in_tx([&](sql::Tx& tx) { return list_exchanges(tx, about, page); });
  };
  const auto subjects = [](const ExchangePage& page) {
    std::set<std::string> all;
    for (const auto& item : page.items) all.insert(item.subject);
    return all;
  };
  const std::set<std::string> of_the_case{"order:" + order.number, "parcel:" + order.number};
  EXPECT_EQ(subjects(list({"", order.number, ""}, {}).value()), of_the_case);
  EXPECT_EQ(subjects(list({"", "", "H20.01-1"}, {}).value()), of_the_case);
  EXPECT_EQ(list({"webhook:a", "", ""}, {}).value().items.size(), 2U);
  const auto first = list({"webhook:a", "", ""}, {"", 1}).value();
  const auto second = list({"webhook:a", "", ""}, {first.next, 1}).value();
  ASSERT_EQ(first.items.size() + second.items.size(), 2U);
  EXPECT_NE(first.items[0].id, second.items[0].id);
  EXPECT_EQ(second.next, "");
  EXPECT_EQ(first.items[0].got, R"({"Status":100,"echo":"***"})");
  for (const auto& wrong : {ExchangeQuestion{}, ExchangeQuestion{"a", "b", ""}})
    EXPECT_EQ(list(wrong, {}).error().code, Errc::invalid_field);
}

TEST_F(Exchanges, ACounterpartTellsItsQueueErrorsAndLastAnswer) {
  put({event("webhook:a", "", "test:1"), event("webhook:a", "", "test:2")});
  session.sql("UPDATE outbox SET next_at = now() - interval '1 minute' WHERE subject = 'test:1'");
  session.sql("UPDATE outbox SET next_at = now() + interval '1 hour' WHERE subject = 'test:2'");
  auto before = counterpart("webhook:a");
  EXPECT_EQ(before.queued, 2);
  EXPECT_TRUE(before.waiting_since.has_value());
  EXPECT_EQ(before.calls, 0);
  fake.scripts["webhook:a"] = {failed(500)};
  auto one = calling();
  round(*one);
  auto after = counterpart("webhook:a");
  EXPECT_EQ(after.calls, 1);
  EXPECT_EQ(after.failed, 1);
  EXPECT_EQ(after.last_status, 500);
  EXPECT_EQ(after.last_answer, "answered 500");
  EXPECT_FALSE(after.last_success_at.has_value());
  EXPECT_FALSE(after.waiting_since.has_value());
  ASSERT_TRUE(after.next_try_at.has_value());
  EXPECT_GT(*after.next_try_at, clock.now());
  session.sql("UPDATE outbox SET next_at = now() WHERE subject = 'test:1'");
  round(*one);
  after = counterpart("webhook:a");
  EXPECT_EQ(after.calls, 2);
  EXPECT_EQ(after.failed, 1);
  EXPECT_TRUE(after.last_success_at.has_value());
}

TEST_F(Exchanges, APausedCounterpartIsSentNothingByAnyDaemonUntilItIsResumed) {
  put({event("webhook:a"), event("webhook:b")});
  EXPECT_TRUE(pause("webhook:a"));
  EXPECT_FALSE(pause("webhook:a"));
  auto one = calling();
  auto two = sender();
  EXPECT_EQ(round(*one).delivered + round(*two).delivered, 1U);
  EXPECT_EQ(fake.seen, std::vector<std::string>{"webhook:b test:1 #1"});
  const auto view = counterpart("webhook:a");
  ASSERT_TRUE(view.pause.has_value());
  EXPECT_EQ(view.pause->by, "admin-1");
  EXPECT_EQ(view.pause->reason, "at night");
  EXPECT_FALSE(view.next_try_at.has_value());
  EXPECT_TRUE(resume("webhook:a"));
  EXPECT_FALSE(resume("webhook:a"));
  EXPECT_EQ(round(*one).delivered, 1U);
  EXPECT_EQ(
      session.text("SELECT string_agg(action || ' ' || (detail ->> 'reason'), ', ' ORDER BY id) FROM audit "
                   "WHERE subject = 'counterpart:webhook:a'"),
      "counterpart.pause at night, counterpart.resume well");
  const auto unknown =
      session.in_tx([&](sql::Tx& tx) { return pause_target(tx, "webhook:nobody", "x", admin, now); });
  EXPECT_EQ(unknown.error().code, Errc::not_found);
}

TEST_F(Exchanges, APauseTakesBackWhatASenderHoldsAlready) {
  std::vector<OutboxMessage> messages;
  for (int i = 0; i < 8; ++i) messages.push_back(event("webhook:a"));
  put(messages);
  fake.hanging.insert("webhook:a");
  auto one = calling();
  test::run(io, one->start());
  until([&] { return fake.seen.size() == 4; });
  pause("webhook:a");
  one->wake();
  until([&] { return one->figures().held == 4; });
  EXPECT_EQ(rows_in("leased"), 4);
  fake.let_go("webhook:a");
  until([&] { return one->figures().totals.delivered == 4; });
  test::run(io, one->stop());
  EXPECT_EQ(rows_in("scheduled"), 4);
  EXPECT_EQ(fake.seen.size(), 4U);
}

TEST_F(Exchanges, AnOpenBreakerIsAnItemThatNamesDossierParcelTargetAndLastAnswer) {
  const auto order = place("H20.01-1");
  session.sql("UPDATE parcel SET item_code = 'CP123456785VN'");
  served_orders();
  std::vector<OutboxMessage> messages(10, event("webhook:a", "", "parcel:" + order.number));
  put(messages);
  fake.scripts["webhook:a"].assign(40, failed(503));
  auto families = std::vector<TargetFamily>{family("webhook:", deliverer)};
  families[0].policy.throttled_min = 0s;
  auto one = calling(std::move(families));
  for (int i = 0; i < 4; ++i) {
    round(*one);
    all_due();
  }
  EXPECT_EQ(one->figures().breakers_open, 1U);
  const auto view = counterpart("webhook:a");
  EXPECT_EQ(view.breaker, "open");
  ASSERT_TRUE(view.next_try_at.has_value());
  EXPECT_GT(*view.next_try_at, clock.now());
  EXPECT_EQ(open_items(), "breaker_open counterpart:webhook:a");
  const auto item = session.text(
      "SELECT detail || ' | ' || dossier_code || ' | ' || agency_code FROM attention "
      "WHERE kind = 'breaker_open'");
  for (const auto* part :
       {"webhook:a", "dossier H20.01-1", "parcel CP123456785VN", "answered 503", "| H20.01-1 | H20.01"})
    EXPECT_NE(item.find(part), std::string::npos) << part << " in " << item;
  fake.scripts.clear();
  // A daemon that starts anew has no open breaker, and asks at once.
  auto fresh = calling({family("webhook:", deliverer)});
  test::run(io, fresh->start());
  until([&] { return fresh->figures().totals.delivered == 10; });
  test::run(io, fresh->stop());
  EXPECT_EQ(counterpart("webhook:a").breaker, "closed");
  EXPECT_EQ(open_items(), "");
}

TEST_F(Exchanges, ADeadLetterNamesDossierParcelTargetAndLastAnswer) {
  const auto order = place("H20.01-1");
  served_orders();
  put({event("webhook:a", "", "parcel:" + order.number)});
  fake.scripts["webhook:a"] = {
      Delivery::of(Delivery::Kind::refused, "the receiver wants no such event", 422)};
  auto one = calling();
  EXPECT_EQ(round(*one).dead, 1U);
  EXPECT_EQ(session.text("SELECT detail FROM attention"),
            "event for parcel:" + order.number + ", dossier H20.01-1, parcel " + order.number +
                " was not delivered to webhook:a: the receiver wants no such event. Last answer: HTTP 422");
  EXPECT_EQ(session.text("SELECT agency_code || ' ' || dossier_code FROM attention"), "H20.01 H20.01-1");
}

TEST_F(Exchanges, ARangeIsCountedBeforeItIsReplayed) {
  die(3);
  die(2, "webhook:b");
  ReplayRange range;
  range.target = "webhook:a";
  range.reason = "it answers again";
  const auto go = [&](std::size_t expected) {
    return session.in_tx([&](sql::Tx& tx) { return replay_range(tx, range, expected, admin); });
  };
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return count_range(tx, range); }), 3U);
  EXPECT_EQ(go(5).error().code, Errc::conflict);
  EXPECT_EQ(rows_in("dead"), 5);
  const auto done = go(3).value();
  EXPECT_EQ(done.replayed, 3U);
  EXPECT_EQ(rows_in("scheduled"), 3);
  EXPECT_EQ(
      session.number("SELECT count(*) FROM audit WHERE action = 'outbox.replay' AND detail ->> 'reason' = "
                     "'it answers again'"),
      3);
  ReplayRange none = range;
  none.target.clear();
  none.to = clock.now() - 1h;
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return count_range(tx, none); }), 0U);
  none.to.reset();
  none.ids = {session.number("SELECT min(id) FROM outbox WHERE state = 'dead'")};
  EXPECT_EQ(session.in_tx([&](sql::Tx& tx) { return count_range(tx, none); }), 1U);
  die(static_cast<int>(kReplayRowsMax) + 1, "webhook:c");
  range.target = "webhook:c";
  EXPECT_EQ(go(kReplayRowsMax + 1).error().code, Errc::invalid_field);
}

TEST_F(Exchanges, AMessageIsGivenUpWithAReasonThatStandsWhereItIsLookedFor) {
  die(1);
  put({event("webhook:b")});
  const auto give_up = [&](const std::string& where) {
    const auto id = session.number("SELECT id FROM outbox WHERE " + where);
    return session.in_tx([&](sql::Tx& tx) { return give_up_message(tx, id, "told by telephone", admin); });
  };
  EXPECT_TRUE(give_up("state = 'dead'"));
  EXPECT_TRUE(give_up("state = 'scheduled'"));
  EXPECT_EQ(rows_in("void"), 2);
  EXPECT_EQ(open_items(), "");
  EXPECT_EQ(session.text("SELECT string_agg(outcome || ' ' || reason, ', ') FROM exchange"),
            "given_up admin-1: told by telephone, given_up admin-1: told by telephone");
  EXPECT_EQ(give_up("state = 'void' ORDER BY id LIMIT 1").error().code, Errc::not_found);
  place("H20.01-1");
  EXPECT_EQ(give_up("kind = 'order.create'").error().code, Errc::conflict);
}

// Five counterparts that hang, fail, are cut, answer slowly and answer with pages of HTML. How long a healthy
// one waits is measured by `./dev bench`; here it is shown that it waits for none of them.
TEST_F(Exchanges, AHealthyCounterpartWaitsForNoneOfFiveThatMisbehave) {
  const std::vector<std::string> bad{"webhook:hangs", "webhook:500", "webhook:cut", "webhook:slow",
                                     "webhook:html"};
  std::vector<OutboxMessage> messages;
  for (int i = 0; i < 40; ++i)
    for (const auto& target : bad) messages.push_back(event(target));
  for (int i = 0; i < 200; ++i) messages.push_back(event("webhook:well"));
  put(messages);
  fake.hanging = {"webhook:hangs", "webhook:slow"};
  fake.scripts["webhook:500"].assign(40, failed(500));
  fake.scripts["webhook:cut"].assign(40, Delivery::of(Delivery::Kind::failed, "throw"));
  fake.scripts["webhook:html"].assign(40, Delivery::of(Delivery::Kind::failed, "not JSON", 502));
  config.in_flight_max = 24;  // all that the six together may have at a time
  auto one = calling();
  test::run(io, one->start());
  until([&] { return one->figures().totals.delivered == 200; });
  EXPECT_EQ(fake.most_together["webhook:well"], 4) << "it had all the tries at a time that it may have";
  EXPECT_EQ(fake.now_together["webhook:hangs"], 4);
  EXPECT_EQ(rows_in("delivered"), 200);
  EXPECT_EQ(
      session.number("SELECT count(*) FROM outbox WHERE target = 'webhook:well' AND state <> 'delivered'"),
      0);
  fake.hanging.clear();
  fake.let_go("webhook:hangs");
  fake.let_go("webhook:slow");
  until([&] { return one->figures().in_flight == 0; });
  test::run(io, one->stop());
}

}  // namespace
}  // namespace bccid
