#include "tests/support/test_certificate.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <stdexcept>

namespace bccid::test {
namespace {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

Key new_key() {
  Key key(EVP_PKEY_Q_keygen(nullptr, nullptr, "EC", "P-256"), &EVP_PKEY_free);
  if (!key) throw std::runtime_error("no test key");
  return key;
}

void add_extension(X509* certificate, int nid, const std::string& value) {
  X509_EXTENSION* made = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
  if (made == nullptr) throw std::runtime_error("no test extension");
  X509_add_ext(certificate, made, -1);
  X509_EXTENSION_free(made);
}

Certificate new_certificate(const std::string& name, EVP_PKEY* key, long serial) {
  Certificate out(X509_new(), &X509_free);
  X509_set_version(out.get(), 2);
  ASN1_INTEGER_set(X509_get_serialNumber(out.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(out.get()), -3600);
  X509_gmtime_adj(X509_getm_notAfter(out.get()), 86400);
  X509_set_pubkey(out.get(), key);
  const auto* text = reinterpret_cast<const unsigned char*>(name.c_str());
  X509_NAME_add_entry_by_txt(X509_get_subject_name(out.get()), "CN", MBSTRING_UTF8, text, -1, -1, 0);
  return out;
}

void write(const std::string& path, X509* certificate, EVP_PKEY* key) {
  std::FILE* file = std::fopen(path.c_str(), "w");
  if (file == nullptr) throw std::runtime_error("cannot write " + path);
  if (certificate != nullptr) PEM_write_X509(file, certificate);
  if (key != nullptr) PEM_write_PrivateKey(file, key, nullptr, nullptr, 0, nullptr, nullptr);
  std::fclose(file);
}

std::string fresh_directory() {
  std::string pattern = (std::filesystem::temp_directory_path() / "bccid-tls-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) throw std::runtime_error("no temporary directory");
  return pattern;
}

}  // namespace

TestCertificate::TestCertificate(const std::string& name) : directory_(fresh_directory()) {
  const Key authority_key = new_key();
  const Certificate authority = new_certificate("authority " + directory_, authority_key.get(), 1);
  X509_set_issuer_name(authority.get(), X509_get_subject_name(authority.get()));
  add_extension(authority.get(), NID_basic_constraints, "critical,CA:TRUE");
  X509_sign(authority.get(), authority_key.get(), EVP_sha256());

  const Key key = new_key();
  const Certificate server = new_certificate(name, key.get(), 2);
  X509_set_issuer_name(server.get(), X509_get_subject_name(authority.get()));
  const bool address = name.find_first_not_of("0123456789.") == std::string::npos;
  add_extension(server.get(), NID_subject_alt_name, (address ? "IP:" : "DNS:") + name);
  X509_sign(server.get(), authority_key.get(), EVP_sha256());

  write(authority_file(), authority.get(), nullptr);
  write(certificate_file(), server.get(), nullptr);
  write(key_file(), nullptr, key.get());
}

TestCertificate::~TestCertificate() {
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

}  // namespace bccid::test
