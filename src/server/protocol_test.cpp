#include "server/protocol.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "engine/engine.h"
#include "server/access_log.h"
#include "server/answer_head.h"
#include "server/hosts.h"

namespace tabletheory::server {
namespace {

using testing::HasSubstr;
using testing::MatchesRegex;

constexpr std::string_view kJson = "application/x-amz-json-1.0";

class ProtocolTest : public testing::Test {
 protected:
  static RequestHead post(std::string_view amz_target) {
    return {.method = "POST", .target = "/", .host = "localhost:8000", .content_type = kJson, .amz_target = amz_target};
  }
  engine::Engine engine_{engine::make_memory_storage(), {}};
  Protocol protocol_{engine_, {.allowed_hosts = {"dynamo"}, .endpoint = "127.0.0.1:8000"}};
};

TEST_F(ProtocolTest, AnOperationIsAnsweredByTheEngine) {
  const RequestHead head = post("DynamoDB_20120810.ListTables");
  ASSERT_FALSE(protocol_.refuse_head(head));
  const Reply reply = protocol_.answer(head, "{}");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.body, R"({"TableNames":[]})");
  EXPECT_EQ(reply.content_type, kJson);
  EXPECT_EQ(reply.operation, "ListTables");
}

TEST_F(ProtocolTest, JsonOneOneIsAnsweredInKind) {
  RequestHead head = post("DynamoDB_20120810.ListTables");
  head.content_type = "application/X-Amz-Json-1.1; charset=utf-8";
  ASSERT_FALSE(protocol_.refuse_head(head));
  EXPECT_EQ(protocol_.answer(head, "{}").content_type, "application/x-amz-json-1.1");
}

TEST_F(ProtocolTest, OtherContentTypesAreRefused) {
  for (const char* type : {"", "text/plain", "application/x-www-form-urlencoded", "application/json"}) {
    RequestHead head = post("DynamoDB_20120810.ListTables");
    head.content_type = type;
    const auto refusal = protocol_.refuse_head(head);
    ASSERT_TRUE(refusal) << type;
    EXPECT_EQ(refusal->status, 400);
    EXPECT_THAT(refusal->body, HasSubstr("com.amazon.coral.service#UnknownOperationException"));
  }
}

TEST_F(ProtocolTest, TargetsThatAreNoneOfTheServiceAreRefused) {
  for (const char* target : {"", "ListTables", "DynamoDB_20111205.ListTables", "DynamoDB_20120810.",
                             "TrentService.Sign", "DynamoDBStreams_20120810.PutItem", "DynamoDB_20120810.ListStreams",
                             "DynamoDB_20120810.Nonsense", "DynamoDBStreams_20120810.ListStreams"}) {
    const Reply reply = protocol_.answer(post(target), "{}");
    EXPECT_EQ(reply.status, 400) << target;
    EXPECT_THAT(reply.body, HasSubstr("com.amazon.coral.service#UnknownOperationException")) << target;
  }
}

TEST_F(ProtocolTest, ErrorsCarryThePrefixOfTheirLayer) {
  EXPECT_THAT(protocol_.answer(post("DynamoDB_20120810.GetItem"), "{}").body,
              HasSubstr(R"("__type":"com.amazon.coral.validate#ValidationException")"));
  EXPECT_THAT(protocol_.answer(post("DynamoDB_20120810.GetItem"), "{").body,
              HasSubstr(R"("__type":"com.amazon.coral.service#SerializationException")"));
  EXPECT_THAT(protocol_.answer(post("DynamoDB_20120810.DescribeTable"), R"({"TableName":"absent"})").body,
              HasSubstr(R"("__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException")"));
}

TEST_F(ProtocolTest, TheHealthCheckNeedsNoOperation) {
  const RequestHead head{.method = "GET", .target = "/", .host = "localhost"};
  ASSERT_FALSE(protocol_.refuse_head(head));
  EXPECT_EQ(protocol_.answer(head, "").body, "healthy: 127.0.0.1:8000\n");
}

TEST_F(ProtocolTest, OtherPathsAndMethodsLeadNowhere) {
  RequestHead head = post("DynamoDB_20120810.ListTables");
  head.target = "/shell";
  EXPECT_EQ(protocol_.refuse_head(head)->status, 404);
  head.target = "/";
  head.method = "OPTIONS";  // a browser asking whether a page may send what it must not
  EXPECT_EQ(protocol_.refuse_head(head)->status, 404);
}

TEST_F(ProtocolTest, AHostThatIsNeitherThisMachineNorConfiguredIsRefused) {
  RequestHead head = post("DynamoDB_20120810.ListTables");
  head.host = "evil.example:8000";
  const auto refusal = protocol_.refuse_head(head);
  ASSERT_TRUE(refusal);
  EXPECT_EQ(refusal->status, 403);
  EXPECT_THAT(refusal->body, HasSubstr("--allow-host"));
  head.host = std::nullopt;
  EXPECT_EQ(protocol_.refuse_head(head)->status, 400);
  head.host = "DYNAMO:8000";
  EXPECT_FALSE(protocol_.refuse_head(head));
}

TEST(Hosts, OfThisMachineAreServedWithAndWithoutAPort) {
  for (const char* host : {"localhost", "LOCALHOST:80", "a.localhost:1", "127.0.0.1", "127.9.9.9:65535", "[::1]",
                           "[::1]:8000", "localhost.:8000"}) {
    EXPECT_TRUE(is_served_host(host, {})) << host;
  }
}

TEST(Hosts, ThatOnlyLookLikeItAreNot) {
  for (const char* host : {"", ":80", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example", "1270.0.0.1",
                           "localhost:80@evil.example", "[::1", "[::1]x", "[::2]", "localhost:x", "128.0.0.1",
                           "0.0.0.0", "127.0.0.1:123456", "127.1.evil"}) {
    EXPECT_FALSE(is_served_host(host, {})) << host;
  }
}

TEST(AnswerHead, CarriesTheRequestIdAndTheChecksumThatClientsVerify) {
  AnswerHeads heads;
  std::string head;
  heads.write({200, kJson, "123456789", {}}, true, head);
  EXPECT_THAT(head, MatchesRegex("HTTP/1.1 200 OK\r\n[^$]*Date: [A-Z][a-z][a-z], [0-9][0-9] [A-Z][a-z][a-z] 20[0-9]+ "
                                 "[0-9:]+ GMT\r\n[^$]*Content-Length: 9\r\nConnection: keep-alive\r\n[^$]*"
                                 "x-amz-crc32: 3421780262\r\n\r\n"));  // the check value of CRC-32
  const std::string first(heads.request_id());
  EXPECT_THAT(first, MatchesRegex("[A-Z0-9]+"));
  EXPECT_EQ(first.size(), 52U);
  EXPECT_THAT(head, HasSubstr("x-amzn-RequestId: " + first + "\r\n"));
  heads.write({500, kJson, "", {}}, false, head);
  EXPECT_NE(heads.request_id(), first);
  EXPECT_THAT(head, HasSubstr("HTTP/1.1 500 Internal Server Error\r\n"));
  EXPECT_THAT(head, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(head, HasSubstr("x-amz-crc32: 0\r\n"));
}

TEST(AccessLog, NamesTheOutcomeAndNoContents) {
  const std::string body = R"({"__type":"com.amazon.coral.validate#ValidationException","message":"secret"})";
  EXPECT_EQ(access_line({.request_id = "ID",
                         .operation = "PutItem",
                         .status = 400,
                         .body = body,
                         .request_bytes = 12,
                         .duration = std::chrono::microseconds(7)},
                        "2026-01-01T00:00:00Z"),
            R"({"time":"2026-01-01T00:00:00Z","request_id":"ID","operation":"PutItem","status":400,)"
            R"("error":"ValidationException","bytes_in":12,"bytes_out":)" +
                std::to_string(body.size()) + ",\"duration_us\":7}\n");
  EXPECT_THAT(access_line({.operation = "\xff"}, ""), HasSubstr(R"("operation":"?","status":200,"error":"")"));
}

}  // namespace
}  // namespace tabletheory::server
