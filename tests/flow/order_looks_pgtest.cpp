#include "flow/order_looks.hpp"

#include "jobs/carrier_deliverer.hpp"
#include "jobs/order_looker.hpp"
#include "tests/flow/outbox_case.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>

namespace bccid {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::OutboxSending;
using Answer = OrderReading::Answer;

// A post without a feed: it takes every order, unless told otherwise, and tells what its book says.
class AskedPost final : public CarrierPort {
 public:
  AskedPost() { abilities_.read_one = true; }
  const std::string& name() const override { return name_; }
  const std::string& code_source() const override { return source_; }
  const CarrierAbilities& abilities() const override { return abilities_; }
  asio::awaitable<SendReport> create_order(const CarrierOrder& order, CallTag) override {
    created.push_back(order.number);
    SendReport report;
    report.outcome = lose_answers ? SendOutcome::unknown : SendOutcome::accepted;
    if (!lose_orders) book[order.number];
    co_return report;
  }
  asio::awaitable<SendReport> cancel_order(std::string, CallTag) override {
    SendReport report;
    report.outcome = SendOutcome::pending;
    report.reason = "approval case 7";
    co_return report;
  }
  asio::awaitable<OrderReading> read_order(std::string number) override {
    asked.push_back(number);
    if (hangs) {
      asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
      co_await never.async_wait(asio::use_awaitable);
    }
    OrderReading reading;
    reading.answer = answer;
    reading.reason = "as told";
    if (answer != Answer::known) co_return reading;
    const auto at = book.find(number);
    reading.answer = at == book.end() ? Answer::absent : Answer::known;
    if (at != book.end()) reading.rows = at->second;
    co_return reading;
  }

  std::vector<std::string> created, asked;
  std::map<std::string, std::vector<FeedRow>> book;
  Answer answer = Answer::known;
  bool lose_answers = false, lose_orders = false, hangs = false;

 private:
  std::string name_ = "vnpost";
  std::string source_ = "vnpost_my/1";
  CarrierAbilities abilities_;
};

class OrderLooks : public OutboxSending {
 protected:
  OrderLooks() {
    orders_config.settle = 0ms;
    deliverer = std::make_unique<CarrierDeliverer>(*db, clock, orders_config);
    deliverer->add(post, [this] { ++woken; });
    looker = std::make_unique<OrderLooker>(io.get_executor(), *db, clock, post, OrderLookerConfig());
    one = sender({family("carrier:", *deliverer)});
  }
  void serve() {
    all_due();
    round(*one);
  }
  bool look() { return test::run(io, looker->look_once()).value(); }
  void due() { session.sql("UPDATE order_look SET next_at = now() WHERE next_at IS NOT NULL"); }
  void happen(const std::string& number, const std::string& code, Duration later = 0s,
              const std::string& item = {}) {
    auto made = row(number + "/" + code, number, code, item);
    made.occurred_at = now + later;
    post.book[number].push_back(std::move(made));
  }
  // The post has shown once that it finds our orders by their numbers.
  void found_before() {
    place("H20.01-0");
    serve();
    EXPECT_TRUE(look());
    post.created.clear();
  }
  std::string look_text(const std::string& what) {
    return session.text("SELECT coalesce((" + what + ")::text, '') FROM order_look");
  }

