// The network transport against servers of the test: what is sent, what credentials are used, what failures mean; and
// the whole SDK over HTTP to an engine.
#include "sdk/aws_transport.h"

#include <algorithm>
#include <set>
#include <thread>

#include "aws/sigv4.h"
#include "aws/test_surroundings.h"
#include "net/test_server.h"
#include "sdk/credential_supply.h"
#include "sdk/embedded_transport.h"
#include "sdk/test_shop.h"

namespace tabletheory::sdk {
namespace {

using aws::FakeMachine;
using net::Peer;
using net::TestServer;
using std::chrono::milliseconds;
using std::chrono::seconds;

std::string header_of(const std::string& request, const std::string& name) {
  const std::size_t start = request.find("\r\n" + name + ": ");
  if (start == std::string::npos) return {};
  const std::size_t value = start + name.size() + 4;
  return request.substr(value, request.find("\r\n", value) - value);
}
std::string body_of(const std::string& request) {
  return request.substr(request.find("\r\n\r\n") + 4);
}

// Keeps what it was sent; answers with what `reply` gives.
class Recorder {
 public:
  using Reply = std::function<void(Peer&, const std::string& request, std::size_t number)>;
  explicit Recorder(Reply reply = [](Peer& peer, const std::string&, std::size_t) { peer.answer("{}"); })
      : reply_(std::move(reply)), server_([this](Peer& peer) {
          for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
            std::size_t number = 0;
            {
              const std::lock_guard lock(mutex_);
              number = requests_.size();
              requests_.push_back(request);
            }
            reply_(peer, request, number);
          }
        }) {}
  std::string url() const { return server_.url(); }
  std::vector<std::string> requests() const {
    const std::lock_guard lock(mutex_);
    return requests_;
  }

 private:
  Reply reply_;
  mutable std::mutex mutex_;
  std::vector<std::string> requests_;
  TestServer server_;
};

std::shared_ptr<Transport> over(const std::string& url, FakeMachine& machine, AwsOptions options = {},
                                NetworkOptions network = {}) {
  return make_aws_transport({.endpoint = http::parse_url(url).value()}, options, network, machine.surroundings());
}

const TransportCall kList{.operation = "ListTables", .body = "{}"};

TEST(AwsTransport, AddressesAndSignsItsCalls) {
  const Recorder server;
  FakeMachine machine;
  AwsOptions options{.region = "eu-central-1", .credentials = AwsCredentials{"AKID", "secret", "token"}};
  const auto transport = over(server.url(), machine, options);
  ASSERT_TRUE(transport->call({.operation = "GetItem", .body = R"({"TableName":"t"})"}));
  ASSERT_TRUE(transport->call({.service = Service::kDynamoDbStreams, .operation = "ListStreams", .body = "{}"}));
  const auto requests = server.requests();
  EXPECT_TRUE(requests[0].starts_with("POST / HTTP/1.1\r\n"));
  EXPECT_EQ(header_of(requests[0], "X-Amz-Target"), "DynamoDB_20120810.GetItem");
  EXPECT_EQ(header_of(requests[0], "Content-Type"), "application/x-amz-json-1.0");
  EXPECT_EQ(header_of(requests[0], "X-Amz-Security-Token"), "token");
  EXPECT_EQ(body_of(requests[0]), R"({"TableName":"t"})");
  EXPECT_EQ(header_of(requests[1], "X-Amz-Target"), "DynamoDBStreams_20120810.ListStreams");
  const std::string authorization = header_of(requests[0], "Authorization");
  const auto parts = aws::parse_authorization(authorization);
  ASSERT_TRUE(parts);
  EXPECT_EQ(parts->access_key_id, "AKID");
  EXPECT_EQ(parts->region, "eu-central-1");
  EXPECT_EQ(parts->service, "dynamodb");
  EXPECT_NE(std::ranges::find(parts->signed_names, "x-amz-target"), parts->signed_names.end());
  EXPECT_EQ(requests[0].find("secret"), std::string::npos);
}

TEST(AwsTransport, SendsKmsWhereItIsConfigured) {
  const Recorder dynamodb, kms;
  FakeMachine machine;
  const TransportCall call{.service = Service::kKms, .operation = "Decrypt", .body = "{}"};
  const auto refused = over(dynamodb.url(), machine)->call(call);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code(), ErrorCode::kTransport);
  EXPECT_NE(refused.error().message().find("AWS_ENDPOINT_URL_KMS"), std::string::npos);
  machine.variables["AWS_ENDPOINT_URL_KMS"] = kms.url();
  ASSERT_TRUE(over(dynamodb.url(), machine)->call(call));
  EXPECT_TRUE(dynamodb.requests().empty());
  EXPECT_EQ(header_of(kms.requests().at(0), "X-Amz-Target"), "TrentService.Decrypt");
  EXPECT_EQ(header_of(kms.requests().at(0), "Content-Type"), "application/x-amz-json-1.1");
  EXPECT_NE(header_of(kms.requests().at(0), "Authorization").find("/kms/aws4_request"), std::string::npos);
}

