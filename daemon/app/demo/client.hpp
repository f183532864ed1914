#pragma once

#include "net/https_client.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>

#include <memory>
#include <string>

namespace bccid::app {

struct DemoReply {
  int status = 0;
  boost::json::value body;
  std::string text;  // the body as it came
};

// A blocking HTTP client for the actors of the day, over the same outgoing client that the daemon uses.
class DemoClient {
 public:
  // `base_url` such as "http://127.0.0.1:8080".
  explicit DemoClient(std::string base_url);

  // Throws std::runtime_error when no answer came. `token` and `key` may be empty.
  DemoReply send(net::Verb verb, const std::string& path, const std::string& token,
                 const std::string& body = {}, const std::string& content_type = "application/json",
                 const std::string& key = {});
  DemoReply get(const std::string& path, const std::string& token = {}) {
    return send(net::Verb::get, path, token);
  }
  DemoReply post(const std::string& path, const std::string& token, const boost::json::value& body,
                 const std::string& key = {});
  // As post, but the answer must have this status. Throws with the answer's text otherwise.
  boost::json::value expect(int status, const std::string& path, const std::string& token,
                            const boost::json::value& body, const std::string& key = {});

  // Forgets kept connections, because the server was restarted.
  void reconnect();
  const std::string& base_url() const { return base_url_; }

 private:
  std::string base_url_;
  boost::asio::io_context io_;
  std::unique_ptr<net::HttpsClient> client_;
};

}  // namespace bccid::app
