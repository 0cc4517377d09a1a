// For tests of the server: a client that sends exactly the bytes it is given.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace tabletheory::server {

class TestClient {
 public:
  explicit TestClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    connected_ = connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
  }
  ~TestClient() { close(); }
  TestClient(const TestClient&) = delete;
  TestClient& operator=(const TestClient&) = delete;

  bool connected() const { return connected_; }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }
  // Ends the connection by a reset.
  void reset() {
    const linger at_once{1, 0};
    setsockopt(socket_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    close();
  }
  void end_sending() { shutdown(socket_, SHUT_WR); }

  // False when the server has closed.
  bool send(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Head and body of the next answer; what there is when the server closes, or is silent for five seconds.
  std::string answer() {
    std::size_t end = std::string::npos;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
      if (!receive()) return std::move(received_);
    }
    std::size_t size = end + 4;
    if (const std::size_t at = received_.find("Content-Length: "); at < end) {
      size += static_cast<std::size_t>(std::atoi(received_.c_str() + at + 16));
    }
    while (received_.size() < size) {
      if (!receive()) return std::move(received_);
    }
    std::string out = received_.substr(0, size);
    received_.erase(0, size);
    return out;
  }

  // How long until the server closes; five seconds when it does not.
  std::chrono::milliseconds until_closed() {
    const auto start = std::chrono::steady_clock::now();
    while (receive()) {
    }
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - start);
  }

 private:
  static constexpr int kPatienceMs = 5000;

  bool receive() {
    pollfd readable{socket_, POLLIN, 0};
    if (poll(&readable, 1, kPatienceMs) != 1) return false;
    std::array<char, 65536> bytes;
    const ssize_t size = recv(socket_, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    received_.append(bytes.data(), static_cast<std::size_t>(size));
    return true;
  }

  int socket_;
  bool connected_ = false;
  std::string received_;
};

// A request as DynamoDB's clients send it, without a signature.
inline std::string request(std::string_view operation, std::string_view body, std::string_view more_headers = {}) {
  std::string out = "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n";
  out.append("X-Amz-Target: DynamoDB_20120810.").append(operation).append("\r\n").append(more_headers);
  return out.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n\r\n").append(body);
}

}  // namespace tabletheory::server
