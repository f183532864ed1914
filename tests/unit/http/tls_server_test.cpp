#include "net/tls.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/http/server_fixture.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace bccid::http::server_test {
namespace {

using asio::ip::tcp;

class TlsServerTest : public ServerTest {
 protected:
  std::string ask(const test::TestCertificate& trusted, std::string_view request) {
    asio::io_context io;
    const auto context = net::client_tls(net::ClientTls(trusted.authority_file())).value();
    asio::ssl::stream<tcp::socket> stream(io, *context);
    boost::system::error_code error;
    stream.next_layer().connect(tcp::endpoint(asio::ip::address_v4::loopback(), listener_->port()));
    stream.handshake(asio::ssl::stream_base::client, error);
    if (error) return error.message();
    asio::write(stream, asio::buffer(request.data(), request.size()), error);
    std::string out;
    asio::read(stream, asio::dynamic_buffer(out), error);
    return out;
  }

  test::TestCertificate files_{"127.0.0.1"};
};

constexpr std::string_view kLast = "GET /tls HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";

TEST_F(TlsServerTest, SpeaksTlsAndSaysSoInHsts) {
  const auto context = net::server_tls(files_.certificate_file(), files_.key_file()).value();
  settings_.tls = [context] { return context; };
  start();
  const std::string text = ask(files_, kLast);
  EXPECT_TRUE(text.starts_with("HTTP/1.1 200")) << text;
  EXPECT_TRUE(holds(text, "Strict-Transport-Security: "));
}

TEST_F(TlsServerTest, ShowsTheNewCertificateAfterAReload) {
  const test::TestCertificate next("127.0.0.1");
  std::atomic<bool> reloaded{false};
  const auto first = net::server_tls(files_.certificate_file(), files_.key_file()).value();
  const auto second = net::server_tls(next.certificate_file(), next.key_file()).value();
  settings_.tls = [&] { return reloaded ? second : first; };
  start();
  EXPECT_TRUE(ask(files_, kLast).starts_with("HTTP/1.1 200"));
  reloaded = true;
  EXPECT_TRUE(ask(next, kLast).starts_with("HTTP/1.1 200"));
  const std::string old = ask(files_, kLast);
  EXPECT_TRUE(holds(old, "certificate verify failed")) << old;
}

TEST_F(TlsServerTest, EndsAHandshakeThatStalls) {
  const auto context = net::server_tls(files_.certificate_file(), files_.key_file()).value();
  settings_.tls = [context] { return context; };
  settings_.limits.head_deadline = milliseconds(30);
  start();
  const RawSocket socket = connect();
  socket.send("\x16\x03\x01");
  EXPECT_EQ(socket.receive_all(), "");
}

TEST_F(TlsServerTest, NeverSpeaksPlainWhenItsCertificateIsMissing) {
  settings_.tls = [] { return net::TlsContext(); };
  start();
  EXPECT_EQ(exchange(kGet), "");
}

}  // namespace
}  // namespace bccid::http::server_test
