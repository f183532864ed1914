#include "adapters/order_post.hpp"

#include "adapters/authorized_client.hpp"
#include "adapters/order_post_wire.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace bccid::ngsp {
namespace {

namespace asio = boost::asio;

class OrderPost final : public CarrierPort {
 public:
  OrderPost(CarrierBlock block, std::unique_ptr<AuthorizedClient> client, const Clock& clock,
            OrderDialect dialect)
      : block_(std::move(block)),
        client_(std::move(client)),
        clock_(clock),
        dialect_(dialect),
        code_source_("vnpost_ngsp_feed/" + block_.code_version) {
    abilities_.feed = true;
    abilities_.waybills = dialect_.with_item_code;
    abilities_.price = dialect_.price_body != nullptr && !block_.price_path.empty();
  }

  const std::string& name() const override { return block_.name; }
  const std::string& code_source() const override { return code_source_; }
  const CarrierAbilities& abilities() const override { return abilities_; }

  asio::awaitable<SendReport> create_order(const CarrierOrder& order, CallTag tag) override {
    auto request = client_->request(net::Verb::post, block_.order_path, "order.create", tag);
    if (!request) co_return report_of(request.error());
    request->content_type = "application/json; charset=utf-8";
    request->body = dialect_.body(order, block_);
    auto reply = co_await client_->send(std::move(*request));
    co_return judge(reply, order.number);
  }

  asio::awaitable<SendReport> cancel_order(std::string number, CallTag tag) override {
    auto request = client_->request(net::Verb::get, cancel_target(number, block_), "order.cancel", tag);
    if (!request) co_return report_of(request.error());
    auto reply = co_await client_->send(std::move(*request));
    co_return judge(reply, number);
  }

  asio::awaitable<Result<FeedPage>> read_feed(std::string cursor) override {
    if (cursor.empty()) cursor = kFirstCursor;
    if (!is_object_id(cursor))
      co_return Failure(Errc::unavailable, "feed cursor \"" + cursor.substr(0, 40) + "\" is not an object id",
                        "Set the cursor of this feed back to the beginning; known rows are recognised.");
    FeedPage whole;
    std::string from = feed_start(cursor, clock_.now());
    // Until something new comes, or the end: what is read again alone must not look like a feed that stands
    // still.
    for (int pages = 0; pages < kPagesReadAgainMax; ++pages) {
      auto page = co_await read_page(from);
      if (!page) co_return page.error();
      whole.rows.insert(whole.rows.end(), std::make_move_iterator(page->rows.begin()),
                        std::make_move_iterator(page->rows.end()));
      whole.unreadable += page->unreadable;
      whole.at_end = page->at_end;
      const bool moved = page->next_cursor != from;
      from = std::move(page->next_cursor);
      if (!moved || from > cursor) break;
    }
    whole.next_cursor = std::max(std::move(cursor), std::move(from));
    co_return whole;
  }

  asio::awaitable<Result<Money>> ask_price(PriceQuestion question) override {
    if (!abilities_.price) co_return not_able(block_.name, "gives no prices");
    auto request = client_->request(net::Verb::post, block_.price_path, "price", {});
    if (!request) co_return request.error();
    request->content_type = "application/json; charset=utf-8";
    request->body = dialect_.price_body(question, block_);
    request->idempotent_replay_ok = true;
    request->deadline =
        std::min(request->deadline, std::chrono::ceil<std::chrono::milliseconds>(question.time_limit));
    const auto reply = co_await client_->send(std::move(*request));
    if (!reply) co_return Failure(Errc::unavailable, reply.error().detail);
    co_return dialect_.price_of(reply->status, judged_body(*reply));
  }

 private:
  static constexpr int kPagesReadAgainMax = 50;

  asio::awaitable<Result<FeedPage>> read_page(const std::string& from) {
    auto request = client_->request(net::Verb::get, feed_target(from, block_), kFeedCall, {});
    if (!request) co_return request.error();
    request->reply_bytes_max = limits::kFeedReplyBytesMax;
    request->idempotent_replay_ok = true;
    auto reply = co_await client_->send(std::move(*request));
    if (!reply) co_return Failure(Errc::unavailable, "tracking feed: " + reply.error().detail);
    co_return read_feed_reply(reply->status, judged_body(*reply), from, block_, clock_.now());
  }

  SendReport judge(const Result<net::HttpReply>& reply, std::string_view number) const {
    if (!reply) return report_of(reply.error());
    SendReport report = read_send_reply(reply->status, judged_body(*reply), number);
    report.retry_after = retry_after_of(*reply, clock_.now());
    return report;
  }

  CarrierBlock block_;
  std::unique_ptr<AuthorizedClient> client_;
  const Clock& clock_;
  const OrderDialect dialect_;
  const std::string code_source_;
  CarrierAbilities abilities_;
};

}  // namespace

Result<std::unique_ptr<CarrierPort>> open_order_post(const CarrierBlock& block, net::HttpsClient& client,
                                                     const Clock& clock, OrderDialect dialect) {
  if (block.name.empty()) return Failure(Errc::config, "the carrier has no name", "Set name.");
  if (block.customer_code.empty())
    return Failure(Errc::config, "carrier " + block.name + " has no customer_code",
                   "Set the customer code that the post gave to the agency.");
  auto authorized = AuthorizedClient::open(block.endpoint, "carrier:" + block.name, client, clock);
  if (!authorized)
    return Failure(authorized.error().code, "carrier " + block.name + ": " + authorized.error().detail,
                   authorized.error().hint);
  return std::unique_ptr<CarrierPort>(
      std::make_unique<OrderPost>(block, std::move(*authorized), clock, dialect));
}

}  // namespace bccid::ngsp
