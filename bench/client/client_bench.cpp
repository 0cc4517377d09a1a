// What a signed GetItem over a kept connection costs the client, beside the same bytes over a bare socket. Workload
// MIXED; the answer comes from a thread of this process that only reads and writes, so that the figures (CPU time of
// the calling thread) are the client's own. `us_per_call` of a row less that of its floor is what the SDK adds.
#include <benchmark/benchmark.h>
#include <sys/socket.h>

#include <array>
#include <cstdlib>
#include <string>

#include "net/test_certificates.h"
#include "net/test_server.h"
#include "net/tls.h"
#include "sdk/mixed_record.h"
#include "value/mixed_item.h"

namespace tabletheory::bench {
namespace {

using net::Peer;
using net::TestAuthority;
using net::TestServer;

// As the service answers: a MIXED item with its checksum left out, which no client may insist on.
std::string answer_text() {
  const std::string body = R"({"Item":)" + value::mixed_item_json(1) + "}";
  return "HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nx-amzn-RequestId: "
         "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEF\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

void serve(Peer& peer) {
  const std::string answer = answer_text();
  while (!peer.read_request().empty()) peer.write(answer);
}

// Both ends, plain or with TLS.
class Place {
 public:
  explicit Place(bool tls)
      : context_(tls ? authority_.server("IP:127.0.0.1") : nullptr), server_(serve, context_.get()), tls_(tls) {}

  Client client() const {
    ClientOptions options;
    options.aws.credentials = AwsCredentials{"AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
    options.network.ca_file = authority_.pem_file();
    return Client::connect(server_.url(tls_ ? "https" : "http"), options).value();
  }
  int connected_socket() const {
    const int fd = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(server_.port());
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0) std::abort();
    return fd;
  }

 private:
  TestAuthority authority_;
  net::Owned<SSL_CTX> context_;
  TestServer server_;
  const bool tls_;
};

void per_call(benchmark::State& state) {
  const auto calls = static_cast<double>(state.iterations());
  state.counters["us_per_call"] =
      benchmark::Counter(calls * 1e-6, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}

// A request of the size the SDK sends, signed once and for all.
std::string request_text() {
  const std::string body = R"({"TableName":"mixed","Key":{"pk":{"S":"CUSTOMER#1"},"sk":{"S":"ORDER#1"}}})";
  return "POST / HTTP/1.1\r\nHost: 127.0.0.1:12345\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: "
         "DynamoDB_20120810.GetItem\r\nX-Amz-Date: 20260101T000000Z\r\nAuthorization: AWS4-HMAC-SHA256 "
         "Credential=AKIDEXAMPLE/20260101/us-east-1/dynamodb/aws4_request, "
         "SignedHeaders=content-type;host;x-amz-date;x-amz-target, Signature=" +
         std::string(64, 'a') + "\r\nAccept-Encoding: gzip\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\n\r\n" + body;
}

// The floor: the same bytes to and fro, looked at by nobody.
void RawSocket(benchmark::State& state) {
  const Place place(state.range(0) != 0);
  const net::Descriptor socket(place.connected_socket());
  const net::Owned<SSL_CTX> context(SSL_CTX_new(TLS_client_method()));
  const net::Ssl ssl(state.range(0) != 0 ? SSL_new(context.get()) : nullptr);
  if (ssl) {
    SSL_set_fd(ssl.get(), socket.get());
    if (SSL_connect(ssl.get()) != 1) std::abort();
  }
  const std::string request = request_text();
  const std::size_t answer_bytes = answer_text().size();
  std::array<char, 32 * 1024> buffer;
  for (auto _ : state) {
    const auto sent = ssl ? SSL_write(ssl.get(), request.data(), static_cast<int>(request.size()))
                          : ::send(socket.get(), request.data(), request.size(), MSG_NOSIGNAL);
    if (sent != static_cast<ssize_t>(request.size())) std::abort();
    for (std::size_t got = 0; got < answer_bytes;) {
      const auto count = ssl ? SSL_read(ssl.get(), buffer.data(), static_cast<int>(buffer.size()))
                             : ::recv(socket.get(), buffer.data(), buffer.size(), 0);
      if (count <= 0) std::abort();
      got += static_cast<std::size_t>(count);
    }
  }
  per_call(state);
}

// The JSON of request and answer as they are: signature, HTTP, checks.
void RawCall(benchmark::State& state) {
  const Place place(state.range(0) != 0);
  const Client client = place.client();
  for (auto _ : state) {
    const auto answer =
        client.raw_call("GetItem", R"({"TableName":"mixed","Key":{"pk":{"S":"CUSTOMER#1"},"sk":{"S":"ORDER#1"}}})");
    if (!answer) std::abort();
  }
  per_call(state);
}

// The whole operation, to a struct.
void TypedGet(benchmark::State& state) {
  const Place place(state.range(0) != 0);
  const Client client = place.client();
  const auto table = client.table<Mixed>().value();
  const Key key{"CUSTOMER#1", "ORDER#1"};
  for (auto _ : state) {
    if (!table.get(key)) std::abort();
  }
  per_call(state);
}

BENCHMARK(RawSocket)->ArgName("tls")->Arg(0)->Arg(1);
BENCHMARK(RawCall)->ArgName("tls")->Arg(0)->Arg(1);
BENCHMARK(TypedGet)->ArgName("tls")->Arg(0)->Arg(1);

}  // namespace
}  // namespace tabletheory::bench
