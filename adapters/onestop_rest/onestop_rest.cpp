#include "adapters/onestop_rest/onestop_rest.hpp"

#include "adapters/authorized_client.hpp"
#include "adapters/onestop_rest/wire.hpp"

#include <utility>

namespace bccid::onestop {
namespace {

namespace asio = boost::asio;

class OnestopRest final : public OnestopPort {
 public:
  OnestopRest(OnestopBlock block, std::unique_ptr<AuthorizedClient> client, const Clock& clock)
      : block_(std::move(block)), client_(std::move(client)), clock_(clock) {}

  const std::string& agency() const override { return block_.agency; }

  Input<OrderWish> parse_trigger(std::string_view body) const override {
    return onestop::parse_trigger(body);
  }
  std::string trigger_pointer(std::string_view order_pointer) const override {
    return onestop::trigger_pointer(order_pointer);
  }

  // The history first: a status that changed without a word is what nobody could explain later.
  asio::awaitable<SendReport> write_status(const DossierStatus& status, CallTag tag) override {
    const bool is_final = status.portal_status == 10;
    if (is_final != status.delivered_at.has_value()) {
      SendReport refused;
      refused.outcome = SendOutcome::rejected;
      refused.reason = "status 10 and the delivery time belong together";
      co_return refused;
    }
    std::string progress = progress_body(status, block_);
    SendReport report = co_await post(block_.progress_path, "dossier.progress", std::move(progress), tag);
    // A step alone: the status stays what the one-stop system itself says.
    if (report.outcome != SendOutcome::accepted || status.portal_status == 0) co_return report;
    std::string final_word = status_body(status);
    co_return co_await post(block_.status_path, "dossier.status", std::move(final_word), tag);
  }

 private:
  asio::awaitable<SendReport> post(const std::string& path, const char* call, std::string body,
                                   const CallTag& tag) {
    auto request = client_->request(net::Verb::post, path, call, tag);
    if (!request) co_return report_of(request.error());
    request->content_type = "application/json; charset=utf-8";
    request->body = std::move(body);
    request->idempotent_replay_ok = true;  // MaThongDiep stays the same
    auto reply = co_await client_->send(std::move(*request));
    if (!reply) co_return report_of(reply.error());
    SendReport report = read_status_reply(reply->status, judged_body(*reply));
    report.retry_after = retry_after_of(*reply, clock_.now());
    co_return report;
  }

  OnestopBlock block_;
  std::unique_ptr<AuthorizedClient> client_;
  const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<OnestopPort>> open_onestop_rest(const OnestopBlock& block, net::HttpsClient& client,
                                                       const Clock& clock) {
  if (block.agency.empty()) return Failure(Errc::config, "the one-stop system has no agency", "Set agency.");
  auto authorized = AuthorizedClient::open(block.endpoint, "onestop:" + block.agency, client, clock);
  if (!authorized)
    return Failure(authorized.error().code, "one-stop of " + block.agency + ": " + authorized.error().detail,
                   authorized.error().hint);
  return std::unique_ptr<OnestopPort>(std::make_unique<OnestopRest>(block, std::move(*authorized), clock));
}

}  // namespace bccid::onestop
