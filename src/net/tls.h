// TLS for client connections, over OpenSSL: 1.2 at least, the peer's chain and host name verified, always.
//
// A handshake that succeeded leaves a session, with which the next connection to the same host name is opened without
// certificates and, in TLS 1.2, in one round trip less. It stands for the verification that made it: a session is used
// for the name it was verified for, within the context that verified it, and for no other. A ticket of TLS 1.3 is used
// once.
#pragma once

#include <openssl/ssl.h>

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "tabletheory/error.h"

namespace tabletheory::net {

struct FreeSsl {
  // Answers say themselves where they end, so a connection is dropped without a farewell; that must not count against
  // its session.
  void operator()(SSL* ssl) const {
    SSL_set_shutdown(ssl, SSL_get_shutdown(ssl) | SSL_SENT_SHUTDOWN);
    SSL_free(ssl);
  }
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  void operator()(SSL_SESSION* session) const { SSL_SESSION_free(session); }
};
using Ssl = std::unique_ptr<SSL, FreeSsl>;

// The sessions of hosts, newest last. Thread-safe.
class TlsSessions {
 public:
  using Session = std::unique_ptr<SSL_SESSION, FreeSsl>;

  // Remembers for which host `ssl` is opened, and gives it a session of that host, if there is one.
  void offer(SSL* ssl, const std::string& host);
  // Takes what the peer gave to a connection that was offered to.
  void keep(const SSL* ssl, Session session);

 private:
  struct Host {
    std::vector<Session> sessions;
  };
  static constexpr std::size_t kMostHosts = 64;          // others are greeted anew each time
  static constexpr std::size_t kMostSessionsOfHost = 8;  // as connections may be opened together
  std::mutex mutex_;
  std::map<std::string, Host, std::less<>> hosts_;  // connections refer to its nodes: none is erased
};

// Certificates are read with the first connection. Thread-safe.
class TlsContext {
 public:
  // A PEM file, else a directory of hashed certificates, else where operating systems keep their bundle.
  TlsContext(std::string ca_file, std::string ca_directory);

  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;

  // A client end for a connected socket, which must outlive it. ErrTransport (nothing sent) when the certificates
  // cannot be read. The context must outlive what it opened.
  Result<Ssl> open(int fd, const std::string& host);
  // A client end within another, which must outlive it: TLS through a proxy that is itself reached by TLS.
  Result<Ssl> open_within(SSL* outer, const std::string& host);

 private:
  Result<SSL_CTX*> context();
  Result<Ssl> open_over(BIO* transport, const std::string& host);

  std::string ca_file_, ca_directory_;
  std::mutex mutex_;
  TlsSessions sessions_;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
};

// OpenSSL's reason for the last failure of this thread; the certificate's when that was it.
std::string tls_problem(const SSL* ssl);

}  // namespace tabletheory::net
