// The server over real sockets: clients that behave, and clients that do not.
#include "server/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <iterator>
#include <mutex>
#include <thread>
#include <vector>

#include "server/test_client.h"

namespace tabletheory::server {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::StartsWith;

// Long enough for a whole request, and short enough to wait for; deadlines are looked at twice a second.
constexpr auto kPatience = 300ms;
constexpr auto kSurelyClosed = 2'500ms;

std::ptrdiff_t open_descriptors() {
  return std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
}

class ServerTest : public testing::Test {
 protected:
  ServerTest() {
    auto listening = Server::listen(
        {.limits = {.connections = 16, .idle = 1'000ms, .head = kPatience, .body = kPatience, .write = 1'000ms}});
    server_ = std::move(*listening);
    server_->start(engine_, {}, [this](std::string_view line) {
      const std::lock_guard lock(log_mutex_);
      log_ += line;
    });
  }
  ~ServerTest() override {
    server_->stop();
    server_.reset();
    EXPECT_EQ(open_descriptors(), descriptors_) << "the server left a descriptor open";
  }

  // A healthy server answers a new client.
  void expect_alive() const {
    TestClient client(server_->port());
    ASSERT_TRUE(client.send(request("ListTables", "{}")));
    EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200 OK"));
  }

  const std::ptrdiff_t descriptors_ = open_descriptors();
  engine::Engine engine_{engine::make_memory_storage(), {}};
  std::unique_ptr<Server> server_;
  std::mutex log_mutex_;
  std::string log_;
};

TEST_F(ServerTest, AConnectionServesRequestAfterRequest) {
  TestClient client(server_->port());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(client.send(request("ListTables", "{}")));
    EXPECT_THAT(client.answer(), HasSubstr("{\"TableNames\":[]}"));
  }
}

TEST_F(ServerTest, PipelinedRequestsAreAnsweredInOrder) {
  TestClient client(server_->port());
  ASSERT_TRUE(client.send(request("ListTables", "{}") + request("Nonsense", "{}") + request("DescribeLimits", "{}")));
  EXPECT_THAT(client.answer(), HasSubstr("TableNames"));
  EXPECT_THAT(client.answer(), HasSubstr("UnknownOperationException"));
  EXPECT_THAT(client.answer(), HasSubstr("AccountMaxReadCapacityUnits"));
}

TEST_F(ServerTest, ARequestMayArriveByteByByte) {
  TestClient client(server_->port());
  for (const char byte : request("ListTables", "{}")) ASSERT_TRUE(client.send({&byte, 1}));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ServerTest, ChunksOfAnySizeMakeABody) {
  TestClient client(server_->port());
  ASSERT_TRUE(
      client.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\n"
                  "X-Amz-Target: DynamoDB_20120810.ListTables\r\nTransfer-Encoding: chunked\r\n\r\n"
                  "1;odd=\"yes\"\r\n{\r\n0002\r\n\"L\r\n5\r\nimit\"\r\n1\r\n:\r\n2\r\n1}\r\n0\r\nTrailer: x\r\n\r\n"));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ServerTest, AClientThatWaitsForTheWordIsToldToContinue) {
  TestClient client(server_->port());
  const std::string whole = request("ListTables", "{}", "Expect: 100-continue\r\n");
  ASSERT_TRUE(client.send(whole.substr(0, whole.size() - 2)));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 100 Continue"));
  ASSERT_TRUE(client.send("{}"));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ServerTest, AClientThatAsksForItIsClosedAfterTheAnswer) {
  TestClient client(server_->port());
  ASSERT_TRUE(client.send(request("ListTables", "{}", "Connection: close\r\n")));
  EXPECT_THAT(client.answer(), HasSubstr("Connection: close"));
  EXPECT_LT(client.until_closed(), kSurelyClosed);
}

