#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "net/failures.h"

namespace tabletheory::net {
namespace {

// Where Debian, Fedora, Alpine, SUSE and RHEL keep the bundle.
constexpr std::array kBundles = {"/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
                                 "/etc/ssl/cert.pem", "/etc/ssl/ca-bundle.pem",
                                 "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem"};

// OpenSSL's own socket BIO writes without MSG_NOSIGNAL: a peer that closes would end the process by SIGPIPE.
int fd_of(BIO* bio) {
  return static_cast<int>(reinterpret_cast<std::intptr_t>(BIO_get_data(bio)));
}
int finish(BIO* bio, ssize_t moved, int retry_flag) {
  BIO_clear_retry_flags(bio);
  if (moved < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    BIO_set_flags(bio, retry_flag | BIO_FLAGS_SHOULD_RETRY);
  }
  return static_cast<int>(moved);
}
int write_bytes(BIO* bio, const char* data, int size) {
  return finish(bio, ::send(fd_of(bio), data, static_cast<std::size_t>(size), MSG_NOSIGNAL), BIO_FLAGS_WRITE);
}
int read_bytes(BIO* bio, char* data, int size) {
  return finish(bio, ::recv(fd_of(bio), data, static_cast<std::size_t>(size), 0), BIO_FLAGS_READ);
}
long control(BIO*, int command, long, void*) {
  return command == BIO_CTRL_FLUSH ? 1 : 0;
}
int created(BIO* bio) {
  BIO_set_init(bio, 1);
  return 1;
}

// Made once, never changed, never freed.
const BIO_METHOD* socket_method() {
  static BIO_METHOD* const method = [] {
    BIO_METHOD* made = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "socket without SIGPIPE");
    BIO_meth_set_write(made, write_bytes);
    BIO_meth_set_read(made, read_bytes);
    BIO_meth_set_ctrl(made, control);
    BIO_meth_set_create(made, created);
    return made;
  }();
  return method;
}

bool load_system_bundle(SSL_CTX* context) {
  for (const char* bundle : kBundles)
    if (::access(bundle, R_OK) == 0) return SSL_CTX_load_verify_file(context, bundle) == 1;
  return SSL_CTX_set_default_verify_paths(context) == 1;
}

int session_made(SSL* ssl, SSL_SESSION* session) {
  static_cast<TlsSessions*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)))->keep(ssl, TlsSessions::Session(session));
  return 1;  // the reference is ours
}

}  // namespace

void TlsSessions::offer(SSL* ssl, const std::string& host) {
  const std::lock_guard lock(mutex_);
  auto found = hosts_.find(host);
  if (found == hosts_.end()) {
    if (hosts_.size() >= kMostHosts) return;
    found = hosts_.try_emplace(host).first;
  }
  SSL_set_app_data(ssl, &found->second);
  std::vector<Session>& sessions = found->second.sessions;
  while (!sessions.empty()) {
    const Session session = std::move(sessions.back());
    sessions.pop_back();
    if (SSL_SESSION_is_resumable(session.get()) != 1 || SSL_set_session(ssl, session.get()) != 1) continue;
    // Before 1.3 a session is not used up.
    if (SSL_SESSION_get_protocol_version(session.get()) < TLS1_3_VERSION) {
      SSL_SESSION_up_ref(session.get());
      sessions.emplace_back(session.get());
    }
    return;
  }
}

void TlsSessions::keep(const SSL* ssl, Session session) {
  auto* const host = static_cast<Host*>(SSL_get_app_data(ssl));
  if (host == nullptr) return;
  const std::lock_guard lock(mutex_);
  if (host->sessions.size() >= kMostSessionsOfHost) host->sessions.erase(host->sessions.begin());
  host->sessions.push_back(std::move(session));
}

std::string tls_problem(const SSL* ssl) {
  if (ssl != nullptr) {
    if (const long verdict = SSL_get_verify_result(ssl); verdict != X509_V_OK) {
      return std::string("the certificate was refused: ") + X509_verify_cert_error_string(verdict);
    }
  }
  const unsigned long code = ERR_peek_last_error();
  const char* reason = code == 0 ? nullptr : ERR_reason_error_string(code);
  ERR_clear_error();
  return reason == nullptr ? "the peer closed the connection" : reason;
}

