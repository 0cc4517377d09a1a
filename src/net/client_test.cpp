// The HTTP client against servers that behave and servers that do not. Every case ends in the right error, in time.
#include "net/client.h"

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <zlib.h>

#include <future>

#include "net/answer_parser.h"
#include "net/test_certificates.h"
#include "net/test_server.h"

namespace tabletheory::net {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using std::chrono::steady_clock;

http::Request get(const std::string& url) {
  return {.method = "GET", .url = http::parse_url(url).value(), .headers = {}, .body = {}};
}
http::Request post(const std::string& url, std::string body = "{}") {
  return {.method = "POST", .url = http::parse_url(url).value(), .headers = {}, .body = std::move(body)};
}

// Answers every request of a connection with its own body.
void echo(Peer& peer) {
  for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request())
    peer.answer(request.substr(request.find("\r\n\r\n") + 4));
}

// What a failure means to those who retry.
enum class Meaning { kNotSent, kLost, kAttemptTimedOut, kOther };
Meaning meaning(const Error& error) {
  if (error.code() == ErrorCode::kTransport) return error.retryable() ? Meaning::kNotSent : Meaning::kLost;
  if (error.code() == ErrorCode::kTimeout && error.retryable()) return Meaning::kAttemptTimedOut;
  return Meaning::kOther;
}

ClientOptions hasty() {
  ClientOptions options;
  options.connect_timeout = options.tls_timeout = options.read_timeout = milliseconds(300);
  return options;
}

// One request to a server that reads it and then does as `script` says.
Result<http::Response> ask(const TestServer::Script& script, ClientOptions options = {}, Limits limits = {}) {
  const TestServer server([&](Peer& peer) {
    peer.read_request();
    script(peer);
  });
  HttpClient client(std::move(options));
  return client.send(post(server.url()), limits);
}

TEST(HttpClient, KeepsConnectionsAlive) {
  const TestServer server(echo);
  HttpClient client;
  for (int i = 0; i < 20; ++i) {
    const auto answer = client.send(post(server.url(), std::to_string(i)));
    ASSERT_TRUE(answer) << answer.error().to_string();
    EXPECT_EQ(answer->status, 200);
    EXPECT_EQ(answer->body, std::to_string(i));
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(client.idle_connections(), 1U);
}

TEST(HttpClient, OpensAnotherWhenTheServerClosedTheIdleOne) {
  const TestServer server([](Peer& peer) { peer.answer(peer.read_request().substr(0, 4)); });
  HttpClient client;
  for (int i = 0; i < 5; ++i) {
    const auto answer = client.send(post(server.url()));
    ASSERT_TRUE(answer) << answer.error().to_string();
    std::this_thread::sleep_for(milliseconds(20));  // the close arrives
  }
  EXPECT_EQ(server.connections(), 5);
}

TEST(HttpClient, ObeysConnectionClose) {
  const TestServer server([](Peer& peer) {
    peer.read_request();
    peer.answer("x", "Connection: close\r\n");
    peer.wait_for_close();
  });
  HttpClient client;
  ASSERT_TRUE(client.send(get(server.url())));
  EXPECT_EQ(client.idle_connections(), 0U);
}

TEST(HttpClient, LetsGoOfOldConnections) {
  const TestServer server(echo);
  ClientOptions options;
  options.idle_timeout = milliseconds(30);
  HttpClient client(options);
  ASSERT_TRUE(client.send(post(server.url())));
  std::this_thread::sleep_for(milliseconds(50));
  ASSERT_TRUE(client.send(post(server.url())));
  EXPECT_EQ(server.connections(), 2);
  ClientOptions brief;
  brief.max_lifetime = milliseconds(30);
  HttpClient another(brief);
  ASSERT_TRUE(another.send(post(server.url())));
  std::this_thread::sleep_for(milliseconds(50));
  ASSERT_TRUE(another.send(post(server.url())));
  EXPECT_EQ(server.connections(), 4);
}

TEST(HttpClient, SendsAndReadsLargeBodies) {
  const TestServer server(echo);
  HttpClient client;
  std::string large(5'000'000, 'x');
  for (std::size_t i = 0; i < large.size(); i += 997) large[i] = static_cast<char>('a' + i % 26);
  const auto answer = client.send(post(server.url(), large));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_TRUE(answer->body == large);
}

TEST(HttpClient, ReadsAnswersInAnyPieces) {
  const std::string chunked =
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1;name=value\r\na\r\n0000004\r\nbcde\r\n0\r\nTrailer: x\r\n\r\n";
  const auto answer = ask([&](Peer& peer) {
    for (const char byte : chunked) {
      peer.write({&byte, 1});
      std::this_thread::sleep_for(milliseconds(1));
    }
    peer.wait_for_close();
  });
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->body, "abcde");
}

