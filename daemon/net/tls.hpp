#pragma once

#include "base/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>
#include <utility>

namespace bccid::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// TLS 1.2 with ECDHE and AEAD, or 1.3; ALPN http/1.1; no renegotiation, no compression.
// `client_ca_file`: when not empty, callers must show a certificate of that authority.
// Errors: config, naming the file.
Result<TlsContext> server_tls(const std::string& certificate_file, const std::string& key_file,
                              const std::string& client_ca_file = {});

// What one counterpart asks of our side of TLS.
struct ClientTls {
  ClientTls() = default;
  explicit ClientTls(std::string ca_file_in) : ca_file(std::move(ca_file_in)) {}

  std::string ca_file;           // a private authority instead of the system's; empty: the system's
  std::string certificate_file;  // what we show (mutual TLS), with key_file; empty: nothing
  std::string key_file;
  // Also speaks with servers of yesterday: TLS 1.0 and 1.1, CBC ciphers, no secure renegotiation. The chain
  // and the name are verified as strictly as ever.
  bool legacy = false;
};

// Verifies chain and host name always; there is no switch to turn that off. Errors: config, naming the file.
Result<TlsContext> client_tls(const ClientTls& wanted = {});

// The certificate that a listener shows now. Connections keep the context they began with.
class ServerCertificate {
 public:
  ServerCertificate(std::string certificate_file, std::string key_file, std::string client_ca_file = {});

  // Reads the files again; on failure the old certificate stays. Errors: config.
  Status reload();
  // Null before the first good reload.
  TlsContext current() const { return current_; }

 private:
  std::string certificate_file_;
  std::string key_file_;
  std::string client_ca_file_;
  TlsContext current_;
};

}  // namespace bccid::net