TlsContext::TlsContext(std::string ca_file, std::string ca_directory)
    : ca_file_(std::move(ca_file)), ca_directory_(std::move(ca_directory)) {}

Result<SSL_CTX*> TlsContext::context() {
  const std::lock_guard lock(mutex_);
  if (context_) return context_.get();
  ERR_clear_error();
  std::unique_ptr<SSL_CTX, FreeSsl> made(SSL_CTX_new(TLS_client_method()));
  if (!made) return std::unexpected(not_sent("TLS cannot be used: " + tls_problem(nullptr)));
  SSL_CTX_set_min_proto_version(made.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(made.get(), SSL_VERIFY_PEER, nullptr);
  SSL_CTX_set_mode(made.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // An answer says itself where it ends; only one that ends with the connection needs a clean close, and is refused
  // without (see Connection::read).
  SSL_CTX_set_options(made.get(), SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_session_cache_mode(made.get(), SSL_SESS_CACHE_CLIENT | SSL_SESS_CACHE_NO_INTERNAL);
  SSL_CTX_sess_set_new_cb(made.get(), session_made);
  SSL_CTX_set_app_data(made.get(), &sessions_);
  const bool loaded = !ca_file_.empty()        ? SSL_CTX_load_verify_file(made.get(), ca_file_.c_str()) == 1
                      : !ca_directory_.empty() ? SSL_CTX_load_verify_dir(made.get(), ca_directory_.c_str()) == 1
                                               : load_system_bundle(made.get());
  if (!loaded) {
    return std::unexpected(not_sent("the certificates of " +
                                    (!ca_file_.empty()       ? ca_file_
                                     : ca_directory_.empty() ? "this system"
                                                             : ca_directory_) +
                                    " cannot be read (" + tls_problem(nullptr) +
                                    "); install ca-certificates, or name a PEM file with AWS_CA_BUNDLE"));
  }
  context_ = std::move(made);
  return context_.get();
}

Result<Ssl> TlsContext::open(int fd, const std::string& host) {
  BIO* const bio = BIO_new(socket_method());
  if (bio != nullptr) BIO_set_data(bio, reinterpret_cast<void*>(static_cast<std::intptr_t>(fd)));
  return open_over(bio, host);
}

Result<Ssl> TlsContext::open_within(SSL* outer, const std::string& host) {
  BIO* const bio = BIO_new(BIO_f_ssl());
  if (bio != nullptr) BIO_set_ssl(bio, outer, BIO_NOCLOSE);
  return open_over(bio, host);
}

Result<Ssl> TlsContext::open_over(BIO* transport, const std::string& host) {
  struct Free {
    void operator()(BIO* bio) const { BIO_free(bio); }
  };
  std::unique_ptr<BIO, Free> bio(transport);
  TT_TRY(SSL_CTX* const shared, context());
  ERR_clear_error();
  Ssl ssl(bio ? SSL_new(shared) : nullptr);
  if (!ssl) return std::unexpected(not_sent("TLS cannot be used: " + tls_problem(nullptr)));
  SSL_set_bio(ssl.get(), bio.get(), bio.get());
  static_cast<void>(bio.release());
  SSL_set_connect_state(ssl.get());
  const bool is_address = X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl.get()), host.c_str()) == 1;
  if (!is_address) {
    SSL_set_hostflags(ssl.get(), X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (SSL_set1_host(ssl.get(), host.c_str()) != 1 || SSL_set_tlsext_host_name(ssl.get(), host.c_str()) != 1) {
      return std::unexpected(not_sent("TLS cannot be used for this host name: " + tls_problem(nullptr)));
    }
  }
  sessions_.offer(ssl.get(), host);
  ERR_clear_error();
  return ssl;
}

}  // namespace tabletheory::net
