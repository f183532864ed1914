#include "net/tls.hpp"

#include <openssl/ssl.h>

#include <array>
#include <string_view>

namespace bccid::net {
namespace {

namespace ssl = boost::asio::ssl;

constexpr const char* kCiphers12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";

// What the servers of yesterday have, forward secrecy first; nothing without authentication, no RC4, no 3DES.
constexpr const char* kCiphersLegacy =
    "ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:ECDHE+AES:DHE+AES:AESGCM:AES:!aNULL:!eNULL:!PSK:!SRP:!DSS";

constexpr std::array<unsigned char, 9> kAlpn{8, 'h', 't', 't', 'p', '/', '1', '.', '1'};

// A client that offers protocols without ours is refused: it would not speak HTTP/1.1.
int choose_alpn(SSL*, const unsigned char** out, unsigned char* out_size, const unsigned char* offered,
                unsigned offered_size, void*) {
  unsigned char* chosen = nullptr;
  const int found = SSL_select_next_proto(&chosen, out_size, kAlpn.data(),
                                          static_cast<unsigned>(kAlpn.size()), offered, offered_size);
  *out = chosen;
  return found == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_ALERT_FATAL;
}

void harden(ssl::context& context) {
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
  SSL_CTX_set_options(native, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION |
                                  SSL_OP_CIPHER_SERVER_PREFERENCE | SSL_OP_SINGLE_ECDH_USE |
                                  SSL_OP_SINGLE_DH_USE);
  SSL_CTX_set_cipher_list(native, kCiphers12);
  SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
}

Failure bad_file(std::string_view what, const std::string& file, const boost::system::error_code& error) {
  return {Errc::config, std::string(what) + " \"" + file + "\" cannot be used: " + error.message(),
          "Check that the file exists, is PEM, and that the daemon's user may read it."};
}

// One level of OpenSSL rules over handshake and certificates alike, and TLS 1.0 signs with SHA-1 and MD5,
// which level 1 refuses. So the level stays, certificates are judged by it, and only the handshake is let
// off.
int judge_legacy(const SSL*, const SSL_CTX*, int operation, int bits, int, void*, void*) {
  constexpr int kCertificateBitsMin = 80;  // what level 1 asks for
  constexpr int kHandshakeBitsMin = 64;    // MD5 with SHA-1 counts as 67
  switch (operation) {
    case SSL_SECOP_EE_KEY:
    case SSL_SECOP_CA_KEY:
    case SSL_SECOP_CA_MD:
    case SSL_SECOP_PEER_EE_KEY:
    case SSL_SECOP_PEER_CA_KEY:
    case SSL_SECOP_PEER_CA_MD: return bits >= kCertificateBitsMin ? 1 : 0;
    case SSL_SECOP_VERSION:
    case SSL_SECOP_TICKET:
    case SSL_SECOP_COMPRESSION: return 1;  // decided by the options of the context
    default: return bits >= kHandshakeBitsMin ? 1 : 0;
  }
}

void soften(ssl::context& context) {
  SSL_CTX* native = context.native_handle();
  SSL_CTX_set_min_proto_version(native, TLS1_VERSION);
  SSL_CTX_set_options(native, SSL_OP_LEGACY_SERVER_CONNECT);
  SSL_CTX_set_cipher_list(native, kCiphersLegacy);
  SSL_CTX_set_security_level(native, 1);
  SSL_CTX_set_security_callback(native, judge_legacy);
}

Status show_certificate(ssl::context& context, const std::string& certificate_file,
                        const std::string& key_file) {
  boost::system::error_code error;
  if (context.use_certificate_chain_file(certificate_file, error); error)
    return bad_file("certificate file", certificate_file, error);
  if (context.use_private_key_file(key_file, ssl::context::pem, error); error)
    return bad_file("key file", key_file, error);
  if (SSL_CTX_check_private_key(context.native_handle()) != 1)
    return Failure(Errc::config, "key file \"" + key_file + "\" does not belong to the certificate",
                   "Install the key that the certificate was made for.");
  return {};
}

}  // namespace

Result<TlsContext> server_tls(const std::string& certificate_file, const std::string& key_file,
                              const std::string& client_ca_file) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_server);
  harden(*context);
  boost::system::error_code error;
  if (const auto shown = show_certificate(*context, certificate_file, key_file); !shown) return shown.error();
  SSL_CTX_set_alpn_select_cb(context->native_handle(), choose_alpn, nullptr);
  if (!client_ca_file.empty()) {
    if (context->load_verify_file(client_ca_file, error); error)
      return bad_file("client authority file", client_ca_file, error);
    context->set_verify_mode(ssl::verify_peer | ssl::verify_fail_if_no_peer_cert, error);
  }
  return context;
}

Result<TlsContext> client_tls(const ClientTls& wanted) {
  auto context = std::make_shared<ssl::context>(ssl::context::tls_client);
  harden(*context);
  boost::system::error_code error;
  if (wanted.legacy) soften(*context);
  if (wanted.ca_file.empty()) {
    if (context->set_default_verify_paths(error); error)
      return Failure(Errc::config, "the system's certificate authorities cannot be read: " + error.message(),
                     "Install the package ca-certificates.");
  } else if (context->load_verify_file(wanted.ca_file, error); error) {
    return bad_file("authority file", wanted.ca_file, error);
  }
  if (!wanted.certificate_file.empty()) {
    const auto shown = show_certificate(*context, wanted.certificate_file, wanted.key_file);
    if (!shown) return shown.error();
  }
  context->set_verify_mode(ssl::verify_peer, error);
  SSL_CTX_set_alpn_protos(context->native_handle(), kAlpn.data(), static_cast<unsigned>(kAlpn.size()));
  return context;
}

ServerCertificate::ServerCertificate(std::string certificate_file, std::string key_file,
                                     std::string client_ca_file)
    : certificate_file_(std::move(certificate_file)),
      key_file_(std::move(key_file)),
      client_ca_file_(std::move(client_ca_file)) {}

Status ServerCertificate::reload() {
  auto fresh = server_tls(certificate_file_, key_file_, client_ca_file_);
  if (!fresh) return fresh.error();
  current_ = std::move(*fresh);
  return {};
}

}  // namespace bccid::net