TEST(HttpClient, ReadsAnAnswerThatEndsWithTheConnection) {
  const auto answer = ask([](Peer& peer) { peer.write("HTTP/1.1 200 OK\r\n\r\nto the end"); });
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->body, "to the end");
}

TEST(HttpClient, TakesNoInformationalAnswerForTheLastWord) {
  const auto answer = ask([](Peer& peer) { peer.write("HTTP/1.1 100 Continue\r\n\r\n"); });
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kLost);
}

TEST(HttpClient, HandsOverErrorStatusesAndRedirectsAsAnswers) {
  for (const int status : {301, 400, 403, 500, 503}) {
    const auto answer = ask([&](Peer& peer) { peer.answer("no", "Location: http://elsewhere/\r\n", status); });
    ASSERT_TRUE(answer) << status;
    EXPECT_EQ(answer->status, status);
    EXPECT_EQ(answer->body, "no");
  }
}

TEST(HttpClient, TellsARefusedConnection) {
  std::string url;
  {
    const TestServer gone(echo);
    url = gone.url();
  }
  HttpClient client(hasty());
  const auto answer = client.send(get(url));
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kNotSent);
  EXPECT_NE(answer.error().message().find(url), std::string::npos);
}

TEST(HttpClient, TellsAHostWithoutAddress) {
  HttpClient client;
  const auto answer = client.send(get("http://no-such-host.invalid"), {.time_left = seconds(10)});
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().is(ErrorCode::kTransport) || answer.error().is(ErrorCode::kTimeout));
  EXPECT_FALSE(answer.error().is(ErrorCode::kOutcomeUnknown));
}

TEST(HttpClient, LosesAnAnswerCutOffAtAnyByte) {
  const std::string whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  for (const bool reset : {false, true}) {
    for (std::size_t length = 0; length < whole.size(); ++length) {
      const auto answer = ask([&](Peer& peer) {
        peer.write(std::string_view(whole).substr(0, length));
        if (reset) peer.reset();
      });
      ASSERT_FALSE(answer) << length;
      EXPECT_EQ(meaning(answer.error()), Meaning::kLost) << length << ' ' << answer.error().to_string();
    }
  }
}

