#include "adapters/ereceipt_vnpt/ereceipt_vnpt.hpp"

#include "adapters/authorized_client.hpp"
#include "adapters/ereceipt_vnpt/wire.hpp"

#include <utility>

namespace bccid::vnpt {
namespace {

namespace asio = boost::asio;

// Why such a receipt cannot be issued; empty when it can.
std::string unfit(const ReceiptOrder& order) {
  Money sum;
  for (const auto& line : order.lines) {
    if (line.amount <= Money())
      return "a receipt has no line of " + std::to_string(line.amount.dong()) + " dong";
    sum += line.amount;
  }
  if (order.amount <= Money())
    return "a receipt of " + std::to_string(order.amount.dong()) + " dong is not issued";
  if (sum != order.amount)
    return "the lines make " + std::to_string(sum.dong()) + " dong and not " +
           std::to_string(order.amount.dong());
  return {};
}

IssueReport refused_here(std::string why) {
  IssueReport refused;
  refused.report.outcome = SendOutcome::rejected;
  refused.report.reason = std::move(why);
  return refused;
}

std::string call_of(std::string_view operation) {
  if (operation == kIssue) return "receipt.issue";
  if (operation == kReplace) return "receipt.replace";
  return operation == kCancel ? "receipt.cancel" : "receipt.ask";
}

class EreceiptVnpt final : public ReceiptPort {
 public:
  EreceiptVnpt(ReceiptProviderBlock block, net::HttpsClient& client, const Clock& clock)
      : block_(std::move(block)), client_(client), clock_(clock) {}

  const std::string& issuer() const override { return block_.issuer; }

  asio::awaitable<IssueReport> issue(const ReceiptOrder& order, CallTag tag) override {
    if (auto why = unfit(order); !why.empty()) co_return refused_here(std::move(why));
    std::string body = issue_body(order, block_);
    const auto reply = co_await call(block_.publish_path, kIssue, std::move(body), std::move(tag));
    co_return judged(reply, kIssue, order.key);
  }

  asio::awaitable<IssueReport> replace(const ReceiptOrder& order, std::string old_key, CallTag tag) override {
    if (auto why = unfit(order); !why.empty()) co_return refused_here(std::move(why));
    std::string body = replace_body(order, old_key, block_);
    const auto reply = co_await call(block_.business_path, kReplace, std::move(body), std::move(tag));
    co_return judged(reply, kReplace, order.key);
  }

  asio::awaitable<SendReport> cancel(std::string key, CallTag tag) override {
    std::string body = cancel_body(key, block_);
    const auto reply = co_await call(block_.business_path, kCancel, std::move(body), std::move(tag));
    if (!reply) co_return report_of(reply.error());
    SendReport report = read_cancel_reply(reply->status, judged_body(*reply));
    report.retry_after = retry_after_of(*reply, clock_.now());
    co_return report;
  }

  asio::awaitable<Result<AskedDocument>> ask(std::string key, Money amount, CallTag tag) override {
    std::string body = ask_body(key, block_);
    const auto reply = co_await call(block_.portal_path, kAsk, std::move(body), std::move(tag));
    if (!reply) co_return Failure(Errc::unavailable, "the provider cannot be asked: " + reply.error().detail);
    co_return read_ask_reply(reply->status, judged_body(*reply), key, amount, block_);
  }

 private:
  asio::awaitable<Result<net::HttpReply>> call(const std::string& path, std::string_view operation,
                                               std::string body, CallTag tag) {
    auto url = net::parse_url(block_.service_url + path);
    if (!url) co_return url.error();
    net::HttpRequest request(net::Verb::post, std::move(*url), std::move(body), "text/xml; charset=utf-8");
    request.header("SOAPAction", soap_action(operation));
    request.header("Accept", "text/xml");
    if (!tag.request_id.empty()) request.header("X-Request-Id", tag.request_id);
    request.call = CallName{"receipt:" + block_.issuer, call_of(operation)};
    request.tag = std::move(tag);
    request.deadline = block_.timeout;
    request.idempotent_replay_ok = operation == kAsk;
    co_return co_await client_.send(std::move(request));
  }

  IssueReport judged(const Result<net::HttpReply>& reply, std::string_view operation,
                     std::string_view key) const {
    if (!reply) {
      IssueReport lost;
      lost.report = report_of(reply.error());
      return lost;
    }
    auto issued = read_issue_reply(reply->status, judged_body(*reply), operation, key, block_);
    issued.report.retry_after = retry_after_of(*reply, clock_.now());
    return issued;
  }

  ReceiptProviderBlock block_;
  net::HttpsClient& client_;
  const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<ReceiptPort>> open_ereceipt_vnpt(const ReceiptProviderBlock& block,
                                                        net::HttpsClient& client, const Clock& clock) {
  const std::string of = "receipt provider of " + block.issuer;
  if (block.issuer.empty()) return Failure(Errc::config, "the receipt provider has no issuer", "Set issuer.");
  if (const auto url = net::parse_url(block.service_url); !url)
    return Failure(Errc::config, of + ": service_url: " + url.error().detail, url.error().hint);
  if (block.account.empty() || block.account_password.empty() || block.username.empty() ||
      block.password.empty())
    return Failure(Errc::config, of + " has no account, username or password of them",
                   "Set account, account_password_file, username and password_file.");
  if (block.pattern.empty() || block.serial.empty())
    return Failure(Errc::config, of + " has no pattern or no serial",
                   "Set those that the agency has registered.");
  return std::unique_ptr<ReceiptPort>(std::make_unique<EreceiptVnpt>(block, client, clock));
}

}  // namespace bccid::vnpt
