#include "net/tls.hpp"

#include "net/https_client.hpp"
#include "tests/support/coroutine_run.hpp"
#include "tests/support/test_certificate.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/stream.hpp>

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <string>
#include <thread>

namespace bccid::net {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

// Takes one TLS connection and answers one request; counts the bytes of requests that reached it.
class TlsPeer {
 public:
  explicit TlsPeer(TlsContext context) : acceptor_(io_, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    thread_ = std::thread([this, context] {
      boost::system::error_code error;
      asio::ssl::stream<tcp::socket> stream(acceptor_.accept(), *context);
      stream.handshake(asio::ssl::stream_base::server, error);
      std::array<char, 4096> request{};
      if (!error) received_ = stream.read_some(asio::buffer(request), error);
      if (error) return;
      const std::string reply = "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecret";
      asio::write(stream, asio::buffer(reply), error);
    });
  }
  ~TlsPeer() { thread_.join(); }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  std::size_t received() const { return received_; }

 private:
  asio::io_context io_;
  tcp::acceptor acceptor_;
  std::size_t received_ = 0;
  std::thread thread_;
};

Result<HttpReply> ask(TlsContext trust, std::uint16_t port) {
  asio::io_context io;
  HttpsClientSettings settings;
  settings.tls = std::move(trust);
  settings.filter = AddressFilter::parse({"127.0.0.0/8"}).value();
  HttpsClient client(io.get_executor(), settings);
  const HttpRequest request(Verb::get, parse_url("https://127.0.0.1:" + std::to_string(port) + "/").value());
  return test::run(io, client.send(request));
}

TEST(TlsTest, TalksToAPeerWithTheRightNameAndChain) {
  const test::TestCertificate certificate("127.0.0.1");
  TlsPeer peer(server_tls(certificate.certificate_file(), certificate.key_file()).value());
  const auto reply = ask(client_tls(certificate.authority_file()).value(), peer.port());
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->body, "secret");
}

TEST(TlsTest, SendsNothingToAPeerOfAnotherName) {
  const test::TestCertificate certificate("other.example.vn");
  std::size_t received = 1;
  {
    TlsPeer peer(server_tls(certificate.certificate_file(), certificate.key_file()).value());
    EXPECT_EQ(ask(client_tls(certificate.authority_file()).value(), peer.port()).error().code,
              Errc::unavailable);
    received = peer.received();
  }
  EXPECT_EQ(received, 0U);
}

TEST(TlsTest, SendsNothingToAPeerOfAnUnknownAuthority) {
  const test::TestCertificate certificate("127.0.0.1");
  const test::TestCertificate other("127.0.0.1");
  TlsPeer peer(server_tls(certificate.certificate_file(), certificate.key_file()).value());
  const auto reply = ask(client_tls(other.authority_file()).value(), peer.port());
  EXPECT_EQ(reply.error().code, Errc::unavailable);
  EXPECT_NE(reply.error().detail.find("certificate"), std::string::npos) << reply.error().detail;
}

TEST(ServerCertificateTest, KeepsTheOldCertificateWhenTheNewOneCannotBeRead) {
  const test::TestCertificate files("127.0.0.1");
  ServerCertificate certificate(files.certificate_file(), files.key_file());
  EXPECT_EQ(certificate.current(), nullptr);
  ASSERT_TRUE(certificate.reload());
  const auto first = certificate.current();
  ASSERT_TRUE(certificate.reload());
  const auto second = certificate.current();
  EXPECT_NE(first, second);
  std::filesystem::remove(files.key_file());
  const auto failed = certificate.reload();
  EXPECT_EQ(failed.error().code, Errc::config);
  EXPECT_NE(failed.error().detail.find("server.key"), std::string::npos);
  EXPECT_EQ(certificate.current(), second);
}

TEST(ServerCertificateTest, RefusesAKeyOfAnotherCertificate) {
  const test::TestCertificate one("127.0.0.1");
  const test::TestCertificate two("127.0.0.1");
  EXPECT_FALSE(server_tls(one.certificate_file(), two.key_file()));
}

}  // namespace
}  // namespace bccid::net
