#include "net/proxy.hpp"

#include "net/https_client.hpp"
#include "tests/support/coroutine_run.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/support/tunnel_proxy.hpp"
#include "tests/unit/net/tls_peer.hpp"

#include <gtest/gtest.h>

namespace bccid::net {
namespace {

namespace asio = boost::asio;

constexpr const char* kName = "counterpart.example.vn";

// Names behind a proxy are the proxy's to resolve.
class NobodyAsks final : public Resolver {
 public:
  asio::awaitable<Result<Addresses>> resolve(const std::string& host, Steady::time_point) override {
    ADD_FAILURE() << host << " was looked up";
    co_return Failure(Errc::unavailable, "no names here");
  }
};

struct Way {
  std::string proxy;
  std::string credentials = {};
  std::vector<std::string> allowed = {"127.0.0.0/8"};
  std::chrono::milliseconds deadline{10'000};
};

Result<HttpReply> ask(const Way& way, const std::string& url, const std::string& authority = {}) {
  asio::io_context io;
  HttpsClientSettings settings;
  settings.tls = client_tls(ClientTls(authority)).value();
  settings.filter = AddressFilter::parse(way.allowed).value();
  settings.proxy = parse_proxy(way.proxy, way.credentials).value();
  settings.tick = std::chrono::milliseconds(2);
  HttpsClient client(io.get_executor(), settings, std::make_unique<NobodyAsks>());
  HttpRequest request(Verb::get, parse_url(url).value());
  request.deadline = way.deadline;
  return test::run(io, client.send(request));
}

std::string url_of(std::uint16_t port) {
  return std::string("https://") + kName + ':' + std::to_string(port);
}

TEST(TunnelTest, LeadsToTheCounterpartUnderItsOwnTls) {
  const test::TestCertificate certificate(kName);
  TlsPeer peer(server_tls(certificate.certificate_file(), certificate.key_file()).value());
  test::TunnelProxy proxy(peer.port());
  const Way way{proxy.url(), "bccid:s3cret"};
  const auto reply = ask(way, url_of(peer.port()), certificate.authority_file());
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->body, "secret");
  proxy.stop();
  const std::string authority = std::string(kName) + ':' + std::to_string(peer.port());
  EXPECT_EQ(proxy.heads(),
            std::vector<std::string>{"CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority +
                                     "\r\nProxy-Authorization: Basic YmNjaWQ6czNjcmV0\r\n\r\n"});
}

// Whoever sits at the other end of the tunnel must prove the counterpart's name, not the proxy's.
TEST(TunnelTest, SendsNothingToAPeerOfAnotherName) {
  const test::TestCertificate certificate("127.0.0.1");
  TlsPeer peer(server_tls(certificate.certificate_file(), certificate.key_file()).value());
  test::TunnelProxy proxy(peer.port());
  const auto reply = ask({proxy.url()}, url_of(peer.port()), certificate.authority_file());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::unavailable);
  EXPECT_NE(reply.error().detail.find(kName), std::string::npos) << reply.error().detail;
  EXPECT_EQ(peer.received(), 0U);
}

struct Refusal {
  std::string answer;
  std::string said;
  std::string hint;
};

TEST(TunnelTest, SaysWhatTheProxyRefusedAndThatNothingWasSent) {
  for (const Refusal& one : {
           Refusal{"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n", "answered 407",
                   "proxy_credentials_file"},
           Refusal{"HTTP/1.1 403 Forbidden\r\n\r\n", "answered 403", "administrator"},
           Refusal{"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 3\r\n\r\nbad", "answered 502",
                   "did not reach"},
           Refusal{"SSH-2.0-OpenSSH\r\n\r\n", "did not answer as a proxy", "HTTP proxy"},
           Refusal{"HTTP/1.1 200 OK\r\n\r\nsurplus", "nobody asked for", "HTTP proxy"},
           Refusal{"HTTP/1.1 200 OK\r\n", "gave no answer to CONNECT", "proxy is up"},
           Refusal{"HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x'), "gave no answer to CONNECT", ""},
       }) {
    test::TunnelProxy proxy(1, one.answer);
    const auto reply = ask({proxy.url(), "bccid:s3cret"}, url_of(443));
    ASSERT_FALSE(reply) << one.said;
    EXPECT_EQ(reply.error().code, Errc::unavailable) << one.said;
    EXPECT_NE(reply.error().detail.find(one.said), std::string::npos) << reply.error().detail;
    EXPECT_NE(reply.error().hint.find(one.hint), std::string::npos) << reply.error().hint;
    EXPECT_EQ(reply.error().text().find("s3cret"), std::string::npos);
  }
}

TEST(TunnelTest, ASilentProxyMeansNotSent) {
  test::TunnelProxy proxy(1, "silence");
  Way way{proxy.url()};
  way.deadline = std::chrono::milliseconds(50);
  const auto reply = ask(way, url_of(443));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Errc::unavailable);
  EXPECT_NE(reply.error().detail.find("in time"), std::string::npos) << reply.error().detail;
}

TEST(TunnelTest, TheFilterJudgesTheProxyAndAddressesInTheUrl) {
  test::TunnelProxy proxy(1, "silence");
  Way unnamed{proxy.url()};
  unnamed.allowed = {};
  EXPECT_EQ(ask(unnamed, url_of(443)).error().code, Errc::forbidden);
  for (const char* target : {"https://10.0.0.1/", "https://169.254.169.254/", "https://[::1]/"})
    EXPECT_EQ(ask({proxy.url()}, target).error().code, Errc::forbidden) << target;
  proxy.stop();
  EXPECT_TRUE(proxy.heads().empty());
}

TEST(ProxyTest, IsAnAddressWithoutPathAndWithWholeCredentials) {
  EXPECT_EQ(parse_proxy("http://proxy.example.vn:3128", "")->origin.port, 3128);
  for (const char* url : {"", "proxy:3128", "https://proxy.example.vn:3128", "http://proxy.example.vn/path",
                          "http://user:password@proxy.example.vn:3128"})
    EXPECT_FALSE(parse_proxy(url, "")) << url;
  for (const char* credentials : {"nobody", "a:b\r\nX-Evil: 1"}) {
    const auto refused = parse_proxy("http://proxy.example.vn:3128", credentials);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().text().find(credentials), std::string::npos);
  }
  EXPECT_EQ(tunnel_request(parse_proxy("http://p.example.vn", "").value(), {true, "2001:db8::1", 443}),
            "CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n\r\n");
}

}  // namespace
}  // namespace bccid::net
