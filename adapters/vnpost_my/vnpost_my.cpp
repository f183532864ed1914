#include "adapters/vnpost_my/vnpost_my.hpp"

#include "adapters/authorized_client.hpp"
#include "adapters/vnpost_my/wire.hpp"
#include "base/limits.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <utility>

namespace bccid::my {
namespace {

namespace asio = boost::asio;
using Answer = OrderReading::Answer;

constexpr std::streamsize kKeyFileBytesMax = 64 * 1024;

// Nothing left the machine, or nobody knows: for a question both mean that there was no answer.
bool no_network(const Failure& failure) {
  return failure.code == Errc::unavailable || failure.code == Errc::outcome_unknown ||
         failure.code == Errc::timed_out || failure.code == Errc::overloaded;
}

bool cancelled(const OrderDetail& detail) {
  return detail.answer == Answer::known &&
         (detail.status == kPickupCancelled || detail.status == kDeliveryCancelled);
}

class MyPost final : public CarrierPort {
 public:
  MyPost(CarrierBlock block, std::unique_ptr<AuthorizedClient> client, const Clock& clock,
         std::optional<net::RsaPublicKey> hint_key)
      : block_(std::move(block)),
        client_(std::move(client)),
        clock_(clock),
        hint_key_(std::move(hint_key)),
        code_source_("vnpost_my/" + block_.code_version) {
    abilities_.read_one = true;
    abilities_.price = true;
    abilities_.hints = hint_key_.has_value();
  }

  const std::string& name() const override { return block_.name; }
  const std::string& code_source() const override { return code_source_; }
  const CarrierAbilities& abilities() const override { return abilities_; }

  asio::awaitable<SendReport> create_order(const CarrierOrder& order, CallTag tag) override {
    const std::string body = order_body(order, block_);
    auto reply = co_await post("/CreateOrder", body, "order.create", tag);
    if (!reply) co_return report_of(reply.error());
    SendReport report = read_create_reply(reply->status, judged_body(*reply), order.number);
    report.retry_after = retry_after_of(*reply, clock_.now());
    co_return report;
  }

  // Asked, sent, and asked again: what the post says of a cancellation is not the cancellation.
  asio::awaitable<SendReport> cancel_order(std::string number, CallTag tag) override {
    const OrderDetail before = co_await ask(number, tag);
    if (cancelled(before)) co_return seen_cancelled();
    if (before.answer != Answer::known || before.original_id.empty()) co_return not_asked(before);
    if (before.status == kDraft) co_return co_await delete_draft(number, tag);
    const std::string body = cancel_body(before.original_id);
    auto reply = co_await post("/orderCancel", body, "order.cancel", tag);
    if (!reply) co_return report_of(reply.error());
    SendReport report = read_cancel_reply(reply->status, judged_body(*reply), before.original_id);
    report.retry_after = retry_after_of(*reply, clock_.now());
    if (report.outcome != SendOutcome::pending) co_return report;
    const OrderDetail after = co_await ask(std::move(number), std::move(tag));
    if (cancelled(after)) co_return seen_cancelled();
    co_return report;
  }

  asio::awaitable<OrderReading> read_order(std::string number) override {
    Duration retry_after{0};
    const CallTag nobodys_request;
    const OrderDetail detail = co_await ask(number, nobodys_request, &retry_after);
    OrderReading reading;
    reading.answer = detail.answer;
    reading.reason = detail.reason;
    reading.retry_after = retry_after;
    if (detail.answer != Answer::known) co_return reading;
    const std::string target = history_target(number, block_);
    auto reply = co_await get(target, "order.history", nobodys_request, limits::kFeedReplyBytesMax);
    if (!reply) co_return unread(reply.error());
    reading = read_history_reply(reply->status, judged_body(*reply), number, detail.item_code);
    reading.retry_after = retry_after_of(*reply, clock_.now());
    co_return reading;
  }

  Result<std::vector<CarrierHint>> read_hints(std::string_view body) const override {
    if (!hint_key_) return not_able(block_.name, "has no hint_key_file");
    return read_hint_body(body, *hint_key_);
  }

  asio::awaitable<Result<Money>> ask_price(PriceQuestion question) override {
    const std::string body = price_body(question, block_);
    auto request = client_->request(net::Verb::post, "/ServicesCharge", "price", {});
    if (!request) co_return request.error();
    request->content_type = "application/json; charset=utf-8";
    request->body = body;
    request->idempotent_replay_ok = true;
    request->deadline =
        std::min(request->deadline, std::chrono::ceil<std::chrono::milliseconds>(question.time_limit));
    const auto reply = co_await client_->send(std::move(*request));
    if (!reply) co_return Failure(Errc::unavailable, reply.error().detail);
    co_return read_price_reply(reply->status, judged_body(*reply), block_);
  }

 private:
  asio::awaitable<Result<net::HttpReply>> post(const std::string& path, const std::string& body,
                                               const char* call, const CallTag& tag) {
    auto request = client_->request(net::Verb::post, path, call, tag);
    if (!request) co_return request.error();
    request->content_type = "application/json; charset=utf-8";
    request->body = body;
    co_return co_await client_->send(std::move(*request));
  }

