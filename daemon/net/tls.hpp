#pragma once

#include "base/result.hpp"

#include <boost/asio/ssl/context.hpp>

#include <memory>
#include <string>

namespace bccid::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;

// TLS 1.2 with ECDHE and AEAD, or 1.3; ALPN http/1.1; no renegotiation, no compression.
// `client_ca_file`: when not empty, callers must show a certificate of that authority.
// Errors: config, naming the file.
Result<TlsContext> server_tls(const std::string& certificate_file, const std::string& key_file,
                              const std::string& client_ca_file = {});

// Verifies chain and host name always; there is no switch to turn that off.
// `ca_file`: a private authority instead of the system's. Errors: config, naming the file.
Result<TlsContext> client_tls(const std::string& ca_file = {});

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