TEST(HttpClient, RefusesAnswersThatMakeNoSense) {
  const std::string long_header(100'000, 'x');
  const std::string cases[] = {"nonsense\r\n\r\n",
                               "HTTP/9.9 200 OK\r\nContent-Length: 0\r\n\r\n",
                               "HTTP/1.1 abc OK\r\n\r\n",
                               "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\n",
                               "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
                               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n",
                               "HTTP/1.1 200 OK\r\nbad header\r\n\r\n",
                               "HTTP/1.1 200 OK\r\nX: " + long_header + "\r\n\r\n",
                               "HTTP/1.1 200 OK\r\nContent-Length: 99999999999\r\n\r\n",
                               std::string("\0\0\0\0\r\n\r\n", 8)};
  for (const std::string& bytes : cases) {
    const auto answer = ask([&](Peer& peer) {
      peer.write(bytes);
      peer.wait_for_close();
    });
    ASSERT_FALSE(answer) << bytes.substr(0, 60);
    EXPECT_EQ(meaning(answer.error()), Meaning::kLost) << bytes.substr(0, 60) << answer.error().to_string();
  }
}

TEST(HttpClient, BoundsAnEndlessAnswer) {
  ClientOptions options;
  options.max_body_bytes = 1'000'000;
  const auto answer = ask(
      [](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\n\r\n");
        const std::string piece(65'536, 'x');
        for (int i = 0; i < 100; ++i) peer.write(piece);
      },
      options);
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kLost);
}

TEST(HttpClient, ChecksTheChecksum) {
  const auto sum = std::to_string(crc32(0, reinterpret_cast<const Bytef*>("hello"), 5));
  const auto good = ask([&](Peer& peer) { peer.answer("hello", "x-amz-crc32: " + sum + "\r\n"); });
  EXPECT_TRUE(good) << good.error().to_string();
  for (const char* wrong : {"1", "x", "99999999999"}) {
    const auto bad = ask([&](Peer& peer) { peer.answer("hello", std::string("x-amz-crc32: ") + wrong + "\r\n"); });
    ASSERT_FALSE(bad) << wrong;
    EXPECT_EQ(meaning(bad.error()), Meaning::kLost);
    EXPECT_NE(bad.error().message().find("checksum"), std::string::npos);
  }
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

TEST(HttpClient, UnpacksGzipWithItsChecksum) {
  const std::string text(100'000, 'z');
  const std::string packed = gzip(text);
  const auto sum =
      std::to_string(crc32(0, reinterpret_cast<const Bytef*>(packed.data()), static_cast<uInt>(packed.size())));
  const auto answer =
      ask([&](Peer& peer) { peer.answer(packed, "Content-Encoding: gzip\r\nx-amz-crc32: " + sum + "\r\n"); });
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_TRUE(answer->body == text);
}

TEST(HttpClient, RefusesBadGzip) {
  const std::string packed = gzip(std::string(3'000'000, 'z'));
  ClientOptions options;
  options.max_body_bytes = 1'000'000;
  for (const std::string& body :
       {std::string("not gzip"), packed.substr(0, packed.size() / 2), packed, gzip("x") + "more", std::string()}) {
    const auto answer = ask([&](Peer& peer) { peer.answer(body, "Content-Encoding: gzip\r\n"); }, options);
    ASSERT_FALSE(answer);
    EXPECT_EQ(meaning(answer.error()), Meaning::kLost);
  }
  const auto unknown = ask([&](Peer& peer) { peer.answer("x", "Content-Encoding: br\r\n"); });
  EXPECT_FALSE(unknown);
}

TEST(HttpClient, GivesUpOnASilentServer) {
  const auto started = steady_clock::now();
  const auto answer = ask([](Peer& peer) { peer.wait_for_close(); }, hasty());
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kAttemptTimedOut);
  EXPECT_LT(steady_clock::now() - started, seconds(10));
}

TEST(HttpClient, GivesUpOnAServerThatTrickles) {
  ClientOptions options = hasty();
  options.attempt_timeout = milliseconds(1'000);
  const auto answer = ask(
      [](Peer& peer) {
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
        for (int i = 0; i < 400; ++i) {
          peer.write("x");
          std::this_thread::sleep_for(milliseconds(5));
        }
      },
      options);
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kAttemptTimedOut);
}

TEST(HttpClient, KeepsToTheCallersDeadline) {
  ClientOptions patient;
  const auto answer = ask([](Peer& peer) { peer.wait_for_close(); }, patient, {.time_left = milliseconds(100)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::kTimeout);
  EXPECT_TRUE(answer.error().is(ErrorCode::kOutcomeUnknown));
  EXPECT_FALSE(answer.error().retryable());
  HttpClient client;
  const auto none = client.send(get("http://127.0.0.1:1"), {.time_left = milliseconds(-1)});
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code(), ErrorCode::kTimeout);
  EXPECT_FALSE(none.error().is(ErrorCode::kOutcomeUnknown));
}

TEST(HttpClient, StopsWhenCancelledFromAnotherThread) {
  std::stop_source source;
  const TestServer server([&](Peer& peer) {
    peer.read_request();
    source.request_stop();
    peer.wait_for_close();
  });
  HttpClient client;
  const auto answer = client.send(post(server.url()), {.cancel = source.get_token()});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::kCancelled);
  EXPECT_TRUE(answer.error().is(ErrorCode::kOutcomeUnknown));
}

TEST(HttpClient, SaysThatNothingHappenedWhenTheServerReadsOnlyPart) {
  const TestServer server([](Peer& peer) {
    peer.read_some();
    peer.reset();
  });
  HttpClient client(hasty());
  const auto answer = client.send(post(server.url(), std::string(30'000'000, 'x')));
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kNotSent) << answer.error().to_string();
}

