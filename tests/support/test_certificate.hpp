#pragma once

#include <string>

namespace bccid::test {

// A throw-away authority and a server certificate for one name, as PEM files in a fresh directory that
// goes away with this object.
class TestCertificate {
 public:
  // `name` is a host name or an IPv4 address. Throws std::runtime_error.
  explicit TestCertificate(const std::string& name);
  ~TestCertificate();
  TestCertificate(const TestCertificate&) = delete;
  TestCertificate& operator=(const TestCertificate&) = delete;

  std::string authority_file() const { return directory_ + "/ca.pem"; }
  std::string certificate_file() const { return directory_ + "/server.pem"; }
  std::string key_file() const { return directory_ + "/server.key"; }

 private:
  std::string directory_;
};

}  // namespace bccid::test
