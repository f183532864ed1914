#include "adapters/citizen_db/citizen_db.hpp"

#include "adapters/authorized_client.hpp"
#include "adapters/citizen_db/wire.hpp"

#include <utility>

namespace bccid::citizen {
namespace {

namespace asio = boost::asio;

CitizenVerdict unreached(const Failure& failure) {
  CitizenVerdict verdict;
  verdict.reason = failure.detail;
  return verdict;
}

class CitizenDb final : public CitizenPort {
 public:
  CitizenDb(CitizenDbBlock block, std::unique_ptr<AuthorizedClient> client)
      : block_(std::move(block)), client_(std::move(client)) {}

  asio::awaitable<CitizenVerdict> verify(const CitizenQuestion& question, CallTag tag) override {
    auto request = client_->request(net::Verb::post, block_.verify_path, "recipient.check", tag);
    if (!request) co_return unreached(request.error());
    request->content_type = "application/json; charset=utf-8";
    request->body = question_body(question, block_);
    request->idempotent_replay_ok = true;  // it only asks
    const auto reply = co_await client_->send(std::move(*request));
    if (!reply) co_return unreached(reply.error());
    co_return read_verdict(reply->status, judged_body(*reply), block_);
  }

 private:
  CitizenDbBlock block_;
  std::unique_ptr<AuthorizedClient> client_;
};

}  // namespace

Result<std::unique_ptr<CitizenPort>> open_citizen_db(const CitizenDbBlock& block, net::HttpsClient& client,
                                                     const Clock& clock) {
  auto authorized = AuthorizedClient::open(block.endpoint, "citizen_db:" + block.name, client, clock);
  if (!authorized)
    return Failure(authorized.error().code,
                   "citizen database " + block.name + ": " + authorized.error().detail,
                   authorized.error().hint);
  return std::unique_ptr<CitizenPort>(std::make_unique<CitizenDb>(block, std::move(*authorized)));
}

}  // namespace bccid::citizen
