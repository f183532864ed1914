#include "adapters/dvcqg/dvcqg.hpp"

#include "adapters/authorized_client.hpp"
#include "adapters/dvcqg/wire.hpp"

#include <utility>

namespace bccid::dvcqg {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

SendReport refused(const char* why) {
  SendReport report;
  report.outcome = SendOutcome::rejected;
  report.reason = why;
  return report;
}

PortalReply not_sent(const Failure& failure) {
  PortalReply reply;
  reply.report = report_of(failure);
  return reply;
}

class Dvcqg final : public PortalPort {
 public:
  Dvcqg(PortalBlock block, std::unique_ptr<AuthorizedClient> client, const Clock& clock)
      : block_(std::move(block)), client_(std::move(client)), clock_(clock) {}

  const std::string& name() const override { return block_.name; }
  std::size_t steps_max() const override { return kStepsMax; }

  // The dossier before its steps: steps of a dossier that the portal does not know are refused.
  asio::awaitable<SendReport> report(const DossierReport& report, CallTag tag) override {
    if (!returned_with_its_time(report)) co_return refused("status 10 and the delivery time belong together");
    if (report.steps.empty() || report.steps.size() > kStepsMax)
      co_return refused("a report carries 1 to 10 steps");
    if (block_.sync_dossiers && (!report.known || report.status_stated)) {
      SendReport synced = co_await sync(report, tag);
      if (synced.outcome != SendOutcome::accepted) co_return synced;
    }
    const json::array steps = progress_data(report, block_);
    const PortalReply reply = co_await call(Service::progress, steps, report.agency, tag);
    co_return reply.report;
  }

 private:
  // What the portal has already is updated, and says so itself when we did not know.
  asio::awaitable<SendReport> sync(const DossierReport& report, const CallTag& tag) {
    const json::array data = dossier_data(report);
    if (!report.known) {
      const PortalReply added = co_await call(Service::add, data, report.agency, tag);
      if (!added.exists) co_return added.report;
    }
    const PortalReply updated = co_await call(Service::update, data, report.agency, tag);
    co_return updated.report;
  }

  asio::awaitable<PortalReply> call(Service service, const json::array& data, const std::string& agency,
                                    const CallTag& tag) {
    if (!in_session()) {
      std::string body = plain_body(data);
      co_return co_await post(path_of(service), std::move(body), tag);
    }
    for (bool renewed = false;; renewed = true) {
      const auto session = co_await client_->session();
      if (!session) co_return not_sent(session.error());
      const std::string& unit = block_.unit_code.empty() ? agency : block_.unit_code;
      std::string body = session_body(service, data, *session, unit);
      PortalReply reply = co_await post(path_of(service), std::move(body), tag);
      if (renewed || !session_is_stale(reply, block_)) co_return reply;
      client_->forget(*session);
    }
  }

  asio::awaitable<PortalReply> post(const std::string& path, std::string body, const CallTag& tag) {
    auto request = client_->request(net::Verb::post, path, "dossier.report", tag);
    if (!request) co_return not_sent(request.error());
    request->content_type = "application/json; charset=utf-8";
    request->body = std::move(body);
    request->idempotent_replay_ok = true;  // a second add is "there already", a second update changes nothing
    auto reply = co_await client_->send(std::move(*request));
    if (!reply) co_return not_sent(reply.error());
    PortalReply read = read_portal_reply(reply->status, judged_body(*reply));
    read.report.retry_after = retry_after_of(*reply, clock_.now());
    co_return read;
  }

  bool in_session() const { return block_.endpoint.sign_in == SignIn::session; }

  // With a session isUpdating tells an update apart, and there is one address for both.
  const std::string& path_of(Service service) const {
    if (service == Service::progress) return block_.progress_path;
    return service == Service::add || in_session() ? block_.add_path : block_.update_path;
  }

  PortalBlock block_;
  std::unique_ptr<AuthorizedClient> client_;
  const Clock& clock_;
};

}  // namespace

Result<std::unique_ptr<PortalPort>> open_dvcqg(const PortalBlock& block, net::HttpsClient& client,
                                               const Clock& clock) {
  auto authorized = AuthorizedClient::open(block.endpoint, "portal:" + block.name, client, clock);
  if (!authorized)
    return Failure(authorized.error().code, "portal " + block.name + ": " + authorized.error().detail,
                   authorized.error().hint);
  return std::unique_ptr<PortalPort>(std::make_unique<Dvcqg>(block, std::move(*authorized), clock));
}

}  // namespace bccid::dvcqg
