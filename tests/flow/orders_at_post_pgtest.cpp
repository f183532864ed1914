#include "jobs/carrier_deliverer.hpp"
#include "jobs/feed_poller.hpp"
#include "tests/flow/outbox_case.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace bccid {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using test::OutboxSending;

// A post whose answers are scripted and whose feed is a list.
class FakePost final : public CarrierPort {
 public:
  const std::string& name() const override { return name_; }
  const std::string& code_source() const override { return source_; }
  const CarrierAbilities& abilities() const override { return abilities_; }
  asio::awaitable<SendReport> create_order(const CarrierOrder& order, CallTag tag) override {
    created.push_back(order.number);
    requests.push_back(std::move(tag.request_id));
    auto report = next(creations);
    co_return report;
  }
  asio::awaitable<SendReport> cancel_order(std::string number, CallTag tag) override {
    cancelled.push_back(std::move(number));
    requests.push_back(std::move(tag.request_id));
    auto report = next(cancellations);
    co_return report;
  }
  asio::awaitable<Result<FeedPage>> read_feed(std::string cursor) override {
    ++reads;
    if (feed_down) co_return Failure(Errc::unavailable, "the feed answers 503");
    if (feed_hangs) {
      asio::steady_timer never(co_await asio::this_coro::executor, asio::steady_timer::time_point::max());
      co_await never.async_wait(asio::use_awaitable);
    }
    const std::size_t from = cursor.empty() ? 0 : std::stoul(cursor);
    FeedPage page;
    for (std::size_t i = from; i < std::min(from + 2, feed.size()); ++i) page.rows.push_back(feed[i]);
    page.next_cursor = std::to_string(from + page.rows.size());
    page.at_end = from + page.rows.size() == feed.size();
    co_return page;
  }

  std::vector<std::string> created, cancelled, requests;
  std::deque<SendReport> creations, cancellations;
  std::vector<FeedRow> feed;
  bool feed_down = false, feed_hangs = false;
  int reads = 0;

 private:
  static SendReport next(std::deque<SendReport>& script) {
    SendReport report;
    report.outcome = SendOutcome::accepted;
    report.http_status = 200;
    if (script.empty()) return report;
    report = script.front();
    script.pop_front();
    return report;
  }
  std::string name_ = "vnpost";
  std::string source_ = "vnpost_ngsp_feed/sim";
  CarrierAbilities abilities_ = feed_only();
  static CarrierAbilities feed_only() {
    CarrierAbilities made;
    made.feed = true;
    return made;
  }
};

// Orders at the post, with the deliverer, the poller and the flows together.
class OrdersAtPost : public OutboxSending {
 protected:
  OrdersAtPost() {
    orders_config.settle = 0ms;
    deliverer = std::make_unique<CarrierDeliverer>(*db, clock, orders_config);
    deliverer->add(post, [this] { ++asked; });
    poller = std::make_unique<FeedPoller>(io.get_executor(), *db, clock, post, FeedPollerConfig());
    one = sender({family("carrier:", *deliverer)});
  }
  SenderCounts serve() {
    all_due();
    return round(*one);
  }
  void read_feed() { ASSERT_TRUE(test::run(io, poller->run_once())); }
  static SendReport lost() {
    SendReport report;
    report.outcome = SendOutcome::unknown;
    report.reason = "timed out";
    return report;
  }

  FakePost post;
  CarrierDelivererConfig orders_config;
  std::unique_ptr<CarrierDeliverer> deliverer;
  std::unique_ptr<FeedPoller> poller;
  std::unique_ptr<OutboxSender> one;
  int asked = 0;
};

TEST_F(OrdersAtPost, AnOrderIsPlacedOnce) {
  const auto order = place("H20.01-1");
  EXPECT_EQ(serve().delivered, 1U);
  EXPECT_EQ(state_of(order.number), "placed");
  EXPECT_EQ(post.created, std::vector<std::string>{order.number});
}

TEST_F(OrdersAtPost, ThePostHearsTheRequestsThatPlacedAndCancelledTheOrder) {
  agency.request_id = "req-00000001";
  const auto order = place("H20.01-1");
  serve();
  agency.request_id = "req-00000002";
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return cancel_order(tx, agency, order.id, "nhầm", now); }));
  serve();
  EXPECT_EQ(post.requests, (std::vector<std::string>{"req-00000001", "req-00000002"}));
}

