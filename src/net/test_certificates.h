// Certificates made when a test runs: an authority, and servers it vouches for — or does not.
#pragma once

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <string>

namespace tabletheory::net {

struct FreeTls {
  void operator()(X509* x) const { X509_free(x); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
template <class T>
using Owned = std::unique_ptr<T, FreeTls>;

class TestAuthority {
 public:
  TestAuthority() : key_(EVP_EC_gen("P-256")) {
    certificate_ = make("test authority", "", key_.get(), nullptr, -3600, 3600);
    const int fd = ::mkstemp(path_.data());
    std::FILE* file = ::fdopen(fd, "w");
    PEM_write_X509(file, certificate_.get());
    std::fclose(file);
  }
  ~TestAuthority() { ::unlink(path_.c_str()); }
  TestAuthority(const TestAuthority&) = delete;
  TestAuthority& operator=(const TestAuthority&) = delete;

  const std::string& pem_file() const { return path_; }

  // A server's end. `alternative_name` is "DNS:localhost" or "IP:127.0.0.1"; the times are seconds from now.
  Owned<SSL_CTX> server(const std::string& alternative_name, long from = -3600, long until = 3600,
                        bool self_signed = false) const {
    Owned<EVP_PKEY> key(EVP_EC_gen("P-256"));
    const auto certificate = make("server", alternative_name, key.get(), self_signed ? nullptr : this, from, until);
    Owned<SSL_CTX> context(SSL_CTX_new(TLS_server_method()));
    SSL_CTX_use_certificate(context.get(), certificate.get());
    SSL_CTX_use_PrivateKey(context.get(), key.get());
    return context;
  }

 private:
  static Owned<X509> make(const char* name, const std::string& alternative_name, EVP_PKEY* key,
                          const TestAuthority* issuer, long from, long until) {
    static long serial = 1;
    Owned<X509> made(X509_new());
    X509_set_version(made.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), serial++);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), from);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), until);
    X509_set_pubkey(made.get(), key);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(made.get()), "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name), -1, -1, 0);
    X509_set_issuer_name(made.get(), X509_get_subject_name(issuer ? issuer->certificate_.get() : made.get()));
    const auto extend = [&](int kind, const char* value) {
      X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value);
      X509_add_ext(made.get(), extension, -1);
      X509_EXTENSION_free(extension);
    };
    if (alternative_name.empty()) {
      extend(NID_basic_constraints, "critical,CA:TRUE");
    } else {
      extend(NID_subject_alt_name, alternative_name.c_str());
    }
    X509_sign(made.get(), issuer ? issuer->key_.get() : key, EVP_sha256());
    return made;
  }

  Owned<EVP_PKEY> key_;
  Owned<X509> certificate_;
  std::string path_ = "/tmp/tabletheory-ca-XXXXXX";
};

}  // namespace tabletheory::net