  AskedPost post;
  CarrierDelivererConfig orders_config;
  std::unique_ptr<CarrierDeliverer> deliverer;
  std::unique_ptr<OrderLooker> looker;
  std::unique_ptr<OutboxSender> one;
  int woken = 0;
};

TEST_F(OrderLooks, AnOrderIsAskedForAsSoonAsItIsPlaced) {
  const auto order = place("H20.01-1");
  EXPECT_FALSE(look());
  serve();
  EXPECT_EQ(state_of(order.number), "placed");
  EXPECT_GE(woken, 1);
  happen(order.number, "1", 0s, "EM000000014VN");
  ASSERT_TRUE(look());
  EXPECT_EQ(session.text("SELECT item_code FROM parcel"), "EM000000014VN");
  EXPECT_FALSE(look());  // not again at once
}

TEST_F(OrderLooks, ItsRowsAreEventsOnceHoweverOftenTheyAreRead) {
  const auto order = place("H20.01-1");
  serve();
  happen(order.number, "7");
  happen(order.number, "12", 1h);
  for (int times = 0; times < 3; ++times) {
    due();
    ASSERT_TRUE(look());
  }
  EXPECT_EQ(session.number("SELECT count(*) FROM parcel_event"), 2);
  EXPECT_EQ(parcel_state(order.number), "out_for_delivery");
}

TEST_F(OrderLooks, ALateRowLeadsToTheSameState) {
  const auto order = place("H20.01-1");
  serve();
  happen(order.number, "12", 2h);
  due();
  ASSERT_TRUE(look());
  happen(order.number, "7");
  due();
  ASSERT_TRUE(look());
  EXPECT_EQ(parcel_state(order.number), "out_for_delivery");
}

TEST_F(OrderLooks, ACodeOfNoListIsHeldForAPerson) {
  const auto order = place("H20.01-1");
  serve();
  happen(order.number, "77");
  due();
  ASSERT_TRUE(look());
  EXPECT_EQ(session.number("SELECT count(*) FROM feed_row_held"), 1);
  EXPECT_NE(open_items().find("unknown_code"), std::string::npos);
}

TEST_F(OrderLooks, AnOrderWhoseAnswerWasLostIsFoundByAskingAndNotSentAgain) {
  post.lose_answers = true;
  const auto order = place("H20.01-1");
  serve();
  EXPECT_EQ(state_of(order.number), "unknown");
  serve();
  EXPECT_EQ(post.created.size(), 1U);
  ASSERT_TRUE(look());
  EXPECT_EQ(state_of(order.number), "placed");
  serve();
  EXPECT_EQ(post.created.size(), 1U);
}

TEST_F(OrderLooks, AnOrderThatIsNotThereIsSentAgainOnlyAfterThePostSaidSo) {
  found_before();
  post.lose_answers = post.lose_orders = true;
  const auto order = place("H20.01-1");
  serve();
  for (const auto said : {Answer::error, Answer::no_answer}) {
    post.answer = said;
    due();
    ASSERT_TRUE(look());
    serve();
    EXPECT_EQ(post.created.size(), 1U);
  }
  post.answer = Answer::known;
  post.lose_answers = post.lose_orders = false;
  due();
  ASSERT_TRUE(look());
  serve();
  EXPECT_EQ(post.created, (std::vector<std::string>{order.number, order.number}));
  EXPECT_EQ(state_of(order.number), "placed");
  EXPECT_EQ(looker->counts().errors, 1U);
  EXPECT_EQ(looker->counts().no_answers, 1U);
  EXPECT_EQ(looker->counts().absent, 1U);
}

// Perhaps it is asked in a way that finds nothing: sending again would make two orders of each.
TEST_F(OrderLooks, ThatNothingIsThereIsNotBelievedOfAPostThatNeverFoundAnOrder) {
  post.lose_answers = post.lose_orders = true;
  const auto order = place("H20.01-1");
  serve();
  for (int times = 0; times < 3; ++times) {
    due();
    ASSERT_TRUE(look());
    serve();
  }
  EXPECT_EQ(post.created.size(), 1U);
  EXPECT_EQ(state_of(order.number), "unknown");
}

TEST_F(OrderLooks, AReadingFromBeforeTheSendProvesNothing) {
  found_before();
  post.lose_answers = post.lose_orders = true;
  const auto order = place("H20.01-1");
  serve();
  session.sql("UPDATE order_look SET absent_at = now() - interval '1 hour'");
  serve();
  EXPECT_EQ(post.created.size(), 1U);
}

TEST_F(OrderLooks, ACancellationThatThePostDecidesIsOneWhenItIsSeen) {
  const auto order = place("H20.01-1");
  serve();
  happen(order.number, "2");
  due();
  ASSERT_TRUE(look());
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return cancel_order(tx, agency, order.id, "nhầm", now); }));
  serve();
  EXPECT_EQ(state_of(order.number), "cancel_wanted");
  EXPECT_EQ(parcel_state(order.number), "pickup_assigned");
  EXPECT_EQ(open_items(), "cancel_pending order:" + order.number);
  happen(order.number, "9", 1h);
  ASSERT_TRUE(look());  // without waiting for its turn
  EXPECT_EQ(parcel_state(order.number), "cancelled");
  EXPECT_EQ(open_items(), "");
}