TEST(ServerBodies, ThatAreTooLargeTogetherAreRefusedUntilThereIsRoom) {
  engine::Engine engine(engine::make_memory_storage(), {});
  const auto server = Server::listen({.limits = {.buffered_bytes = 1'000'000}}).value();
  server->start(engine, {});
  const std::string whole = request("ListTables", "{" + std::string(700'000, ' ') + "}");
  const auto asked = [&] {
    TestClient client(server->port());
    client.send(whole);
    return client.answer();
  };
  // Whoever comes second is refused; the slow client is first once the server has read what it sent.
  bool seen = false;
  for (auto pause = 10ms; !seen && pause < 5'000ms; pause *= 2) {
    TestClient slow(server->port());
    slow.send(std::string_view(whole).substr(0, 600'000));
    std::this_thread::sleep_for(pause);
    const std::string refusal = asked();
    slow.send(std::string_view(whole).substr(600'000));
    seen = slow.answer().starts_with("HTTP/1.1 200 OK") && refusal.starts_with("HTTP/1.1 503");
    if (seen) EXPECT_THAT(refusal, HasSubstr("send it again later"));
  }
  EXPECT_TRUE(seen);
  EXPECT_THAT(asked(), StartsWith("HTTP/1.1 200 OK"));
  server->stop();
}

TEST_F(ServerTest, AnUnknownHostIsRefusedBeforeItsBody) {
  TestClient client(server_->port());
  ASSERT_TRUE(client.send("POST / HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 1000000\r\n\r\n"));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 403 Forbidden"));
  EXPECT_LT(client.until_closed(), kSurelyClosed);
}

TEST_F(ServerTest, BytesThatAreNoRequestAreRefused) {
  for (const std::string_view bytes :
       {"nonsense\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "\x16\x03\x01\x02\x01\xfc\x03\x03\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"}) {
    TestClient client(server_->port());
    ASSERT_TRUE(client.send(bytes));
    EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 400 Bad Request")) << bytes;
  }
  expect_alive();
}

TEST_F(ServerTest, HeadersBeyondTheLimitAreRefused) {
  TestClient client(server_->port());
  client.send("POST / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + std::string(20'000, 'x'));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 431"));
  EXPECT_LT(client.until_closed(), kSurelyClosed);
}

TEST_F(ServerTest, BodiesBeyondTheLimitAreRefusedWhetherAnnouncedOrNot) {
  TestClient announced(server_->port());
  ASSERT_TRUE(
      announced.send("POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                     "application/x-amz-json-1.0\r\nContent-Length: 99999999\r\n\r\n"));
  EXPECT_THAT(announced.answer(), StartsWith("HTTP/1.1 413"));
  TestClient chunked(server_->port());
  chunked.send(
      "POST / HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-amz-json-1.0\r\nTransfer-Encoding: "
      "chunked\r\n\r\n1ffffff\r\n");
  EXPECT_THAT(chunked.answer(), StartsWith("HTTP/1.1 413"));
  expect_alive();
}

TEST(ServerLimits, ABodyOfSixteenMegabytesIsServed) {
  engine::Engine engine(engine::make_memory_storage(), {});
  const auto server = Server::listen({});
  ASSERT_TRUE(server);
  (*server)->start(engine, {});
  TestClient client((*server)->port());
  const std::string body = R"({"Limit":)" + std::string(16 * 1024 * 1024 - 20, ' ') + "1}";
  ASSERT_TRUE(client.send(request("ListTables", body)));
  EXPECT_THAT(client.answer(), StartsWith("HTTP/1.1 200 OK"));
}

TEST_F(ServerTest, ClientsThatStopInTheMiddleAreClosedInTime) {
  const std::string whole = request("ListTables", "{}");
  TestClient silent(server_->port());
  TestClient in_head(server_->port());
  in_head.send(whole.substr(0, 40));
  TestClient in_body(server_->port());
  in_body.send(whole.substr(0, whole.size() - 1));
  TestClient half_closed(server_->port());
  half_closed.send(whole.substr(0, whole.size() - 1));
  half_closed.end_sending();
  EXPECT_LT(half_closed.until_closed(), kSurelyClosed);
  EXPECT_LT(in_head.until_closed(), kSurelyClosed);
  EXPECT_LT(in_body.until_closed(), kSurelyClosed);
  EXPECT_LT(silent.until_closed(), kSurelyClosed);
  expect_alive();
}

TEST_F(ServerTest, AClientThatDripsItsHeadersIsClosedInTime) {
  TestClient client(server_->port());
  const auto start = std::chrono::steady_clock::now();
  bool open = client.send("POST / HTTP/1.1\r\n");
  while (open && std::chrono::steady_clock::now() - start < 5s) {
    std::this_thread::sleep_for(50ms);
    open = client.send("X: y\r\n");
  }
  EXPECT_FALSE(open);
  EXPECT_LT(std::chrono::steady_clock::now() - start, kSurelyClosed);
}

TEST_F(ServerTest, AResetAfterAnyByteHarmsNobody) {
  const std::string whole = request("ListTables", "{}");
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    TestClient client(server_->port());
    ASSERT_TRUE(client.connected());
    client.send(std::string_view(whole).substr(0, size));
    client.reset();
  }
  expect_alive();
}

TEST_F(ServerTest, IdleConnectionsMakeRoomForNewOnes) {
  std::vector<std::unique_ptr<TestClient>> idle;
  for (int i = 0; i < 100; ++i) idle.push_back(std::make_unique<TestClient>(server_->port()));
  for (int i = 0; i < 20; ++i) expect_alive();
}

TEST_F(ServerTest, AClientThatDoesNotTakeItsAnswersIsClosedInTime) {
  TestClient client(server_->port());
  std::string many;
  for (int i = 0; i < 20'000; ++i) many += request("DescribeLimits", "{}");
  client.send(many);  // ends when the server closes: it stops reading while its answers are not taken
  expect_alive();
}

TEST_F(ServerTest, ConcurrentClientsAreAllServed) {
  std::atomic<int> served{0};
  std::vector<std::thread> clients;
  for (int i = 0; i < 8; ++i) {
    clients.emplace_back([&] {
      TestClient client(server_->port());
      for (int call = 0; call < 50; ++call) {
        client.send(request("ListTables", "{}"));
        if (client.answer().starts_with("HTTP/1.1 200 OK")) ++served;
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(served, 8 * 50);
}

TEST_F(ServerTest, EachRequestIsLoggedOnceWithoutItsContents) {
  TestClient client(server_->port());
  client.send(request("GetItem", R"({"TableName":"private"})"));
  const std::string answer = client.answer();
  server_->stop();
  EXPECT_THAT(log_, HasSubstr(R"("operation":"GetItem","status":400,"error":"ValidationException","bytes_in":23)"));
  EXPECT_THAT(log_, testing::Not(HasSubstr("private")));
  const std::string id = log_.substr(log_.find("request_id") + 13, 52);
  EXPECT_THAT(answer, HasSubstr("x-amzn-RequestId: " + id));
}

TEST_F(ServerTest, StoppingClosesIdleConnectionsAtOnce) {
  TestClient client(server_->port());
  ASSERT_TRUE(client.send(request("ListTables", "{}")));
  client.answer();
  const auto start = std::chrono::steady_clock::now();
  server_->stop();
  EXPECT_LT(std::chrono::steady_clock::now() - start, 500ms);
  EXPECT_LT(client.until_closed(), kSurelyClosed);
}

TEST(ServerListen, SaysWhatIsWrongWithAnAddress) {
  const auto first = Server::listen({});
  ASSERT_TRUE(first);
  EXPECT_EQ((*first)->authority(), "127.0.0.1:" + std::to_string((*first)->port()));
  const auto second = Server::listen({.port = (*first)->port()});
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message(), HasSubstr("choose another port"));
  EXPECT_THAT(Server::listen({.host = "example.com"}).error().message(), HasSubstr("give an IP address"));
  EXPECT_FALSE(Server::listen({.host = "203.0.113.1"}));
}

}  // namespace
}  // namespace tabletheory::server