  asio::awaitable<Result<net::HttpReply>> get(const std::string& target, const char* call, const CallTag& tag,
                                              std::size_t bytes_max = limits::kReplyBytesMax) {
    auto request = client_->request(net::Verb::get, target, call, tag);
    if (!request) co_return request.error();
    request->reply_bytes_max = bytes_max;
    request->idempotent_replay_ok = true;
    co_return co_await client_->send(std::move(*request));
  }

  asio::awaitable<OrderDetail> ask(std::string number, CallTag tag, Duration* retry_after = nullptr) {
    const std::string target = order_target(number, block_);
    const auto reply = co_await get(target, "order.read", tag);
    if (!reply) {
      OrderDetail none;
      none.answer = no_network(reply.error()) ? Answer::no_answer : Answer::error;
      none.reason = reply.error().detail;
      co_return none;
    }
    if (retry_after != nullptr) *retry_after = retry_after_of(*reply, clock_.now());
    co_return read_order_reply(reply->status, judged_body(*reply), number);
  }

  // A draft is in nobody's hands at the post, so it is simply taken away; that it is gone is seen, too.
  asio::awaitable<SendReport> delete_draft(const std::string& number, const CallTag& tag) {
    const std::string target = delete_draft_target(number, block_);
    auto reply = co_await get(target, "order.cancel", tag);
    if (!reply) co_return report_of(reply.error());
    const OrderDetail after = co_await ask(number, tag);
    if (cancelled(after) || after.answer == Answer::absent) co_return seen_cancelled();
    SendReport report;
    report.reason = "the draft is still there, or nobody knows";
    report.http_status = reply->status;
    co_return report;
  }

  static SendReport seen_cancelled() {
    SendReport report;
    report.outcome = SendOutcome::accepted;
    report.reason = "the post shows the order as cancelled";
    report.http_status = 200;
    return report;
  }

  // The cancellation itself was not sent.
  static SendReport not_asked(const OrderDetail& before) {
    SendReport report;
    const bool nothing_there = before.answer == Answer::absent;
    report.outcome = nothing_there ? SendOutcome::rejected : SendOutcome::not_sent;
    report.reason = nothing_there                    ? "the post has no order with this number"
                    : before.answer == Answer::known ? "the post names no originalID to cancel by"
                                                     : "asked before the cancellation: " + before.reason;
    return report;
  }

  static OrderReading unread(const Failure& failure) {
    OrderReading reading;
    reading.answer = no_network(failure) ? Answer::no_answer : Answer::error;
    reading.reason = failure.detail;
    return reading;
  }

  CarrierBlock block_;
  std::unique_ptr<AuthorizedClient> client_;
  const Clock& clock_;
  const std::optional<net::RsaPublicKey> hint_key_;
  const std::string code_source_;
  CarrierAbilities abilities_;
};

Failure at_block(const CarrierBlock& block, const std::string& what, std::string hint) {
  return {Errc::config, "carrier " + block.name + " " + what, std::move(hint)};
}

Result<std::optional<net::RsaPublicKey>> hint_key_of(const CarrierBlock& block) {
  if (block.hint_key_file.empty()) return std::optional<net::RsaPublicKey>();
  std::ifstream file(block.hint_key_file, std::ios::binary);
  std::string pem(static_cast<std::size_t>(kKeyFileBytesMax), '\0');
  file.read(pem.data(), kKeyFileBytesMax);
  pem.resize(static_cast<std::size_t>(file.gcount()));
  auto key = net::RsaPublicKey::read(pem);
  if (key) return std::optional<net::RsaPublicKey>(std::move(*key));
  return at_block(block, "hint_key_file \"" + block.hint_key_file + "\": " + key.error().detail,
                  key.error().hint);
}

}  // namespace

Result<std::unique_ptr<CarrierPort>> open_vnpost_my(const CarrierBlock& block, net::HttpsClient& client,
                                                    const Clock& clock) {
  if (block.name.empty()) return Failure(Errc::config, "the carrier has no name", "Set name.");
  if (block.customer_code.empty())
    return at_block(block, "has no customer_code", "Set the customer code that the post gave to the agency.");
  if (block.service_code.empty())
    return at_block(block, "has no service_code", "Set the code of the service that the contract is about.");
  if (block.waybills) return at_block(block, "cannot have waybills", "The post numbers these labels itself.");
  EndpointBlock endpoint = block.endpoint;
  endpoint.sign_in = SignIn::login;
  endpoint.secret_header = "token";
  endpoint.customer_code = block.customer_code;
  auto authorized = AuthorizedClient::open(std::move(endpoint), "carrier:" + block.name, client, clock);
  if (!authorized)
    return Failure(authorized.error().code, "carrier " + block.name + ": " + authorized.error().detail,
                   authorized.error().hint);
  auto key = hint_key_of(block);
  if (!key) return key.error();
  return std::unique_ptr<CarrierPort>(
      std::make_unique<MyPost>(block, std::move(*authorized), clock, std::move(*key)));
}

}  // namespace bccid::my
