#include "net/tls.hpp"

#include "net/https_client.hpp"
#include "tests/support/coroutine_run.hpp"
#include "tests/support/test_certificate.hpp"
#include "tests/unit/net/tls_peer.hpp"

#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

namespace bccid::net {
namespace {

namespace asio = boost::asio;

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
  const auto reply = ask(client_tls(ClientTls(certificate.authority_file())).value(), peer.port());
  ASSERT_TRUE(reply) << reply.error().text();
  EXPECT_EQ(reply->body, "secret");
}

TEST(TlsTest, SendsNothingToAPeerOfAnotherName) {
  const test::TestCertificate certificate("other.example.vn");
  TlsPeer peer(server_tls(certificate.certificate_file(), certificate.key_file()).value());
  EXPECT_EQ(ask(client_tls(ClientTls(certificate.authority_file())).value(), peer.port()).error().code,
            Errc::unavailable);
  EXPECT_EQ(peer.received(), 0U);
}

TEST(TlsTest, SendsNothingToAPeerOfAnUnknownAuthority) {
  const test::TestCertificate certificate("127.0.0.1");
  const test::TestCertificate other("127.0.0.1");
  TlsPeer peer(server_tls(certificate.certificate_file(), certificate.key_file()).value());
  const auto reply = ask(client_tls(ClientTls(other.authority_file())).value(), peer.port());
  EXPECT_EQ(reply.error().code, Errc::unavailable);
  EXPECT_NE(reply.error().detail.find("certificate"), std::string::npos) << reply.error().detail;
}

// Asks a peer that wants a certificate of `wanted`, showing that of `shown` or nothing.
struct Asked {
  Result<HttpReply> reply;
  std::size_t received;
};
Asked ask_with(const test::TestCertificate& server, const test::TestCertificate& wanted,
               const test::TestCertificate* shown) {
  TlsPeer peer(server_tls(server.certificate_file(), server.key_file(), wanted.authority_file()).value());
  ClientTls tls(server.authority_file());
  if (shown != nullptr) {
    tls.certificate_file = shown->certificate_file();
    tls.key_file = shown->key_file();
  }
  auto reply = ask(client_tls(tls).value(), peer.port());
  return {std::move(reply), peer.received()};
}

TEST(MutualTls, ShowsTheCertificateThatThePeerWants) {
  const test::TestCertificate server("127.0.0.1"), own("bccid.example.vn");
  const auto asked = ask_with(server, own, &own);
  ASSERT_TRUE(asked.reply) << asked.reply.error().text();
  EXPECT_EQ(asked.reply->body, "secret");
}

TEST(MutualTls, IsRefusedByThePeerWithoutACertificateOrWithAnothers) {
  const test::TestCertificate server("127.0.0.1"), own("bccid.example.vn"), stranger("bccid.example.vn");
  for (const auto* shown : {static_cast<const test::TestCertificate*>(nullptr), &stranger}) {
    const auto asked = ask_with(server, own, shown);
    ASSERT_FALSE(asked.reply);
    EXPECT_EQ(asked.received, 0U);
  }
}

TEST(MutualTls, NeedsAKeyThatBelongsToTheCertificate) {
  const test::TestCertificate one("a.example.vn"), two("b.example.vn");
  ClientTls tls;
  tls.certificate_file = one.certificate_file();
  tls.key_file = two.key_file();
  const auto made = client_tls(tls);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, Errc::config);
  tls.key_file = "/nowhere/client.key";
  EXPECT_NE(client_tls(tls).error().detail.find("/nowhere/client.key"), std::string::npos);
}

// A server of yesterday: TLS 1.0 and nothing newer, which signs its handshake with SHA-1.
TlsContext old_server(const test::TestCertificate& certificate) {
  auto context = server_tls(certificate.certificate_file(), certificate.key_file()).value();
  SSL_CTX* native = context->native_handle();
  SSL_CTX_set_security_level(native, 0);
  SSL_CTX_set_min_proto_version(native, TLS1_VERSION);
  SSL_CTX_set_max_proto_version(native, TLS1_VERSION);
  SSL_CTX_set_cipher_list(native, "ALL");
  return context;
}

Result<HttpReply> ask_old(const test::TestCertificate& certificate, const std::string& authority,
                          bool legacy) {
  TlsPeer peer(old_server(certificate));
  ClientTls tls(authority);
  tls.legacy = legacy;
  return ask(client_tls(tls).value(), peer.port());
}

TEST(LegacyTls, IsSpokenOnlyWhereTheBlockSaysSo) {
  const test::TestCertificate certificate("127.0.0.1");
  const auto spoken = ask_old(certificate, certificate.authority_file(), true);
  ASSERT_TRUE(spoken) << spoken.error().text();
  EXPECT_EQ(spoken->body, "secret");
  EXPECT_EQ(ask_old(certificate, certificate.authority_file(), false).error().code, Errc::unavailable);
}

TEST(LegacyTls, IsVerifiedAllTheSame) {
  const test::TestCertificate good("127.0.0.1"), other_name("other.example.vn");
  EXPECT_EQ(ask_old(other_name, other_name.authority_file(), true).error().code, Errc::unavailable);
  const auto unknown = ask_old(good, other_name.authority_file(), true);
  ASSERT_FALSE(unknown);
  EXPECT_NE(unknown.error().detail.find("certificate"), std::string::npos) << unknown.error().detail;
}

TEST(LegacyTls, TakesServersWithoutSecureRenegotiation) {
  ClientTls tls;
  const auto has = [&] {
    return (SSL_CTX_get_options(client_tls(tls).value()->native_handle()) & SSL_OP_LEGACY_SERVER_CONNECT) !=
           0;
  };
  EXPECT_FALSE(has());
  tls.legacy = true;
  EXPECT_TRUE(has());
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