TEST_F(OrdersAtPost, ALostAnswerIsAskedForAndFoundWithoutASecondOrder) {
  const auto order = place("H20.01-2");
  post.creations = {lost()};
  EXPECT_EQ(serve().retried, 1U);
  EXPECT_EQ(state_of(order.number), "unknown");
  EXPECT_EQ(asked, 1);
  EXPECT_EQ(serve().given_back, 1U);  // the feed has not been read since
  post.feed = {row("r1", "somebody-else-T1", "1"), row("r2", order.number, "1"),
               row("r3", order.number, "2")};
  read_feed();
  EXPECT_EQ(state_of(order.number), "placed");
  EXPECT_EQ(serve().delivered, 1U);
  EXPECT_EQ(post.created.size(), 1U);
}

TEST_F(OrdersAtPost, ALostAnswerToAnOrderThatNeverCameIsSentAgainUnderItsNumber) {
  const auto order = place("H20.01-3");
  post.creations = {lost()};
  serve();
  post.feed_down = true;
  EXPECT_FALSE(test::run(io, poller->run_once()));
  EXPECT_EQ(serve().given_back, 1U);
  post.feed_down = false;
  read_feed();
  EXPECT_EQ(serve().delivered, 1U);
  EXPECT_EQ(post.created, (std::vector<std::string>{order.number, order.number}));
  EXPECT_EQ(state_of(order.number), "placed");
}

TEST_F(OrdersAtPost, APostThatHangsDoesNotHoldUpAStop) {
  post.feed_hangs = true;
  test::run(io, poller->start());
  until([&] { return post.reads == 1; });
  test::run(io, poller->stop());
  EXPECT_EQ(post.reads, 1);
}

TEST_F(OrdersAtPost, AlreadyThereIsNoYesUntilTheFeedSaysSo) {
  const auto order = place("H20.01-4");
  SendReport there = lost();
  there.http_status = 200;
  there.reason = "the post answers 101";
  post.creations = {there};
  EXPECT_EQ(serve().retried, 1U);
  EXPECT_EQ(state_of(order.number), "unknown");
  post.feed = {row("r1", order.number, "1")};
  read_feed();
  EXPECT_EQ(serve().delivered, 1U);
  EXPECT_EQ(post.created.size(), 1U);
}

TEST_F(OrdersAtPost, ADefiniteNoIsHeldWithADeadLetterAndGoesOutWhenReleased) {
  const auto order = place("H20.01-5");
  SendReport no;
  no.outcome = SendOutcome::rejected;
  no.http_status = 200;
  no.reason = "thiếu địa chỉ";
  post.creations = {no};
  EXPECT_EQ(serve().dead, 1U);
  EXPECT_EQ(state_of(order.number), "held");
  const auto id = session.number("SELECT id FROM outbox WHERE subject = 'order:" + order.number + "'");
  EXPECT_EQ(open_items(),
            "dead_letter outbox:" + std::to_string(id) + ", order_refused order:" + order.number);
  const OrderCorrection corrected{"đã gọi người nhận", std::nullopt};
  ASSERT_TRUE(
      session.in_tx([&](sql::Tx& tx) { return release_order(tx, agency, order.id, corrected, now); }));
  EXPECT_EQ(serve().delivered, 1U);
  EXPECT_EQ(open_items(), "");
}

TEST_F(OrdersAtPost, ACancellationWaitsForItsOrderAndEndsBoth) {
  const auto order = place("H20.01-6");
  serve();
  ASSERT_TRUE(session.in_tx([&](sql::Tx& tx) { return cancel_order(tx, agency, order.id, "nhầm", now); }));
  EXPECT_EQ(serve().delivered, 1U);
  EXPECT_EQ(post.cancelled, std::vector<std::string>{order.number});
  EXPECT_EQ(state_of(order.number), "cancelled");
}

TEST_F(OrdersAtPost, AnOrderThatWasCancelledBeforeItsTurnIsNotSent) {
  const auto order = place("H20.01-7");
  session.sql("UPDATE orders SET state = 'cancelled', closed_at = now()");
  EXPECT_EQ(serve().dropped, 1U);
  EXPECT_TRUE(post.created.empty());
  EXPECT_EQ(state_of(order.number), "cancelled");
}

TEST_F(OrdersAtPost, TheFeedIsReadPageByPageAndTheServiceStopsAtOnce) {
  for (int i = 0; i < 5; ++i) post.feed.push_back(row("r" + std::to_string(i), "other-T1", "1"));
  const auto round = test::run(io, poller->run_once());
  ASSERT_TRUE(round);
  EXPECT_EQ(round->pages, 3U);
  EXPECT_EQ(round->applied.fresh, 5U);
  EXPECT_TRUE(round->at_end);
  test::run(io, poller->start());
  until([&] { return post.reads == 4; });
  poller->wake();
  until([&] { return post.reads == 5; });
  test::run(io, poller->stop());
}

}  // namespace
}  // namespace bccid
