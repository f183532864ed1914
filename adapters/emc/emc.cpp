#include "adapters/emc/emc.hpp"

#include "adapters/authorized_client.hpp"
#include "adapters/emc/wire.hpp"
#include "adapters/portal_reply.hpp"

#include <utility>

namespace bccid::emc {
namespace {

namespace asio = boost::asio;

class Emc final : public PortalPort {
 public:
  Emc(PortalBlock block, std::unique_ptr<AuthorizedClient> client, const Clock& clock)
      : block_(std::move(block)), client_(std::move(client)), clock_(clock) {}

  const std::string& name() const override { return block_.name; }
  // Each status is an event of its own.
  std::size_t steps_max() const override { return 1; }

  asio::awaitable<SendReport> report(const DossierReport& report, CallTag tag) override {
    SendReport out;
    if (!returned_with_its_time(report)) {
      out.outcome = SendOutcome::rejected;
      out.reason = "status 10 and the delivery time belong together";
      co_return out;
    }
    // It measures statuses: a step that changes none is nothing to it.
    if (report.known && !report.status_stated) {
      out.outcome = SendOutcome::accepted;
      co_return out;
    }
    auto request = client_->request(net::Verb::post, block_.event_path, "dossier.report", tag);
    if (!request) co_return report_of(request.error());
    request->content_type = "application/json; charset=utf-8";
    request->body = event_body(report, block_);
    auto reply = co_await client_->send(std::move(*request));
    if (!reply) co_return report_of(reply.error());
    out = read_portal_reply(reply->status, judged_body(*reply)).report;
    out.retry_after = retry_after_of(*reply, clock_.now());
    co_return out;
  }

 private:
  PortalBlock block_;
  std::unique_ptr<AuthorizedClient> client_;
  const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<PortalPort>> open_emc(const PortalBlock& block, net::HttpsClient& client,
                                             const Clock& clock) {
  auto authorized = AuthorizedClient::open(block.endpoint, "portal:" + block.name, client, clock);
  if (!authorized)
    return Failure(authorized.error().code, "portal " + block.name + ": " + authorized.error().detail,
                   authorized.error().hint);
  return std::unique_ptr<PortalPort>(std::make_unique<Emc>(block, std::move(*authorized), clock));
}

}  // namespace bccid::emc
