#include "net/connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/uio.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace tabletheory::net {

Progress Connection::failed(int error_number) {
  problem_ = std::generic_category().message(error_number);
  return {Progress::Kind::kFailed};
}

Progress Connection::socket_progress(ssize_t result, Progress::Kind want) {
  if (result >= 0) return {Progress::Kind::kMoved, static_cast<std::size_t>(result)};
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return {want};
  return failed(errno);
}

bool Connection::begin_connect(const Address& address) {
  socket_ = Descriptor(::socket(address.storage.ss_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!socket_.is_open()) {
    failed(errno);
    return false;
  }
  const int on = 1;
  ::setsockopt(fd(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (::connect(fd(), reinterpret_cast<const sockaddr*>(&address.storage), address.length) == 0) return true;
  if (errno == EINPROGRESS) return true;
  failed(errno);
  return false;
}

Progress Connection::finish_connect() {
  int error_number = 0;
  socklen_t size = sizeof error_number;
  if (::getsockopt(fd(), SOL_SOCKET, SO_ERROR, &error_number, &size) != 0) error_number = errno;
  if (error_number != 0) return failed(error_number);
  sockaddr_storage peer{};
  socklen_t length = sizeof peer;
  if (::getpeername(fd(), reinterpret_cast<sockaddr*>(&peer), &length) == 0) return {};
  return errno == ENOTCONN ? Progress{Progress::Kind::kWantWrite} : failed(errno);
}

Result<void> Connection::begin_tls(TlsContext& tls, const std::string& host) {
  if (!ssl_) {
    TT_TRY(ssl_, tls.open(fd(), host));
    return {};
  }
  outer_ = std::move(ssl_);
  TT_TRY(ssl_, tls.open_within(outer_.get(), host));
  return {};
}

Progress Connection::tls_progress(int result) {
  if (result > 0) return {Progress::Kind::kMoved, static_cast<std::size_t>(result)};
  switch (SSL_get_error(ssl_.get(), result)) {
    case SSL_ERROR_WANT_READ:
      return {Progress::Kind::kWantRead};
    case SSL_ERROR_WANT_WRITE:
      return {Progress::Kind::kWantWrite};
    case SSL_ERROR_ZERO_RETURN:
      return {Progress::Kind::kEnd};
    case SSL_ERROR_SYSCALL:
      if (errno != 0 && ERR_peek_last_error() == 0) return failed(errno);
      break;
    default:
      break;
  }
  problem_ = tls_problem(ssl_.get());
  return {Progress::Kind::kFailed};
}

Progress Connection::handshake() {
  ERR_clear_error();
  errno = 0;
  return tls_progress(SSL_do_handshake(ssl_.get()));
}

Progress Connection::write(std::string_view bytes) {
  if (!ssl_) return socket_progress(::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL), Progress::Kind::kWantWrite);
  constexpr std::size_t kMost = 1 << 30;
  ERR_clear_error();
  errno = 0;
  return tls_progress(SSL_write(ssl_.get(), bytes.data(), static_cast<int>(std::min(bytes.size(), kMost))));
}

Progress Connection::write(std::string_view head, std::string_view body) {
  if (head.empty()) return write(body);
  if (body.empty()) return write(head);
  if (!ssl_) {
    iovec parts[2] = {{const_cast<char*>(head.data()), head.size()}, {const_cast<char*>(body.data()), body.size()}};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = 2;
    return socket_progress(::sendmsg(fd(), &message, MSG_NOSIGNAL), Progress::Kind::kWantWrite);
  }
  constexpr std::size_t kRecordBytes = 16 * 1024;  // of TLS
  std::string joined(head);
  joined.append(body.substr(0, kRecordBytes - std::min(kRecordBytes, head.size())));
  return write(std::string_view(joined));
}

Progress Connection::read(std::span<char> into) {
  if (!ssl_) {
    const auto result = ::recv(fd(), into.data(), into.size(), 0);
    if (result == 0) return {Progress::Kind::kEnd};
    return socket_progress(result, Progress::Kind::kWantRead);
  }
  ERR_clear_error();
  errno = 0;
  return tls_progress(SSL_read(ssl_.get(), into.data(), static_cast<int>(into.size())));
}

bool Connection::is_quiet() {
  char byte;
  const auto peeked = ::recv(fd(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  if (peeked >= 0) {
    // Closed, or something nobody asked for. With TLS that may be a session ticket: let OpenSSL see.
    if (peeked == 0 || !ssl_) return false;
    return read({&byte, 1}).kind == Progress::Kind::kWantRead;
  }
  return errno == EAGAIN || errno == EWOULDBLOCK;
}

}  // namespace tabletheory::net
