#include "app/demo/client.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/json.hpp>

#include <optional>
#include <stdexcept>

namespace bccid::app {
namespace {

net::HttpsClientSettings loopback_settings() {
  net::HttpsClientSettings settings;
  settings.filter = *net::AddressFilter::parse({"127.0.0.0/8", "::1/128"});
  settings.plain_ok = true;
  settings.user_agent = "bccid-demo";
  return settings;
}

}  // namespace

DemoClient::DemoClient(std::string base_url) : base_url_(std::move(base_url)) { reconnect(); }

void DemoClient::reconnect() {
  client_ = std::make_unique<net::HttpsClient>(io_.get_executor(), loopback_settings());
}

DemoReply DemoClient::send(net::Verb verb, const std::string& path, const std::string& token,
                           const std::string& body, const std::string& content_type, const std::string& key) {
  auto url = net::parse_url(base_url_ + path);
  if (!url) throw std::runtime_error(url.error().text());
  net::HttpRequest request(verb, std::move(*url), body, body.empty() ? std::string{} : content_type);
  request.reply_bytes_max = limits::kFeedReplyBytesMax;
  request.deadline = std::chrono::seconds(60);
  request.idempotent_replay_ok = true;
  if (!token.empty()) request.header("Authorization", "Bearer " + token);
  if (!key.empty()) request.header("Idempotency-Key", key);
  std::optional<Result<net::HttpReply>> reply;
  boost::asio::co_spawn(io_, client_->send(request),
                        [&reply](std::exception_ptr error, Result<net::HttpReply> got) {
                          if (error) std::rethrow_exception(error);
                          reply.emplace(std::move(got));
                        });
  io_.restart();
  while (!reply && io_.run_one() > 0) {
  }
  if (!reply || !*reply)
    throw std::runtime_error(path + ": " + (reply ? reply->error().text() : "no answer"));
  DemoReply answer;
  answer.status = (*reply)->status;
  answer.text = (*reply)->body;
  boost::system::error_code bad;
  answer.body = boost::json::parse(answer.text, bad);
  return answer;
}

DemoReply DemoClient::post(const std::string& path, const std::string& token, const boost::json::value& body,
                           const std::string& key) {
  return send(net::Verb::post, path, token, boost::json::serialize(body), "application/json", key);
}

boost::json::value DemoClient::expect(int status, const std::string& path, const std::string& token,
                                      const boost::json::value& body, const std::string& key) {
  auto answer = post(path, token, body, key);
  if (answer.status != status)
    throw std::runtime_error("POST " + path + " answered " + std::to_string(answer.status) + ": " +
                             answer.text);
  return std::move(answer.body);
}

}  // namespace bccid::app