TEST(HttpClient, MakesParallelCallersWaitForAConnection) {
  const TestServer server(echo);
  ClientOptions options;
  options.max_connections = 2;
  HttpClient client(options);
  std::atomic<int> good = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&, t] {
        for (int i = 0; i < 25; ++i) {
          const std::string body = std::to_string(t * 100 + i);
          const auto answer = client.send(post(server.url(), body), {.time_left = seconds(30)});
          good += answer && answer->body == body;
        }
      });
    }
  }
  EXPECT_EQ(good, 200);
  EXPECT_LE(server.connections(), 2);
}

TEST(HttpClient, TellsWhenNoConnectionGetsFree) {
  const TestServer server([](Peer& peer) { peer.wait_for_close(); });
  ClientOptions options;
  options.max_connections = 1;
  HttpClient client(options);
  std::stop_source source;
  auto first =
      std::async(std::launch::async, [&] { return client.send(get(server.url()), {.cancel = source.get_token()}); });
  while (server.connections() == 0) std::this_thread::sleep_for(milliseconds(5));
  const auto second = client.send(get(server.url()), {.attempt_timeout = milliseconds(100)});
  source.request_stop();
  EXPECT_EQ(first.get().error().code(), ErrorCode::kCancelled);
  ASSERT_FALSE(second);
  EXPECT_EQ(meaning(second.error()), Meaning::kNotSent);
  EXPECT_NE(second.error().message().find("in use"), std::string::npos);
}

TEST(HttpClientAsync, ServesManyOverOneThreadAndTheSamePool) {
  const TestServer server(echo);
  ClientOptions options;
  options.max_connections = 8;
  HttpClient client(options);
  constexpr int kRequests = 200;
  std::atomic<int> good = 0, done = 0;
  std::promise<void> all;
  for (int i = 0; i < kRequests; ++i) {
    client.start(post(server.url(), std::to_string(i)), {}, [&, i](Result<http::Response> answer) {
      good += answer && answer->body == std::to_string(i);
      if (++done == kRequests) all.set_value();
    });
  }
  ASSERT_EQ(all.get_future().wait_for(seconds(60)), std::future_status::ready);
  EXPECT_EQ(good, kRequests);
  EXPECT_LE(server.connections(), 8);
  EXPECT_TRUE(client.send(post(server.url())));
  EXPECT_LE(server.connections(), 8);
}

TEST(HttpClientAsync, EndsEveryThreadedRequestOnce) {
  const TestServer server([](Peer& peer) { peer.wait_for_close(); });
  std::stop_source source;
  std::vector<ErrorCode> codes;
  {
    HttpClient client;
    std::promise<void> cancelled, late;
    client.start(get(server.url()), {.cancel = source.get_token()}, [&](Result<http::Response> answer) {
      codes.push_back(answer.error().code());
      cancelled.set_value();
    });
    client.start(get(server.url()), {.time_left = milliseconds(50)}, [&](Result<http::Response> answer) {
      codes.push_back(answer.error().code());
      late.set_value();
    });
    late.get_future().wait();
    source.request_stop();
    cancelled.get_future().wait();
    client.start(get(server.url()), {}, [&](Result<http::Response> answer) { codes.push_back(answer.error().code()); });
  }
  EXPECT_EQ(codes, (std::vector{ErrorCode::kTimeout, ErrorCode::kCancelled, ErrorCode::kCancelled}));
}

TEST(HttpClientFork, WorksInAChildThatUsesItFirstAndRefusesInAnyOther) {
  const TestServer server(echo);
  HttpClient unused, used;
  ASSERT_TRUE(used.send(post(server.url())));
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto fresh = unused.send(post(server.url()));
    const auto refused = used.send(post(server.url()));
    const bool right = fresh && !refused && refused.error().message().find("fork") != std::string::npos;
    ::_exit(right ? 0 : 1);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(used.send(post(server.url())));
}