TEST(AwsTransport, AsksNobodyForCredentialsOfAnEndpointOnThisMachine) {
  const Recorder server, metadata;
  FakeMachine machine;
  machine.variables["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = metadata.url();
  machine.variables["AWS_EC2_METADATA_SERVICE_ENDPOINT"] = metadata.url();
  ASSERT_TRUE(over(server.url(), machine)->call(kList));
  EXPECT_NE(header_of(server.requests().at(0), "Authorization").find("Credential=local/"), std::string::npos);
  EXPECT_NE(header_of(server.requests().at(0), "Authorization").find("/us-east-1/"), std::string::npos);
  machine.variables.insert({{"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "s"}, {"AWS_REGION", "eu-west-1"}});
  ASSERT_TRUE(over(server.url(), machine)->call(kList));
  EXPECT_NE(header_of(server.requests().at(1), "Authorization").find("Credential=E/"), std::string::npos);
  EXPECT_NE(header_of(server.requests().at(1), "Authorization").find("/eu-west-1/"), std::string::npos);
  EXPECT_TRUE(metadata.requests().empty());
}

TEST(AwsTransport, DoesNothingBeforeTheFirstCall) {
  int touched = 0;
  aws::Surroundings counted{.variable = [&](const std::string&) { return ++touched, std::nullopt; },
                            .read_file = [&](const std::string&) { return ++touched, std::nullopt; },
                            .write_file = [&](const std::string&, const std::string&) { return false; }};
  const Recorder server;
  const auto transport =
      make_aws_transport({.endpoint = http::parse_url(server.url()).value()}, {}, {}, std::move(counted));
  EXPECT_EQ(touched, 0);
  ASSERT_TRUE(transport->call(kList));
  EXPECT_GT(touched, 0);
}

std::string http_date(std::int64_t moment) {
  const std::time_t time = moment;
  char text[64];
  std::strftime(text, sizeof text, "%a, %d %b %Y %H:%M:%S GMT", std::gmtime(&time));
  return text;
}

TEST(AwsTransport, CorrectsItsClockByARefusal) {
  const std::int64_t ahead = std::time(nullptr) + 7200;
  const Recorder server([&](Peer& peer, const std::string& request, std::size_t) {
    const auto sent = aws::parse_amz_date(header_of(request, "X-Amz-Date")).value_or(0);
    if (std::abs(sent - ahead) < 300) return peer.answer(R"({"ok":true})");
    peer.answer(R"({"__type":"com.amazon.coral.service#InvalidSignatureException","message":"Signature expired"})",
                "Date: " + http_date(ahead) + "\r\n", 400);
  });
  FakeMachine machine;
  const auto transport = over(server.url(), machine);
  for (int i = 0; i < 2; ++i) {
    const auto answer = transport->call(kList);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
  }
  EXPECT_EQ(server.requests().size(), 3U);  // the correction is kept
}

TEST(AwsTransport, BelievesARefusalWhenTheClockIsRight) {
  const Recorder server([](Peer& peer, const std::string&, std::size_t) {
    peer.answer(R"({"__type":"x#InvalidSignatureException"})", "Date: " + http_date(std::time(nullptr)) + "\r\n", 400);
  });
  FakeMachine machine;
  EXPECT_EQ(over(server.url(), machine)->call(kList)->status, 400);
  EXPECT_EQ(server.requests().size(), 1U);
}

std::string sts_answer(int number, std::int64_t expires) {
  std::string moment = Timestamp(expires, 0).to_string();
  return "<Credentials><AccessKeyId>ROLE" + std::to_string(number) +
         "</AccessKeyId><SecretAccessKey>s</SecretAccessKey><SessionToken>t</SessionToken><Expiration>" + moment +
         "</Expiration></Credentials>";
}

TEST(AwsTransport, AssumesARoleAndRenewsItWhenItIsRefused) {
  std::atomic<int> handed_out = 0;
  const Recorder sts([&](Peer& peer, const std::string&, std::size_t) {
    peer.answer(sts_answer(++handed_out, std::time(nullptr) + 3600));
  });
  const Recorder server([](Peer& peer, const std::string& request, std::size_t) {
    if (header_of(request, "Authorization").find("ROLE1/") == std::string::npos) return peer.answer("{}");
    peer.answer(R"({"__type":"com.amazon.coral.service#ExpiredTokenException","message":"expired"})", "", 400);
  });
  FakeMachine machine;
  machine.variables["AWS_ENDPOINT_URL_STS"] = sts.url();
  AwsOptions options{.credentials = AwsCredentials{"BASE", "bs"},
                     .role = AwsRole{.arn = "arn:aws:iam::1:role/partner", .external_id = "ext"}};
  const auto transport = over(server.url(), machine, options);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(transport->call(kList)->status, 200);
  EXPECT_EQ(sts.requests().size(), 2U);
  EXPECT_NE(sts.requests()[0].find("RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fpartner"), std::string::npos);
  EXPECT_NE(sts.requests()[0].find("ExternalId=ext"), std::string::npos);
  EXPECT_NE(header_of(sts.requests()[0], "Authorization").find("Credential=BASE/"), std::string::npos);
  EXPECT_EQ(server.requests().size(), 4U);
}

TEST(AwsTransport, RepeatsQuestionsForCredentials) {
  const Recorder sts([&](Peer& peer, const std::string&, std::size_t number) {
    if (number < 2) return peer.answer("busy", "", 503);
    peer.answer(sts_answer(1, std::time(nullptr) + 3600));
  });
  const Recorder server;
  FakeMachine machine;
  machine.variables["AWS_ENDPOINT_URL_STS"] = sts.url();
  AwsOptions options{.credentials = AwsCredentials{"BASE", "bs"}, .role = AwsRole{.arn = "arn"}};
  ASSERT_TRUE(over(server.url(), machine, options)->call(kList));
  EXPECT_EQ(sts.requests().size(), 3U);
}

TEST(AwsTransport, MindsTheDeadlineWhileItFetchesCredentials) {
  const TestServer silent([](Peer& peer) { peer.wait_for_close(); });
  const Recorder server;
  FakeMachine machine;
  machine.variables["AWS_ENDPOINT_URL_STS"] = silent.url();
  AwsOptions options{.credentials = AwsCredentials{"BASE", "bs"}, .role = AwsRole{.arn = "arn"}};
  const auto answer = over(server.url(), machine, options)
                          ->call({.operation = "ListTables", .body = "{}", .time_left = milliseconds(100)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code(), ErrorCode::kTimeout);
  EXPECT_FALSE(answer.error().is(ErrorCode::kOutcomeUnknown));
  EXPECT_TRUE(server.requests().empty());
}

TEST(AwsTransport, NeedsARegionForTheService) {
  FakeMachine machine;
  AwsOptions options{.credentials = AwsCredentials{"A", "s"}};
  const auto answer = make_aws_transport({}, options, {}, machine.surroundings())->call(kList);
  ASSERT_FALSE(answer);
  EXPECT_NE(answer.error().message().find("AWS_REGION"), std::string::npos);
}

TEST(AwsTransport, SlowsDownWhileItIsThrottled) {
  const Recorder server([](Peer& peer, const std::string&, std::size_t) {
    peer.answer(R"({"__type":"x#ThrottlingException"})", "", 400);
  });
  FakeMachine machine;
  const auto transport = over(server.url(), machine, {.adaptive_rate = true});
  for (int i = 0; i < 2; ++i) transport->call({.operation = "ListTables", .body = "{}", .time_left = seconds(5)});
  const auto late = transport->call({.operation = "ListTables", .body = "{}", .time_left = milliseconds(1)});
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code(), ErrorCode::kTimeout);
}

aws::Credentials lasting(std::string key, std::int64_t until) {
  aws::Credentials made{std::move(key), "s", "t"};
  made.expires = until;
  return made;
}

TEST(CredentialSupplies, RefreshOneAtATimeForManyThreads) {
  std::atomic<int> fetches = 0, inside = 0, worst = 0;
  std::atomic<std::int64_t> now = 1000;
  CredentialSupply supply(
      [&](const net::Limits&) -> Result<aws::Credentials> {
        worst = std::max<int>(worst, ++inside);
        std::this_thread::sleep_for(milliseconds(20));
        --inside;
        return lasting("K" + std::to_string(++fetches), now + 3600);
      },
      [&] { return now.load(); });
  const auto everybody = [&] {
    std::set<std::string> keys;
    std::mutex mutex;
    std::vector<std::jthread> threads;
    for (int t = 0; t < 8; ++t) {
      threads.emplace_back([&] {
        const auto got = supply.get({});
        const std::lock_guard lock(mutex);
        keys.insert(got ? (*got)->access_key_id : "error");
      });
    }
    threads.clear();
    return keys;
  };
  EXPECT_EQ(everybody(), std::set<std::string>{"K1"});
  now += 3600 - CredentialSupply::kRefreshBeforeSeconds + 1;  // still valid: the others need not wait
  const auto around = everybody();
  EXPECT_TRUE(around.contains("K2"));
  EXPECT_FALSE(around.contains("error"));
  EXPECT_EQ(fetches, 2);
  EXPECT_EQ(worst, 1);
}

TEST(CredentialSupplies, KeepTheLastGoodOnes) {
  std::int64_t now = 1000;
  int fetches = 0;
  bool works = true;
  CredentialSupply supply(
      [&](const net::Limits&) -> Result<aws::Credentials> {
        ++fetches;
        if (!works) return fail(ErrorCode::kCredentials, "down");
        return lasting("K", now + 600);
      },
      [&] { return now; });
  ASSERT_TRUE(supply.get({}));
  works = false;
  now += 400;
  ASSERT_TRUE(supply.get({}));
  ASSERT_TRUE(supply.get({}));  // not asked again at once
  EXPECT_EQ(fetches, 2);
  now += CredentialSupply::kRetryAfterSeconds;
  ASSERT_TRUE(supply.get({}));
  EXPECT_EQ(fetches, 3);
  now += 600;
  EXPECT_EQ(supply.get({}).error().message(), "down");
  works = true;
  EXPECT_TRUE(supply.get({}));
}

// An engine behind HTTP, which may lose an answer after it has done the work.
class EngineOverHttp : public testing::Test {
 protected:
  void serve(Peer& peer) {
    for (std::string request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const std::string target = header_of(request, "X-Amz-Target");
      const std::string operation = target.substr(target.find('.') + 1);
      const std::string body = body_of(request);
      const auto answer = engine_->call({.operation = operation, .body = body});
      if (operation == lose_ && lost_.exchange(1) == 0) return peer.reset();
      peer.answer(answer->body, "x-amzn-RequestId: ID\r\n", answer->status);
    }
  }
  std::shared_ptr<Transport> engine_ = make_embedded_transport("", {});
  std::string lose_;
  std::atomic<int> lost_ = 0;
  TestServer server_{[this](Peer& peer) { serve(peer); }};
};

TEST_F(EngineOverHttp, ServesTheWholeSdk) {
  const Client client = Client::connect(server_.url()).value();
  const auto orders = client.table<shop::Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  shop::Order mine;
  mine.pk = mine.sk = "x";
  ASSERT_TRUE(orders.create(mine));
  mine = orders.get({"x", "x"}).value();
  mine.attempts = 5;
  const auto updated = orders.update(mine, {&shop::Order::attempts});
  ASSERT_TRUE(updated) << updated.error().to_string();
  const auto conflict = orders.update(mine, {&shop::Order::attempts});
  ASSERT_FALSE(conflict);
  EXPECT_TRUE(conflict.error().is(ErrorCode::kVersionConflict));
  EXPECT_EQ(conflict.error().request_id(), "ID");
  EXPECT_EQ(conflict.error().http_status(), 400);
}

// docs/running-against-dynamodb.md
TEST_F(EngineOverHttp, ServesTheExampleOfItsPage) {
  const std::string address = server_.url();
  // clang-format off
  ClientOptions options;
  options.aws.credentials = AwsCredentials{"AKIDEXAMPLE", "secret"};  // left out: the standard order, see below
  options.network.read_timeout = std::chrono::seconds(5);
  options.retry.max_attempts = 4;
  auto client = Client::connect(address, options);
  auto orders = client->table<shop::Order>();
  // clang-format on
  ASSERT_TRUE(orders->ensure_table());
  EXPECT_EQ(orders->get({"a", "b"}).error().code(), ErrorCode::kItemNotFound);
}

TEST_F(EngineOverHttp, KnowsItsOwnUpdateWhoseAnswerWasLost) {
  const Client client = Client::connect(server_.url()).value();
  const auto orders = client.table<shop::Order>().value();
  ASSERT_TRUE(orders.ensure_table());
  shop::Order mine;
  mine.pk = mine.sk = "x";
  mine = orders.create(mine).value();
  lose_ = "UpdateItem";
  mine.attempts = 1;
  const auto updated = orders.update(mine, {&shop::Order::attempts});
  EXPECT_TRUE(updated) << updated.error().to_string();
  EXPECT_EQ(lost_, 1);
  EXPECT_EQ(orders.get({"x", "x"})->version, 1);
}

}  // namespace
}  // namespace tabletheory::sdk
