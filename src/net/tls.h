// TLS for client connections, over OpenSSL: 1.2 at least, the peer's chain and host name verified, always.
#pragma once

#include <openssl/ssl.h>

#include <memory>
#include <mutex>
#include <string>

#include "tabletheory/error.h"

namespace tabletheory::net {

struct FreeSsl {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

// Certificates are read with the first connection. Thread-safe.
class TlsContext {
 public:
  // A PEM file, else a directory of hashed certificates, else where operating systems keep their bundle.
  TlsContext(std::string ca_file, std::string ca_directory);

  // A client end for a connected socket, which must outlive it. ErrTransport (nothing sent) when the certificates
  // cannot be read.
  Result<Ssl> open(int fd, const std::string& host);

 private:
  Result<SSL_CTX*> context();

  std::string ca_file_, ca_directory_;
  std::mutex mutex_;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
};

// OpenSSL's reason for the last failure of this thread; the certificate's when that was it.
std::string tls_problem(const SSL* ssl);

}  // namespace tabletheory::net