class Tls : public testing::Test {
 protected:
  Result<http::Response> ask_over_tls(SSL_CTX* context, const std::string& host = "127.0.0.1") {
    const TestServer server(echo, context);
    ClientOptions options;
    options.ca_file = authority_.pem_file();
    HttpClient client(options);
    http::Request request = post("https://" + host + ":" + std::to_string(server.port()), std::string(40'000, 'x'));
    auto first = client.send(request);
    return first ? client.send(request) : std::move(first);
  }
  TestAuthority authority_;
};

TEST_F(Tls, ServesAPeerThatIsWhoItSays) {
  for (const auto& [name, host] : {std::pair("IP:127.0.0.1", "127.0.0.1"), std::pair("DNS:localhost", "localhost")}) {
    const auto answer = ask_over_tls(authority_.server(name).get(), host);
    ASSERT_TRUE(answer) << answer.error().to_string();
    EXPECT_EQ(answer->body.size(), 40'000U);
  }
  const auto old = authority_.server("IP:127.0.0.1");
  SSL_CTX_set_max_proto_version(old.get(), TLS1_2_VERSION);
  EXPECT_TRUE(ask_over_tls(old.get()));
}

TEST_F(Tls, RefusesAnybodyElse) {
  const TestAuthority stranger;
  const std::pair<Owned<SSL_CTX>, const char*> cases[] = {
      {authority_.server("DNS:elsewhere.example"), "mismatch"},
      {authority_.server("DNS:*.0.0.1"), "mismatch"},
      {authority_.server("IP:127.0.0.1", -7200, -3600), "expired"},
      {authority_.server("IP:127.0.0.1", 3600, 7200), "not yet valid"},
      {authority_.server("IP:127.0.0.1", -3600, 3600, true), "self-signed"},
      {stranger.server("IP:127.0.0.1"), "unable to get local issuer"}};
  for (const auto& [server, why] : cases) {
    const auto answer = ask_over_tls(server.get());
    ASSERT_FALSE(answer) << why;
    EXPECT_EQ(meaning(answer.error()), Meaning::kNotSent) << why;
    EXPECT_NE(answer.error().message().find("certificate was refused"), std::string::npos)
        << why << ": " << answer.error().to_string();
  }
}

TEST_F(Tls, RefusesOldProtocolsAndPlainPeers) {
  const auto old = authority_.server("IP:127.0.0.1");
  SSL_CTX_set_min_proto_version(old.get(), TLS1_VERSION);
  SSL_CTX_set_max_proto_version(old.get(), TLS1_1_VERSION);
  SSL_CTX_set_security_level(old.get(), 0);
  EXPECT_FALSE(ask_over_tls(old.get()));
  const TestServer plain([](Peer& peer) {
    peer.read_some();
    peer.answer("plain");
  });
  HttpClient client(hasty());
  const auto answer = client.send(get(plain.url("https")));
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kNotSent);
}

TEST_F(Tls, GivesUpOnAPeerThatNeverShakesHands) {
  const TestServer silent([](Peer& peer) { peer.wait_for_close(); });
  HttpClient client(hasty());
  const auto answer = client.send(get(silent.url("https")));
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kNotSent);
}

TEST_F(Tls, TellsCertificatesThatCannotBeRead) {
  ClientOptions options;
  options.ca_file = "/nonexistent.pem";
  const auto context = authority_.server("IP:127.0.0.1");
  const TestServer server(echo, context.get());
  const auto answer = HttpClient(options).send(get(server.url("https")));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message().find("/nonexistent.pem"), std::string::npos);
}

TEST(Proxies, CarryPlainRequestsWhole) {
  std::string seen;
  const TestServer proxy([&](Peer& peer) {
    seen = peer.read_request();
    peer.answer("by proxy");
  });
  ClientOptions options;
  options.proxy.for_http = http::parse_url("http://user:p%40ss@127.0.0.1:" + std::to_string(proxy.port())).value();
  const auto answer = HttpClient(options).send(get("http://dynamodb.test.invalid/x?y"));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->body, "by proxy");
  EXPECT_TRUE(seen.starts_with("GET http://dynamodb.test.invalid/x?y HTTP/1.1\r\n")) << seen;
  EXPECT_NE(seen.find("Proxy-Authorization: Basic dXNlcjpwQHNz\r\n"), std::string::npos) << seen;
}