TEST_F(OrderLooks, OneAfterAnotherIsAskedTheLongestUntriedFirst) {
  std::vector<std::string> numbers;
  for (const auto* code : {"H20.01-1", "H20.01-2", "H20.01-3"}) numbers.push_back(place(code).number);
  serve();
  session.sql(
      "UPDATE order_look SET next_at = now() - interval '1 minute', tried_at = now() - "
      "CASE WHEN number = '" +
      numbers[1] +
      "' THEN interval '3 hours' "
      "WHEN number = '" +
      numbers[2] + "' THEN interval '2 hours' ELSE interval '1 hour' END");
  while (look()) {
  }
  EXPECT_EQ(post.asked, (std::vector<std::string>{numbers[1], numbers[2], numbers[0]}));
}

TEST_F(OrderLooks, OneOrderIsHeldByOneAskerAndALateOneChangesNothing) {
  const auto order = place("H20.01-1");
  serve();
  const auto claim = [&](Duration lease) {
    return session.in_tx([&](sql::Tx& tx) { return claim_look(tx, "vnpost", lease); });
  };
  due();
  const auto first = claim(1h);
  ASSERT_TRUE(first);
  EXPECT_FALSE(claim(1h));
  session.sql("UPDATE order_look SET lease_until = now() - interval '1 second'");
  const auto second = claim(1h);
  ASSERT_TRUE(second);
  OrderRead read;
  read.carrier = "vnpost";
  read.code_source = "vnpost_my/1";
  read.look = *first;
  read.began = now;
  read.reading.answer = Answer::known;
  read.reading.rows = {row("r", order.number, "9")};
  const auto apply = [&] {
    return session.in_tx([&](sql::Tx& tx) { return apply_order_reading(tx, read, LookPace(), now); });
  };
  EXPECT_FALSE(apply().held);
  EXPECT_EQ(parcel_state(order.number), "registered");
  read.look = *second;
  EXPECT_TRUE(apply().held);
  EXPECT_EQ(parcel_state(order.number), "cancelled");
}

TEST_F(OrderLooks, WhatIsHintedAtWhileItIsAskedForIsAskedForOnceMore) {
  const auto order = place("H20.01-1");
  serve();
  due();
  const auto held = session.in_tx([&](sql::Tx& tx) { return claim_look(tx, "vnpost", 1h); });
  OrderRead read;
  read.carrier = "vnpost";
  read.look = held.value();
  read.began = now - 1s;
  read.reading.answer = Answer::known;
  const auto taken = session.in_tx([&](sql::Tx& tx) {
    return take_hints(tx, "vnpost", {CarrierHint{order.number, ""}, CarrierHint{"X-1", ""}}, 0s, now);
  });
  EXPECT_EQ(taken.woken, 1U);
  EXPECT_EQ(taken.unknown, 1U);
  session.in_tx([&](sql::Tx& tx) { return apply_order_reading(tx, read, LookPace(), now); });
  EXPECT_EQ(look_text("next_at = hinted_at"), "true");
}

TEST_F(OrderLooks, AnOrderThatThePostLostGoesToAPerson) {
  const auto order = place("H20.01-1");
  serve();
  session.sql("UPDATE orders SET placed_at = now() - interval '2 hours'");
  post.book.clear();
  due();
  ASSERT_TRUE(look());
  EXPECT_EQ(open_items(), "order_missing order:" + order.number);
}

TEST_F(OrderLooks, AStopCutsACallOffThatHangs) {
  place("H20.01-1");
  serve();
  post.hangs = true;
  test::run(io, looker->start());
  while (post.asked.empty()) io.run_one();
  test::run(io, looker->stop());
  EXPECT_EQ(look_text("failures"), "0");
}

}  // namespace
}  // namespace bccid