TEST(Proxies, TunnelTls) {
  std::string seen;
  const TestServer proxy([&](Peer& peer) {
    seen = peer.read_request();
    peer.answer("no tunnel", "", 407);
  });
  ClientOptions options;
  options.proxy.for_https = http::parse_url(proxy.url()).value();
  const auto answer = HttpClient(options).send(get("https://dynamodb.test.invalid"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kNotSent);
  EXPECT_NE(answer.error().message().find("407"), std::string::npos);
  EXPECT_TRUE(seen.starts_with("CONNECT dynamodb.test.invalid:443 HTTP/1.1\r\n")) << seen;
}

// What a proxy does after CONNECT: bytes to and fro, until either side closes.
void tunnel(Peer& peer, std::uint16_t port) {
  const Descriptor target(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  ASSERT_EQ(::connect(target.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  for (;;) {
    pollfd waits[2] = {{peer.fd(), POLLIN, 0}, {target.get(), POLLIN, 0}};
    ::poll(waits, 2, peer.has_buffered() ? 0 : -1);
    if (waits[0].revents != 0 || peer.has_buffered()) {
      if (!peer.read_some()) return;
      const std::string bytes = peer.take_pending();
      if (::send(target.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(bytes.size())) return;
    }
    if (waits[1].revents != 0) {
      std::array<char, 4096> buffer;
      const auto count = ::recv(target.get(), buffer.data(), buffer.size(), 0);
      if (count <= 0) return;
      peer.write({buffer.data(), static_cast<std::size_t>(count)});
    }
  }
}

TEST(Proxies, ThatSpeakTlsTunnelTlsWithinIt) {
  const TestAuthority authority;
  const auto behind = authority.server("DNS:dynamodb.test.invalid"), before = authority.server("IP:127.0.0.1");
  const TestServer target(echo, behind.get());
  const TestServer proxy(
      [&](Peer& peer) {
        EXPECT_TRUE(peer.read_request().starts_with("CONNECT dynamodb.test.invalid:443 HTTP/1.1\r\n"));
        peer.answer({});
        tunnel(peer, target.port());
      },
      before.get());
  ClientOptions options;
  options.ca_file = authority.pem_file();
  options.proxy.for_https = http::parse_url(proxy.url("https")).value();
  HttpClient client(options);
  const std::string large(200'000, 'x');
  for (const std::string& body : {std::string("first"), large, std::string("last")}) {
    const auto answer = client.send(post("https://dynamodb.test.invalid", body));
    ASSERT_TRUE(answer) << answer.error().to_string();
    EXPECT_EQ(answer->body, body);
  }
  EXPECT_EQ(proxy.connections(), 1);  // kept alive through both layers
}

TEST(Proxies, ThatSpeakTlsTakePlainRequestsWithinIt) {
  const TestAuthority authority;
  const auto context = authority.server("IP:127.0.0.1");
  std::string seen;
  const TestServer proxy(
      [&](Peer& peer) {
        seen = peer.read_request();
        peer.answer("by proxy");
      },
      context.get());
  ClientOptions options;
  options.ca_file = authority.pem_file();
  options.proxy.for_http = http::parse_url(proxy.url("https")).value();
  const auto answer = HttpClient(options).send(get("http://dynamodb.test.invalid/x"));
  ASSERT_TRUE(answer) << answer.error().to_string();
  EXPECT_EQ(answer->body, "by proxy");
  EXPECT_TRUE(seen.starts_with("GET http://dynamodb.test.invalid/x HTTP/1.1\r\n")) << seen;
}

TEST(Proxies, WhoseCertificateIsRefusedGetNothing) {
  const TestAuthority authority;
  const auto context = authority.server("IP:127.0.0.2");
  const TestServer proxy([](Peer& peer) { peer.wait_for_close(); }, context.get());
  ClientOptions options;
  options.ca_file = authority.pem_file();
  options.proxy.for_https = http::parse_url(proxy.url("https")).value();
  const auto answer = HttpClient(options).send(get("https://dynamodb.test.invalid"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(meaning(answer.error()), Meaning::kNotSent);
  EXPECT_NE(answer.error().message().find("TLS with the proxy failed: the certificate was refused"), std::string::npos)
      << answer.error().message();
}

TEST(TlsSessions, ResumesTheSessionOfAHost) {
  const TestAuthority authority;
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto context = authority.server("IP:127.0.0.1");
    SSL_CTX_set_max_proto_version(context.get(), version);
    std::atomic<int> resumed = 0;
    const TestServer server(
        [&](Peer& peer) {
          resumed += peer.resumed();
          peer.read_request();
          peer.answer("{}", "Connection: close\r\n");
        },
        context.get());
    ClientOptions options;
    options.ca_file = authority.pem_file();
    HttpClient client(options);
    for (int i = 0; i < 4; ++i) {
      const auto answer = client.send(post(server.url("https")));
      ASSERT_TRUE(answer) << answer.error().to_string();
    }
    EXPECT_EQ(server.connections(), 4);
    EXPECT_EQ(resumed, 3) << "version " << version;
  }
}

TEST(TlsSessions, CarriesNoSessionFromOneNameOfAServerToAnother) {
  const TestAuthority authority;
  const auto context = authority.server("IP:127.0.0.1");  // and not localhost
  std::atomic<int> resumed = 0;
  const TestServer server(
      [&](Peer& peer) {
        resumed += peer.resumed();
        echo(peer);
      },
      context.get());
  ClientOptions options;
  options.ca_file = authority.pem_file();
  HttpClient client(options);
  ASSERT_TRUE(client.send(post(server.url("https"))));
  const auto answer = client.send(post("https://localhost:" + std::to_string(server.port())));
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message().find("the certificate was refused"), std::string::npos)
      << answer.error().message();
  EXPECT_EQ(resumed, 0);
}

TEST(TlsSessions, GreetsAnewAServerThatKnowsNoSession) {
  const TestAuthority authority;
  const auto context = authority.server("IP:127.0.0.1");
  std::atomic<int> greeted = 0;
  const TestServer server(
      [&](Peer& peer) {
        greeted += !peer.resumed();
        peer.read_request();
        // Tickets are sealed with another key from now on, as by a server that was started again.
        std::array<unsigned char, 80> key{};
        key[0] = static_cast<unsigned char>(greeted);
        SSL_CTX_set_tlsext_ticket_keys(context.get(), key.data(), key.size());
        peer.answer("{}", "Connection: close\r\n");
      },
      context.get());
  ClientOptions options;
  options.ca_file = authority.pem_file();
  HttpClient client(options);
  for (int i = 0; i < 3; ++i) {
    const auto answer = client.send(post(server.url("https")));
    ASSERT_TRUE(answer) << answer.error().to_string();
  }
  EXPECT_EQ(greeted, 3);
}

TEST(Proxies, AreBypassedWhereTheyShould) {
  ProxySettings proxies;
  proxies.for_http = http::parse_url("http://proxy:3128").value();
  proxies.bypass = split_bypass_list("example.com, .internal,*.corp  10.0.0.1:81");
  const auto direct = [&](const char* url) { return proxies.find(http::parse_url(url).value()) == nullptr; };
  for (const char* url : {"http://example.com", "http://a.EXAMPLE.com", "http://x.internal", "http://y.corp",
                          "http://10.0.0.1:81", "http://localhost", "http://127.0.0.1", "https://elsewhere.example"}) {
    EXPECT_TRUE(direct(url)) << url;
  }
  for (const char* url :
       {"http://notexample.com", "http://internal.net", "http://10.0.0.1", "http://elsewhere.example"})
    EXPECT_FALSE(direct(url)) << url;
  proxies.bypass = {"*"};
  EXPECT_TRUE(direct("http://elsewhere.example"));
}

}  // namespace
}  // namespace tabletheory::net
